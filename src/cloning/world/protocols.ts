import { chirpCurrent, pulseTrain, rampCurrent, sineCurrent } from "../../engine/index.ts";
import type { RandomStream } from "../../random.ts";
import { GaussianSource } from "./gaussian.ts";
import {
  type Bench,
  between,
  ladder,
  logBetween,
  type Protocol,
  singleStep,
  stepFamily,
  wholeBetween,
} from "./protocol.ts";
import type { ProtocolKind, World } from "./world.ts";

/** Rows of an evaluation are recorded alike. */
const FIXED_RATE_HZ = 10_000;
/** Two to twenty kHz is usual, the ends are there. */
const RATES_HZ = [4_000, 5_000, 10_000, 10_000, 10_000, 20_000, 20_000, 20_000, 25_000, 50_000];
const MOST_SWEEPS = 30;
/** Samples of one cell: what thirty long sweeps at 50 kHz would exceed. Fewer sweeps are then taken. */
const MOST_SAMPLES = 1_200_000;

export function drawRate(kind: ProtocolKind, stream: RandomStream): number {
  return kind === "world" ? RATES_HZ[wholeBetween(stream, 0, RATES_HZ.length - 1)] : FIXED_RATE_HZ;
}

/** Holding current: none with an ideal or noisy rig; else in half of the cells, mostly negative, up to a third of rheobase. */
export function drawHolding({ rig }: World, rheobase_pA: number, stream: RandomStream): number {
  if (rig !== "full" || stream.uniform() < 0.5) return 0;
  return Math.round(between(stream, -0.35, 0.15) * rheobase_pA);
}

export function drawProtocol(kind: ProtocolKind, bench: Bench, stream: RandomStream): Protocol {
  switch (kind) {
    case "single-step":
      return singleStep(bench, stream);
    case "rich":
      return rich(bench, stream);
    case "world":
      return cut(mixed(bench, stream));
    default:
      return kind satisfies never;
  }
}

/**
 * Ten sweeps of 1 s, all starting and ending with 100 ms at the holding current: steps of 800 ms at -1, -0.5, 0.6 and, evenly, 1.1
 * to 3 times rheobase (five), a ramp through zero to 2.5 times rheobase and Ornstein-Uhlenbeck noise (5 ms) around rheobase with
 * a standard deviation of 0.8 times it. All levels scaled by one factor drawn from 0.8 to 1.25: the experimenter's guess.
 */
function rich(bench: Bench, stream: RandomStream): Protocol {
  const guess_pA = bench.rheobase_pA * logBetween(stream, 0.8, 1.25);
  const levels_pA = [-1, -0.5, 0.6, ...ladder(1.1, 3, 5)].map((level) => level * guess_pA);
  const steps = stepFamily(bench, { levels_pA, before_ms: 100, step_ms: 800, after_ms: 100 });
  const window = { before_ms: 100, stimulus_ms: 800, after_ms: 100 };
  const ramp = framed(bench, window, (time) =>
    rampCurrent({ ...time, start_ms: 0, stop_ms: 800, from: -0.5 * guess_pA, to: 2.5 * guess_pA }),
  );
  const noise = framed(bench, window, (time) =>
    noiseCurrent({ ...time, mean: guess_pA, sd: 0.8 * guess_pA, tau_ms: 5 }, stream),
  );
  return { name: "rich", i_pA: [...steps, ramp, noise] };
}

interface Frame {
  readonly before_ms: number;
  readonly stimulus_ms: number;
  readonly after_ms: number;
}

type Build = (time: { readonly duration_ms: number; readonly dt_ms: number }) => Float64Array;

/** A stimulus on top of the holding current, with the holding current alone before and after. */
function framed(
  { dt_ms, hold_pA }: Bench,
  { before_ms, stimulus_ms, after_ms }: Frame,
  build: Build,
): Float64Array {
  const stimulus = build({ duration_ms: stimulus_ms, dt_ms });
  const before = Math.round(before_ms / dt_ms);
  const after = Math.round(after_ms / dt_ms);
  const current = new Float64Array(before + stimulus.length + after).fill(hold_pA);
  for (let k = 0; k < stimulus.length; k++) current[before + k] += stimulus[k];
  return current;
}

/** What a laboratory does: mostly families of steps, now and then something else, sometimes several things. */
function mixed(bench: Bench, stream: RandomStream): Protocol {
  const choice = stream.uniform();
  const frame = drawFrame(stream);
  if (choice < 0.5) return { name: "steps", i_pA: family(bench, frame, stream) };
  if (choice < 0.6) return { name: "one-step", i_pA: oneStep(bench, frame, stream) };
  if (choice < 0.8) return { name: "steps+other", i_pA: both(bench, frame, stream) };
  const [name, build] = OTHERS[wholeBetween(stream, 0, OTHERS.length - 1)];
  const count = wholeBetween(stream, 1, 6);
  return { name, i_pA: Array.from({ length: count }, () => build(bench, frame, stream)) };
}

