import { filterCausal } from "../../recordings/prepare/filter.ts";
import { type Design, designLowPass } from "../../recordings/prepare/filter-design.ts";
import type { Rig } from "./rig.ts";

/** One sweep before it goes through the rig. */
export interface TrueSweep {
  /** Membrane voltage at the engine's steps; `oversampling` of them a recorded sample. */
  readonly v_mV: Float64Array;
  /** Command current at the recorded samples. */
  readonly i_pA: Float64Array;
  readonly dt_ms: number;
  readonly oversampling: number;
  /** Samples of the cell's recording that come before and that there are in all. */
  readonly samplesBefore: number;
  readonly samplesInAll: number;
  /** Mains phase at the start. */
  readonly humPhase_rad: number;
}

/**
 * The voltage as it reaches the file: membrane, bridge error and noise go through the amplifier's filter at the engine's step,
 * every `oversampling`-th value is taken, then come offset, drift and hum, then the digitiser.
 *
 * White and AR(1) noise together are one ARMA(1,1) process and cost one deviate a step (Granger and Morris 1976,
 * doi:10.2307/2345178). White noise is made larger by what the filter takes from it, so that the trace has the stated level.
 */
export function recordSweep(sweep: TrueSweep, rig: Rig, gauss: () => number): Float64Array {
  const step_ms = sweep.dt_ms / sweep.oversampling;
  const filter = filterOf(rig, step_ms);
  const raw = atElectrode(sweep, rig);
  addNoise(raw, rig, step_ms, filter ? Math.sqrt(noiseGain(filter)) : 1, gauss);
  const filtered = filter ? filterCausal(raw, filter) : raw;
  return digitised(filtered, sweep, rig);
}

function atElectrode({ v_mV, i_pA, oversampling }: TrueSweep, rig: Rig): Float64Array {
  const raw = new Float64Array(i_pA.length * oversampling);
  const drop_mV_per_pA = rig.bridgeError_MOhm / 1000;
  for (let sample = 0, n = 0; sample < i_pA.length; sample++) {
    const drop_mV = drop_mV_per_pA * i_pA[sample];
    for (let part = 0; part < oversampling; part++, n++) raw[n] = v_mV[n] + drop_mV;
  }
  return raw;
}

function addNoise(
  raw: Float64Array,
  rig: Rig,
  step_ms: number,
  whiteGain: number,
  gauss: () => number,
): void {
  const white_mV = rig.whiteNoise_mV / whiteGain;
  if (white_mV === 0 && rig.slowNoise_mV === 0) return;
  const { keep, moving, kick_mV, start_mV } = noiseProcess(
    white_mV,
    rig.slowNoise_mV,
    step_ms / rig.slowNoiseTau_ms,
  );
  let kick = kick_mV * gauss();
  let noise = kick + start_mV * gauss();
  for (let n = 0; n < raw.length; n++) {
    raw[n] += noise;
    const next = kick_mV * gauss();
    noise = keep * noise + next + moving * kick;
    kick = next;
  }
}

/** x' = keep x + e' + moving e, e of standard deviation `kick`: white noise plus AR(1) noise. Its first value is e plus `start` N(0, 1). */
function noiseProcess(white_mV: number, slow_mV: number, steps: number) {
  const keep = Math.exp(-steps);
  const variance = white_mV ** 2 * (1 + keep ** 2) + slow_mV ** 2 * (1 - keep ** 2);
  const covariance = -keep * white_mV ** 2;
  // moving / (1 + moving²) = covariance / variance; the root inside the unit circle.
  const ratio = covariance / variance;
  const moving = ratio === 0 ? 0 : (1 - Math.sqrt(1 - 4 * ratio ** 2)) / (2 * ratio);
  const kick2 = variance / (1 + moving ** 2);
  const rest2 = white_mV ** 2 + slow_mV ** 2 - kick2;
  return { keep, moving, kick_mV: Math.sqrt(kick2), start_mV: Math.sqrt(Math.max(0, rest2)) };
}

function digitised(filtered: Float64Array, sweep: TrueSweep, rig: Rig): Float64Array {
  const { oversampling, dt_ms, samplesBefore, samplesInAll, humPhase_rad } = sweep;
  const recorded = new Float64Array(sweep.i_pA.length);
  const drift = rig.drift_mV / samplesInAll;
  const start = rig.junctionResidual_mV + drift * samplesBefore;
  const turn = (2 * Math.PI * rig.hum_Hz * dt_ms) / 1000;
  for (let k = 0; k < recorded.length; k++) {
    let v = filtered[k * oversampling] + start + drift * k;
    if (rig.hum_mV > 0) v += rig.hum_mV * Math.sin(humPhase_rad + turn * k);
    recorded[k] = rig.quantum_mV > 0 ? rig.quantum_mV * Math.round(v / rig.quantum_mV) : v;
  }
  return recorded;
}

function filterOf(rig: Rig, step_ms: number): Design | null {
  if (rig.corner_Hz === null) return null;
  return designLowPass("bessel", 4, (rig.corner_Hz * step_ms) / 1000, Math.SQRT1_2);
}

/** Variance of filtered white noise of variance 1: the sum of the squared impulse response. */
function noiseGain(filter: Design): number {
  // The filter starts settled at its first value, so the impulse comes second.
  const impulse = new Float64Array(filter.settling + 2);
  impulse[1] = 1;
  return filterCausal(impulse, filter).reduce((sum, value) => sum + value ** 2, 0);
}
