/** What the injected current of a sweep is, read off the waveform alone, so that it works for any source of it. */
import type { Stimulus, StimulusSegment } from "./recording.ts";

/** More segments than this are no protocol that a person would describe step by step. */
const MAX_SEGMENTS = 36;
/** A rebuilt command bends at few samples; a recorded one changes at nearly every sample. */
const EXACT_BEND_FRACTION = 0.02;
/** Below this a recorded current cannot be told from hum, offset and the digitiser's counts, pA. */
const RECORDED_FLOOR_PA = 2;
/** Recorded currents at rest had 0.4 to 5 pA in six rigs; white noise above this was injected on purpose, pA. */
const MAX_AMPLIFIER_NOISE_PA = 25;
/** Hum and drift that recorded currents at rest have, pA. */
const HUM_PA = 10;
/** Half-width of the edge detector, ms: short enough for 1 ms pulses. */
const EDGE_WINDOW_MS = 0.4;
const MIN_WINDOW_SAMPLES = 4;
/**
 * An edge stands this many robust standard deviations out of the noise, and at least this part of the whole range:
 * the settling of the amplifier after a large pulse is smaller, a test step before a large pulse is larger.
 */
const EDGE_SIGMAS = 8;
const EDGE_RANGE_FRACTION = 0.01;

/**
 * Segments, kind and main level of an injected current.
 *
 * A rebuilt command (epoch table, most text files) is cut wherever its slope changes. A recorded current is cut at
 * edges: extrema of the difference between the means of the 0.4 ms after and before a sample, above 8 robust standard
 * deviations of that difference and a hundredth of the current's range; neighbours that agree within the noise are joined.
 *
 * The main step of several is the most depolarising one, or, when none depolarises, the longest (the first of equals).
 *
 * @param i_pA [nSamples], finite.
 * @param dt_ms Sampling interval, > 0.
 * @returns `amplitude_pA` is the level itself, not its distance from holding. `kind` is `arbitrary`, with no segments,
 *   when the current is neither constant nor linear in pieces (sine, noise) or has more than 36 segments without being
 *   a train of equal pulses.
 */
export function describeStimulus(i_pA: Float64Array, dt_ms: number): Stimulus {
  if (i_pA.length === 0) return nothing(0, []);
  return asCommand(i_pA, dt_ms) ?? asRecorded(i_pA, dt_ms) ?? arbitrary(i_pA, dt_ms);
}

function asCommand(i_pA: Float64Array, dt_ms: number): Stimulus | undefined {
  const tolerance_pA = 1e-6 * rangeOf(i_pA);
  const cuts = exactCuts(i_pA, tolerance_pA);
  return cuts && classify(exactPieces(i_pA, cuts, tolerance_pA), tolerance_pA, dt_ms);
}

/** Also for a quantised current that toggles between two counts now and then: few bends for noise, many for a command. */
function asRecorded(i_pA: Float64Array, dt_ms: number): Stimulus | undefined {
  const pieces = recordedPieces(i_pA, dt_ms);
  const tolerance_pA = Math.max(RECORDED_FLOOR_PA, EDGE_RANGE_FRACTION * rangeOf(i_pA));
  return pieces && classify(pieces, tolerance_pA, dt_ms);
}

/** A line over samples [start, end). */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly from_pA: number;
  readonly to_pA: number;
}

function rangeOf(values: Float64Array): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}

/** Samples at which a new line starts, or `undefined` when the waveform bends too often to be a rebuilt command. */
function exactCuts(i_pA: Float64Array, tolerance_pA: number): number[] | undefined {
  const limit = Math.max(8, EXACT_BEND_FRACTION * i_pA.length);
  const cuts = [0];
  let start = 0;
  for (let k = 1; k < i_pA.length; k++) {
    const slope = k - start > 1 ? i_pA[start + 1] - i_pA[start] : i_pA[k] - i_pA[k - 1];
    const onLine = Math.abs(i_pA[k] - i_pA[k - 1] - slope) <= tolerance_pA;
    // The second sample of a piece always lies on a line with the first one: only a third can tell a jump from a ramp.
    const jump = k - start === 1 && !continues(i_pA, k, slope, tolerance_pA);
    if (onLine && !jump) continue;
    cuts.push(k);
    start = k;
    if (cuts.length > limit) return undefined;
  }
  return cuts;
}