/** 0.24 to 4 s in all, in whole hundredths of a second, as protocols are written. */
function drawFrame(stream: RandomStream): Frame {
  const tens = (low: number, high: number) => 10 * Math.round(logBetween(stream, low, high) / 10);
  return { before_ms: tens(20, 500), stimulus_ms: tens(200, 2500), after_ms: tens(20, 1000) };
}

/** Evenly spaced levels from below rest to 1.2 to 5 times rheobase: 2 to 30 sweeps, in ascending order as they are recorded. */
function family(bench: Bench, frame: Frame, stream: RandomStream, most = MOST_SWEEPS): Float64Array[] {
  const count = Math.round(logBetween(stream, 2, most));
  const lowest = -Math.min(100, bench.rheobase_pA * between(stream, 0.1, 1.2));
  const highest = bench.rheobase_pA * logBetween(stream, 1.2, 5);
  return stepFamily(bench, {
    ...frame,
    step_ms: frame.stimulus_ms,
    levels_pA: ladder(lowest, highest, count),
  });
}

function oneStep(bench: Bench, frame: Frame, stream: RandomStream): Float64Array[] {
  const level = bench.rheobase_pA * logBetween(stream, 1, 4);
  return stepFamily(bench, { ...frame, step_ms: frame.stimulus_ms, levels_pA: [level] });
}

function both(bench: Bench, frame: Frame, stream: RandomStream): Float64Array[] {
  const others = Array.from({ length: wholeBetween(stream, 1, 3) }, () => {
    const [, build] = OTHERS[wholeBetween(stream, 0, OTHERS.length - 1)];
    return build(bench, frame, stream);
  });
  return [...family(bench, frame, stream, MOST_SWEEPS - 3), ...others];
}

interface Noise {
  readonly duration_ms: number;
  readonly dt_ms: number;
  readonly mean: number;
  readonly sd: number;
  readonly tau_ms: number;
}

/** Ornstein-Uhlenbeck noise, exact at every step, as the engine's builder makes it but from the fast source. */
function noiseCurrent({ duration_ms, dt_ms, mean, sd, tau_ms }: Noise, stream: RandomStream): Float64Array {
  const keep = Math.exp(-dt_ms / tau_ms);
  const kick = Math.sqrt(1 - keep ** 2);
  const current = new Float64Array(Math.round(duration_ms / dt_ms));
  new GaussianSource(stream).fill(current, current.length);
  let x = current[0];
  current[0] = mean + sd * x;
  for (let k = 1; k < current.length; k++) {
    x = keep * x + kick * current[k];
    current[k] = mean + sd * x;
  }
  return current;
}

type Other = (bench: Bench, frame: Frame, stream: RandomStream) => Float64Array;

const ramp: Other = (bench, frame, stream) => {
  const to = bench.rheobase_pA * logBetween(stream, 1.5, 5);
  return framed(bench, frame, (time) =>
    rampCurrent({ ...time, start_ms: 0, stop_ms: time.duration_ms, from: between(stream, -0.5, 0) * to, to }),
  );
};

const noise: Other = (bench, frame, stream) => {
  const mean = bench.rheobase_pA * between(stream, 0.2, 1.5);
  const sd = bench.rheobase_pA * between(stream, 0.3, 1);
  const tau_ms = logBetween(stream, 2, 20);
  return framed(bench, frame, (time) => noiseCurrent({ ...time, mean, sd, tau_ms }, stream));
};

/** Short pulses, each strong enough for a spike or nearly so. */
const train: Other = (bench, frame, stream) => {
  const width_ms = logBetween(stream, 2, 10);
  const amplitude = bench.rheobase_pA * logBetween(stream, 1, 6) * Math.sqrt(10 / width_ms);
  const frequency_Hz = logBetween(stream, 5, 80);
  return framed(bench, frame, (time) =>
    pulseTrain({ ...time, start_ms: 0, width_ms, frequency_Hz, amplitude }),
  );
};

const sine: Other = (bench, frame, stream) => {
  const amplitude = bench.rheobase_pA * logBetween(stream, 0.5, 2);
  const frequency_Hz = logBetween(stream, 1, 20);
  return framed(bench, frame, (time) => sineCurrent({ ...time, amplitude, frequency_Hz }));
};

const chirp: Other = (bench, frame, stream) => {
  const amplitude = bench.rheobase_pA * logBetween(stream, 0.2, 1.2);
  const to_Hz = logBetween(stream, 10, 40);
  return framed(bench, frame, (time) =>
    chirpCurrent({ ...time, amplitude, from_Hz: 0.5, to_Hz, change: "exponential" }),
  );
};

const OTHERS: readonly (readonly [string, Other])[] = [
  ["ramp", ramp],
  ["noise", noise],
  ["train", train],
  ["sine", sine],
  ["chirp", chirp],
];

/** Sweeps taken out evenly until the recording is not too large. */
function cut({ name, i_pA }: Protocol): Protocol {
  const most = Math.max(1, Math.floor(MOST_SAMPLES / i_pA[0].length));
  if (i_pA.length <= most) return { name, i_pA };
  return { name, i_pA: ladder(0, i_pA.length - 1, most).map((k) => i_pA[Math.round(k)]) };
}
