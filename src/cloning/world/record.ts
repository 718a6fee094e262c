import { type AmplifierFilter, amplifierFilter } from "./amplifierFilter.ts";
import type { GaussianSource } from "./gaussian.ts";
import { fillNoise, noiseProcess } from "./noiseProcess.ts";
import type { Rig } from "./rig.ts";

/** One sweep before it goes through the rig. */
export interface TrueSweep {
  /** Membrane voltage at the engine's steps; `oversampling` of them a recorded sample. */
  readonly v_mV: Float64Array;
  /** Command current at the recorded samples. */
  readonly i_pA: Float64Array;
  /** Part of the cell's recording that comes before, 0 to 1, and the part that this sweep is. */
  readonly before: number;
  readonly part: number;
  /** Mains phase at the start. */
  readonly humPhase_rad: number;
}

/** Records sweeps of one cell. */
export type Recorder = (sweep: TrueSweep, gauss: GaussianSource) => Float64Array;

/**
 * The voltage as it reaches the file: membrane, bridge error and noise go through the amplifier's filter at the engine's step,
 * every `oversampling`-th value is taken, then come offset, drift and hum, then the digitiser. White noise is made larger by what
 * the filter takes from it, so that the trace has the stated level.
 */
export function recorder(rig: Rig, dt_ms: number, oversampling: number): Recorder {
  const step_ms = dt_ms / oversampling;
  const filter = rig.corner_Hz === null ? null : amplifierFilter((rig.corner_Hz * step_ms) / 1000);
  const keep = Math.exp(-step_ms / rig.slowNoiseTau_ms);
  const process = noiseProcess(rig.whiteNoise_mV / (filter?.noiseGain ?? 1), rig.slowNoise_mV, keep);
  let noise = new Float64Array(0);
  return (sweep, gauss) => {
    const steps = sweep.i_pA.length * oversampling;
    if (noise.length < steps + 1) noise = new Float64Array(steps + 1);
    if (process.kick_mV > 0) fillNoise(noise, steps, process, gauss);
    const sampled = filter
      ? filtered(sweep, rig, oversampling, noise, filter)
      : unfiltered(sweep, rig, oversampling, noise);
    addDrift(sampled, sweep, rig);
    if (rig.hum_mV > 0) addHum(sampled, rig, dt_ms, sweep.humPhase_rad);
    if (rig.quantum_mV > 0) digitise(sampled, rig.quantum_mV);
    return sampled;
  };
}

function unfiltered(
  { v_mV, i_pA }: TrueSweep,
  { bridgeError_MOhm }: Rig,
  oversampling: number,
  noise: Float64Array,
): Float64Array {
  const sampled = new Float64Array(i_pA.length);
  const drop_mV_per_pA = bridgeError_MOhm / 1000;
  for (let k = 0, n = 0; k < sampled.length; k++, n += oversampling)
    sampled[k] = v_mV[n] + noise[n] + drop_mV_per_pA * i_pA[k];
  return sampled;
}

/** Both sections in transposed direct form II, settled at the first value, in one pass: it runs for every step of every cell. */
function filtered(
  { v_mV, i_pA }: TrueSweep,
  { bridgeError_MOhm }: Rig,
  oversampling: number,
  noise: Float64Array,
  { coefficients }: AmplifierFilter,
): Float64Array {
  const [b0, b1, b2, a1, a2, c0, c1, c2, d1, d2] = coefficients;
  const drop_mV_per_pA = bridgeError_MOhm / 1000;
  const first = v_mV[0] + drop_mV_per_pA * i_pA[0];
  let s2 = (b2 - a2) * first;
  let s1 = (b1 - a1) * first + s2;
  let t2 = (c2 - d2) * first;
  let t1 = (c1 - d1) * first + t2;
  const sampled = new Float64Array(i_pA.length);
  for (let k = 0, n = 0; k < sampled.length; k++) {
    const drop = drop_mV_per_pA * i_pA[k];
    for (let part = 0; part < oversampling; part++, n++) {
      const x = v_mV[n] + drop + noise[n];
      const y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      const z = c0 * y + t1;
      t1 = c1 * y - d1 * z + t2;
      t2 = c2 * y - d2 * z;
      if (part === 0) sampled[k] = z;
    }
  }
  return sampled;
}

function addDrift(sampled: Float64Array, { before, part }: TrueSweep, rig: Rig): void {
  const start = rig.junctionResidual_mV + rig.drift_mV * before;
  const slope = (rig.drift_mV * part) / sampled.length;
  if (start === 0 && slope === 0) return;
  for (let k = 0; k < sampled.length; k++) sampled[k] += start + slope * k;
}

/** A rotation a sample instead of a sine. */
function addHum(sampled: Float64Array, { hum_mV, hum_Hz }: Rig, dt_ms: number, phase_rad: number): void {
  const turn = (2 * Math.PI * hum_Hz * dt_ms) / 1000;
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  let [x, y] = [hum_mV * Math.cos(phase_rad), hum_mV * Math.sin(phase_rad)];
  for (let k = 0; k < sampled.length; k++) {
    sampled[k] += y;
    const turned = x * cosine - y * sine;
    y = x * sine + y * cosine;
    x = turned;
  }
}

function digitise(sampled: Float64Array, quantum_mV: number): void {
  const inverse = 1 / quantum_mV;
  for (let k = 0; k < sampled.length; k++) sampled[k] = quantum_mV * Math.floor(sampled[k] * inverse + 0.5);
}