function continues(i_pA: Float64Array, k: number, slope: number, tolerance_pA: number): boolean {
  if (Math.abs(slope) <= tolerance_pA) return true;
  return k + 1 < i_pA.length && Math.abs(i_pA[k + 1] - i_pA[k] - slope) <= tolerance_pA;
}

function exactPieces(i_pA: Float64Array, cuts: readonly number[], tolerance_pA: number): Piece[] {
  const pieces = cuts.map((start, n): Piece => {
    const end = cuts[n + 1] ?? i_pA.length;
    return { start, end, from_pA: i_pA[start], to_pA: i_pA[end - 1] };
  });
  return joined(pieces, tolerance_pA);
}

function recordedPieces(i_pA: Float64Array, dt_ms: number): Piece[] | undefined {
  const window = Math.max(MIN_WINDOW_SAMPLES, Math.round(EDGE_WINDOW_MS / dt_ms));
  if (i_pA.length < 4 * window || sampleNoise(i_pA) > MAX_AMPLIFIER_NOISE_PA) return undefined;
  const jump_pA = windowedJumps(i_pA, window);
  const noise_pA = robustSigma(jump_pA);
  const range_pA = smoothRange(i_pA, window);
  const threshold_pA = Math.max(EDGE_SIGMAS * noise_pA, EDGE_RANGE_FRACTION * range_pA, RECORDED_FLOOR_PA);
  // What the mean of a window may be off by: a slow sine makes no edges, and its jumps look like noise.
  const stray_pA = Math.min(
    threshold_pA,
    Math.max(HUM_PA, EDGE_RANGE_FRACTION * range_pA, (EDGE_SIGMAS * sampleNoise(i_pA)) / Math.sqrt(window)),
  );
  const edges = [0, ...peaksAbove(jump_pA, threshold_pA), i_pA.length];
  if (edges.length > i_pA.length / window) return undefined;
  const pieces: Piece[] = [];
  for (let n = 0; n + 1 < edges.length; n++) {
    const piece = fitPiece(i_pA, edges[n], edges[n + 1], window, { threshold_pA, stray_pA });
    if (!piece) return undefined;
    pieces.push(piece);
  }
  return joined(pieces, threshold_pA / 2);
}

/** Mean of the window after each sample minus the mean of the window before it. */
function windowedJumps(i_pA: Float64Array, window: number): Float64Array {
  const jumps = new Float64Array(i_pA.length);
  let before = 0;
  let after = 0;
  for (let k = 0; k < window; k++) {
    before += i_pA[k];
    after += i_pA[k + window];
  }
  for (let k = window; k + window <= i_pA.length; k++) {
    jumps[k] = (after - before) / window;
    before += i_pA[k] - i_pA[k - window];
    after += (i_pA[k + window] ?? 0) - i_pA[k];
  }
  return jumps;
}

/** Standard deviation of what changes from one sample to the next. */
function sampleNoise(i_pA: Float64Array): number {
  return robustSigma(i_pA.subarray(1).map((value, k) => value - i_pA[k])) / Math.SQRT2;
}

/** Standard deviation by the median absolute deviation: a few edges do not move it. */
function robustSigma(values: Float64Array): number {
  const centre = median(values);
  return 1.4826 * median(values.map((value) => Math.abs(value - centre)));
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Range of the means of consecutive windows: single noisy samples do not count. */
function smoothRange(i_pA: Float64Array, window: number): number {
  return rangeOf(blockMeans(i_pA, 0, i_pA.length, window));
}

function blockMeans(i_pA: Float64Array, start: number, end: number, window: number): Float64Array {
  const means = new Float64Array(Math.max(1, Math.floor((end - start) / window)));
  for (let block = 0; block < means.length; block++) {
    means[block] = meanOf(i_pA, start + block * window, Math.min(end, start + (block + 1) * window));
  }
  return means;
}

function meanOf(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let k = start; k < end; k++) sum += values[k];
  return sum / (end - start);
}

