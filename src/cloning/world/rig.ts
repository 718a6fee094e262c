import type { RandomStream } from "../../random.ts";
import { between, logBetween, wholeBetween } from "./protocol.ts";

/** What stood between the membrane and the file. All of it is drawn once a cell. */
export interface Rig {
  /** Standard deviation of white noise in the recorded trace, after the filter. */
  readonly whiteNoise_mV: number;
  /** Standard deviation and correlation time of AR(1) noise: electrode, background synapses. */
  readonly slowNoise_mV: number;
  readonly slowNoiseTau_ms: number;
  /** Voltage at the end of the last sweep less that at the start of the first: a straight line over all sweeps. */
  readonly drift_mV: number;
  /** Series resistance that the bridge leaves (above 0) or takes too much: V = Vm + R I. */
  readonly bridgeError_MOhm: number;
  /** -3 dB corner of a four-pole Bessel low-pass; null: none. */
  readonly corner_Hz: number | null;
  /** What is left of the liquid junction potential after the laboratory's correction; nobody knows it. */
  readonly junctionResidual_mV: number;
  /** Amplitude of the mains hum and its frequency. */
  readonly hum_mV: number;
  readonly hum_Hz: number;
  /** One step of the digitiser; 0: none. */
  readonly quantum_mV: number;
}

/** `ideal`: the voltage itself. `noisy`: white and slow noise only. `full`: everything. */
export type RigKind = "ideal" | "noisy" | "full";

const SLOW_NOISE_MV = 0.5;
/** Positions of an amplifier's switch. */
const CORNERS_HZ = [2_000, 3_000, 4_000, 6_000, 10_000];

const IDEAL: Rig = {
  whiteNoise_mV: 0,
  slowNoise_mV: 0,
  slowNoiseTau_ms: 5,
  drift_mV: 0,
  bridgeError_MOhm: 0,
  corner_Hz: null,
  junctionResidual_mV: 0,
  hum_mV: 0,
  hum_Hz: 50,
  quantum_mV: 0,
};

/**
 * Draws a rig.
 *
 * `noisy` with a given level: white noise of that standard deviation with slow noise of 0.5 mV (none at level 0). Without one both
 * are drawn: white 0 to 1 mV, slow 0 to 0.7 mV, one cell in ten without either. The rest of `full`: drift of 1.5 mV and a junction
 * residual of 1 mV (standard deviations), a bridge off by up to 15 % of 5 to 40 MOhm, a corner of 2 to 10 kHz where the sampling
 * has room for it, hum of up to 0.3 mV in three cells of ten, digitised in steps of 1/32 or 0.305 mV (16 and 12 bits).
 */
export function drawRig(kind: RigKind, noise_mV: number | null, rate_Hz: number, stream: RandomStream): Rig {
  const noise = noise_mV === null ? drawNoise(stream) : fixedNoise(noise_mV, stream);
  if (kind === "ideal") return IDEAL;
  if (kind === "noisy") return { ...IDEAL, ...noise };
  return { ...noise, ...drawErrors(rate_Hz, stream) };
}

type Noise = Pick<Rig, "whiteNoise_mV" | "slowNoise_mV" | "slowNoiseTau_ms">;

function drawNoise(stream: RandomStream): Noise {
  const present = stream.uniform() < 0.9 ? 1 : 0;
  return {
    whiteNoise_mV: present * between(stream, 0, 1),
    slowNoise_mV: present * between(stream, 0, 0.7),
    slowNoiseTau_ms: logBetween(stream, 2, 20),
  };
}

function fixedNoise(noise_mV: number, stream: RandomStream): Noise {
  return {
    whiteNoise_mV: noise_mV,
    slowNoise_mV: noise_mV > 0 ? SLOW_NOISE_MV : 0,
    slowNoiseTau_ms: logBetween(stream, 2, 20),
  };
}

function drawErrors(rate_Hz: number, stream: RandomStream): Omit<Rig, keyof Noise> {
  const corner_Hz = CORNERS_HZ[wholeBetween(stream, 0, CORNERS_HZ.length - 1)];
  return {
    drift_mV: 1.5 * stream.normal(),
    bridgeError_MOhm: between(stream, -0.15, 0.15) * logBetween(stream, 5, 40),
    corner_Hz: Math.min(corner_Hz, 0.4 * rate_Hz),
    junctionResidual_mV: stream.normal(),
    hum_mV: stream.uniform() < 0.3 ? between(stream, 0, 0.3) : 0,
    hum_Hz: stream.uniform() < 0.5 ? 50 : 60,
    quantum_mV: stream.uniform() < 0.7 ? 1 / 32 : 0.305,
  };
}
