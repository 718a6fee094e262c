/** What is measured of a preset, each by one function of the documentation's tools; the unit is in the name. */
export const FEATURES = {
  restingPotential_mV: "median voltage of the last half second of 2 s without current",
  inputResistance_MOhm: "steady response to the small hyperpolarising step",
  timeConstant_ms: "one exponential, small hyperpolarising step",
  sagRatio: "share of the peak response to the sag step that is gone at its end",
  rheobase_pA: "smallest step of half a second that fires",
  threshold_mV: "first spike at the drive: dV/dt of 10 mV/ms",
  amplitude_mV: "first spike at the drive, peak less threshold",
  laterAmplitude_mV: "median of the train at the drive, peak less threshold",
  peak_mV: "first spike at the drive",
  halfWidth_ms: "first spike at the drive, half-way between threshold and peak",
  upstroke_mV_per_ms: "first spike at the drive",
  downstroke_mV_per_ms: "first spike at the drive",
  fastAhp_mV: "first spike at the drive: threshold less the minimum within 5 ms of the peak",
  ahpDepth_mV: "median of the train at the drive: threshold less the minimum before the next spike",
  mediumAhp_mV: "voltage before less the minimum 20 to 150 ms after a train of five brief pulses at 100 Hz",
  rate_Hz: "last half of a second at the drive",
  fISlope_Hz_per_nA: "mean rate of a second between the drive and 1.5 times it",
  adaptation_percent: "fall of the rate from the third to the last interval of a second at the drive",
  firstToNinthInterval: "first interval over the ninth at the drive",
  maximalRate_Hz: "largest mean rate of half a second, at one to twelve times the drive",
  spontaneousRate_Hz: "last 2 of 3 s without current",
  spontaneousCv: "coefficient of variation of the intervals, last 2 of 3 s without current",
  reboundSpikes: "spikes within 200 ms of release from the rebound step",
  reboundRate_Hz: "first interval of the rebound burst, as a rate",
  resonance_Hz: "frequency of the largest impedance, 1 to 20 Hz",
  resonanceQ: "largest impedance over that at 1 Hz",
  recruitment_pA: "current of the first spike on a ramp that rises for 3 s and falls for 3 s",
  derecruitment_pA: "current of the last spike on the falling ramp less that of the first on the rising ramp",
  selfSustainedSpikes: "spikes 0.1 to 1 s after an excitatory pulse of a second from the bias current",
  spikesAfterInhibition: "spikes 0.1 to 1 s after an inhibitory pulse of a second that follows",
} as const;

export type FeatureName = keyof typeof FEATURES;

/** Currents (pA) that the features of a preset are measured with. */
export interface Protocol {
  /** First voltage. */
  readonly v0_mV: number;
  /** Constant current under all steps. Default 0. */
  readonly hold_pA?: number;
  readonly small_pA: number;
  readonly sag_pA: number;
  readonly drive_pA: number;
  readonly rebound?: { readonly hold_pA: number; readonly step_pA: number };
  /** Bias current of the medium afterhyperpolarisation. */
  readonly ahpHold_pA?: number;
  readonly resonanceHold_pA?: number;
  readonly ramp?: { readonly peak_pA: number; readonly bias_pA: number; readonly pulse_pA: number };
}

export interface PublishedFeature {
  readonly name: FeatureName;
  readonly low: number;
  readonly high: number;
  readonly source: string;
  /** `read`: in a table, figure legend or abstract of the source; `recalled`: from memory of it, to be checked before relied upon. */
  readonly provenance: "read" | "recalled";
  /** The preset does not reach the range; `fallsShort` says why. */
  readonly missed?: true;
}

/** What blocking channels must do: bounds on the feature with these parameters multiplied by the factors. */
export interface CausalCheck {
  readonly title: string;
  readonly scale: Readonly<Record<string, number>>;
  readonly feature: FeatureName;
  /** Bounds on the value itself, or on its ratio to the value without block. */
  readonly value?: { readonly low?: number; readonly high?: number };
  readonly ratio?: { readonly low?: number; readonly high?: number };
  readonly source: string;
}

/** A cell type: parameters of the cortical cell that differ from its defaults, and what is known of such cells. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly parameters: Readonly<Record<string, number>>;
  readonly protocol: Protocol;
  readonly features: readonly PublishedFeature[];
  readonly causes: readonly CausalCheck[];
  readonly fallsShort: string;
}