/** The largest |jump| of every stretch that stays above the threshold with one sign. */
function peaksAbove(jump_pA: Float64Array, threshold_pA: number): number[] {
  const peaks: number[] = [];
  let previous = 0;
  for (const [k, jump] of jump_pA.entries()) {
    const sign = Math.abs(jump) < threshold_pA ? 0 : Math.sign(jump);
    if (sign !== 0 && sign !== previous) peaks.push(k);
    else if (sign !== 0 && Math.abs(jump) > Math.abs(jump_pA[peaks.at(-1)!])) peaks[peaks.length - 1] = k;
    previous = sign;
  }
  return peaks;
}

function constantPiece(i_pA: Float64Array, start: number, end: number): Piece {
  const level = meanOf(i_pA, start, end);
  return { start, end, from_pA: level, to_pA: level };
}

/** A constant or a line through the block means; `undefined` when neither follows them (sine, noise). */
function fitPiece(
  i_pA: Float64Array,
  start: number,
  end: number,
  window: number,
  { threshold_pA, stray_pA }: { readonly threshold_pA: number; readonly stray_pA: number },
): Piece | undefined {
  // The amplifier needs a moment to settle after an edge; a pulse too short for that keeps its middle half.
  const margin = Math.min(window, (end - start) >> 2);
  const inner: [number, number] = [start + margin, end - margin];
  const means = blockMeans(i_pA, inner[0], inner[1], window);
  if (means.length < 4) return { ...constantPiece(i_pA, inner[0], inner[1]), start, end };
  const { mean, slope } = lineThrough(means);
  const drop = slope * (means.length - 1);
  const isLine = Math.abs(drop) > threshold_pA;
  const residual = means.map(
    (value, k) => value - mean - (isLine ? slope * (k - (means.length - 1) / 2) : 0),
  );
  const strays = residual.filter((value) => Math.abs(value) > stray_pA).length;
  if (strays > 0.1 * means.length) return undefined;
  if (!isLine) return { start, end, from_pA: mean, to_pA: mean };
  const perSample = slope / window;
  return {
    start,
    end,
    from_pA: mean - (perSample * (end - start)) / 2,
    to_pA: mean + (perSample * (end - start)) / 2,
  };
}

function lineThrough(values: Float64Array): { mean: number; slope: number } {
  const centre = (values.length - 1) / 2;
  const mean = meanOf(values, 0, values.length);
  let covariance = 0;
  let variance = 0;
  values.forEach((value, k) => {
    covariance += (k - centre) * (value - mean);
    variance += (k - centre) ** 2;
  });
  return { mean, slope: variance > 0 ? covariance / variance : 0 };
}

/** Neighbouring constant pieces of the same level become one, weighted by their lengths. */
function joined(pieces: readonly Piece[], tolerance_pA: number): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (
      !last ||
      !isFlat(last, tolerance_pA) ||
      !isFlat(piece, tolerance_pA) ||
      !near(last, piece, tolerance_pA)
    ) {
      result.push(piece);
      continue;
    }
    const weight = (piece.end - piece.start) / (piece.end - last.start);
    const level = last.from_pA + weight * (piece.from_pA - last.from_pA);
    result[result.length - 1] = { start: last.start, end: piece.end, from_pA: level, to_pA: level };
  }
  return result;
}

function near(a: Piece, b: Piece, tolerance_pA: number): boolean {
  return Math.abs(a.to_pA - b.from_pA) <= tolerance_pA;
}

function isFlat(piece: Piece, tolerance_pA: number): boolean {
  return Math.abs(piece.to_pA - piece.from_pA) <= tolerance_pA;
}

