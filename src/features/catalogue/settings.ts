/** What the catalogue's definitions depend on; every result names the settings it was made with. */

export interface CatalogueSettings {
  /** `prominence`: the detector of `detectSpikes`; `voltage-threshold`: crossings of `threshold_mV`, as eFEL does. */
  readonly spikeDetection: "prominence" | "voltage-threshold";
  /** Voltage that a spike crosses (`voltage-threshold`), and the level of the widths at threshold. eFEL: Threshold. */
  readonly threshold_mV: number;
  /** The trace is interpolated linearly to this step, also where it was sampled finer. eFEL: interp_step. */
  readonly interpolationStep_ms: number;
  /** dV/dt that marks the begin of a spike. eFEL: DerivativeThreshold. */
  readonly derivativeThreshold_mV_per_ms: number;
  /** Samples in a row at or above it. eFEL: DerivativeWindow. */
  readonly derivativeWindow_samples: number;
  /** dV/dt that marks the end of a spike. eFEL: DownDerivativeThreshold. */
  readonly downDerivativeThreshold_mV_per_ms: number;
  /** Only spikes inside the stimulus. eFEL: strict_stiminterval. */
  readonly strictStimulusInterval: boolean;
  /** Leaves the first interval out of ISI_values and what is made of it. eFEL: ignore_first_ISI. */
  readonly ignoreFirstIsi: boolean;
  /** Part of the intervals that the adaptation index skips, at most `maxSpikeSkip`. eFEL: spike_skipf, max_spike_skip. */
  readonly spikeSkipFraction: number;
  readonly maxSpikeSkip: number;
  /** Part of the stimulus that counts as its beginning. eFEL: initial_perc. */
  readonly initialFraction: number;
  /** An interval this many times longer than those before ends a burst. eFEL: burst_factor, strict_burst_factor. */
  readonly burstFactor: number;
  readonly strictBurstFactor: number;
  /** The window of voltage_base, as parts of the time before the stimulus. eFEL: voltage_base_start_perc, _end_perc. */
  readonly baseStartFraction: number;
  readonly baseEndFraction: number;
  /** Levels of AP_rise_time, as parts of the amplitude. eFEL: rise_start_perc, rise_end_perc. */
  readonly riseStartFraction: number;
  readonly riseEndFraction: number;
  /** The slow AHP is looked for from this long after the peak. eFEL: sahp_start. */
  readonly slowAhpStart_ms: number;
  /** Rate below which an initial burst has ended, and where its slow AHP is looked for. eFEL: initburst_... */
  readonly initialBurstRate_Hz: number;
  readonly initialBurstAhpStart_ms: number;
  readonly initialBurstAhpEnd_ms: number;
  /** Samples on either side of the begin of the spike for its phase slope. eFEL: AP_phaseslope_range. */
  readonly phaseSlopeRange_samples: number;
  /** The window after the stimulus for the decay time constant. eFEL: decay_start_after_stim, decay_end_after_stim. */
  readonly decayStart_ms: number;
  readonly decayEnd_ms: number;
  /** Shortest block. eFEL: depol_block_min_duration. */
  readonly blockDuration_ms: number;
}

/** The settings of eFEL 5.7; docs/features-efel.md shows how far the values then agree, and where they differ. */
export const EFEL_SETTINGS: CatalogueSettings = {
  spikeDetection: "voltage-threshold",
  threshold_mV: -20,
  interpolationStep_ms: 0.1,
  derivativeThreshold_mV_per_ms: 10,
  derivativeWindow_samples: 3,
  downDerivativeThreshold_mV_per_ms: -12,
  strictStimulusInterval: false,
  ignoreFirstIsi: true,
  spikeSkipFraction: 0.1,
  maxSpikeSkip: 2,
  initialFraction: 0.1,
  burstFactor: 1.5,
  strictBurstFactor: 2,
  baseStartFraction: 0.9,
  baseEndFraction: 1,
  riseStartFraction: 0,
  riseEndFraction: 1,
  slowAhpStart_ms: 5,
  initialBurstRate_Hz: 50,
  initialBurstAhpStart_ms: 5,
  initialBurstAhpEnd_ms: 100,
  phaseSlopeRange_samples: 2,
  decayStart_ms: 1,
  decayEnd_ms: 10,
  blockDuration_ms: 50,
};

/** The settings used unless others are given: our detector, spikes of the stimulus alone, all else as in eFEL. */
export const CATALOGUE_SETTINGS: CatalogueSettings = {
  ...EFEL_SETTINGS,
  spikeDetection: "prominence",
  strictStimulusInterval: true,
};