/** `undefined` for more segments than a protocol has. */
function classify(pieces: readonly Piece[], tolerance_pA: number, dt_ms: number): Stimulus | undefined {
  const holding_pA = pieces[0].from_pA;
  const rests = (piece: Piece): boolean =>
    isFlat(piece, tolerance_pA) && Math.abs(piece.from_pA - holding_pA) <= tolerance_pA;
  const active = pieces.filter((piece) => !rests(piece));
  const segments = pieces.map(
    (piece): StimulusSegment => ({
      start_ms: piece.start * dt_ms,
      end_ms: piece.end * dt_ms,
      from_pA: piece.from_pA,
      to_pA: piece.to_pA,
    }),
  );
  if (active.length === 0) return nothing(holding_pA, segments);
  const whole = {
    start_ms: active[0].start * dt_ms,
    end_ms: active.at(-1)!.end * dt_ms,
    holding_pA,
    segments,
  };
  const train = pulsesOfTrain(active, holding_pA, tolerance_pA);
  if (train.length > 0) {
    const span = { start_ms: train[0].start * dt_ms, end_ms: train.at(-1)!.end * dt_ms };
    return {
      kind: "pulse-train",
      amplitude_pA: mainStep(train, holding_pA).from_pA,
      ...span,
      holding_pA,
      segments,
    };
  }
  if (pieces.length > MAX_SEGMENTS) return undefined;
  const longest = active.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
  if (!isFlat(longest, tolerance_pA))
    return { kind: "ramp", amplitude_pA: farthest(active, holding_pA), ...whole };
  const main = mainStep(active, holding_pA);
  const kind = active.length === 1 ? "step" : "steps";
  const span = { start_ms: main.start * dt_ms, end_ms: main.end * dt_ms };
  return { kind, amplitude_pA: main.from_pA, ...span, holding_pA, segments };
}

/**
 * Three or more flat pulses of one height and length, each apart from the next, that are most of what happens: a
 * test step before the train is allowed. Empty when there is no train.
 */
function pulsesOfTrain(active: readonly Piece[], holding_pA: number, tolerance_pA: number): Piece[] {
  const model = active.reduce((a, b) => (distance(b, holding_pA) > distance(a, holding_pA) ? b : a));
  if (distance(model, holding_pA) < RECORDED_FLOOR_PA) return [];
  const length = model.end - model.start;
  const heightTolerance_pA = Math.max(tolerance_pA, 0.1 * distance(model, holding_pA));
  const pulses = active.filter((pulse) => {
    const alike =
      isFlat(pulse, tolerance_pA) && Math.abs(pulse.from_pA - model.from_pA) <= heightTolerance_pA;
    return alike && Math.abs(pulse.end - pulse.start - length) <= Math.max(2, 0.2 * length);
  });
  const apart = pulses.every((pulse, n) => n === 0 || pulse.start > pulses[n - 1].end);
  return apart && pulses.length >= 3 && pulses.length > active.length / 2 ? pulses : [];
}

function distance(piece: Piece, holding_pA: number): number {
  return Math.abs(piece.from_pA - holding_pA);
}

function mainStep(active: readonly Piece[], holding_pA: number): Piece {
  const flat = active.filter((piece) => piece.from_pA === piece.to_pA);
  const candidates = flat.length > 0 ? flat : active;
  const highest = candidates.reduce((a, b) => (b.from_pA > a.from_pA ? b : a));
  if (highest.from_pA > holding_pA) return highest;
  return candidates.reduce((a, b) => (b.end - b.start > a.end - a.start ? b : a));
}

function farthest(active: readonly Piece[], holding_pA: number): number {
  const levels = active.flatMap((piece) => [piece.from_pA, piece.to_pA]);
  return levels.reduce((a, b) => (Math.abs(b - holding_pA) > Math.abs(a - holding_pA) ? b : a));
}

function nothing(holding_pA: number, segments: readonly StimulusSegment[]): Stimulus {
  return { kind: "none", amplitude_pA: 0, start_ms: 0, end_ms: 0, holding_pA, segments };
}

/** Holding is the median of the first 64th of the sweep, where acquisition programs rest; the peak is the farthest sample. */
function arbitrary(i_pA: Float64Array, dt_ms: number): Stimulus {
  const holding_pA = median(i_pA.slice(0, Math.max(1, i_pA.length >> 6)));
  let peak = 0;
  i_pA.forEach((value, k) => {
    if (Math.abs(value - holding_pA) > Math.abs(i_pA[peak] - holding_pA)) peak = k;
  });
  const away = i_pA.findIndex((value) => value !== holding_pA);
  const back = i_pA.findLastIndex((value) => value !== holding_pA);
  return {
    kind: "arbitrary",
    amplitude_pA: i_pA[peak],
    start_ms: Math.max(0, away) * dt_ms,
    end_ms: (back + 1) * dt_ms,
    holding_pA,
    segments: [],
  };
}
