/** Band-limited interpolation at any rational ratio of rates. */

export interface Ratio {
  /** Rate out over rate in = up / down, in lowest terms. */
  readonly up: number;
  readonly down: number;
}

/** Kaiser window for 80 dB: Oppenheim & Schafer, Discrete-Time Signal Processing, section 7.5. */
const KAISER_BETA = 0.1102 * (80 - 8.7);
/** -6 dB here, in cycles per sample of the lower rate: passes up to 0.4, stops from 0.5 (80 dB). */
const CUTOFF = 0.45;
/** Samples of the lower rate on each side that this transition takes: 72 / (2.285 * 2 pi * 0.1) / 2. */
export const HALF_WIDTH = 26;

/** The fraction nearest to the ratio with a relative error below 1e-6; null if it needs a term above 10000. */
export function ratioOf(value: number): Ratio | null {
  let [before, up] = [0, 1];
  let [beforeDown, down] = [1, 0];
  let rest = value;
  for (let round = 0; round < 40; round++) {
    const whole = Math.floor(rest);
    [before, up] = [up, whole * up + before];
    [beforeDown, down] = [down, whole * down + beforeDown];
    if (up > 10000 || down > 10000) return null;
    if (up > 0 && Math.abs(up / down / value - 1) < 1e-6) return { up, down };
    rest = 1 / (rest - whole);
  }
  return null;
}

/** Samples that fit between the first and the last one at the new rate, both ends included. */
export function lengthAfter(length: number, { up, down }: Ratio): number {
  return length === 0 ? 0 : Math.floor(((length - 1) * up) / down) + 1;
}

/**
 * Windowed-sinc interpolation (polyphase): sample n of the result lies at input sample n down / up. The filter is symmetric,
 * so that nothing is delayed, and also keeps out what the new rate cannot hold. A constant stays the same. Within 26
 * samples of the lower rate from an end the trace is continued by its reflection through the end point.
 */
export function resampled(values: Float64Array, ratio: Ratio): Float64Array {
  const { up, down } = ratio;
  const scale = Math.min(1, up / down);
  const reach = Math.ceil(HALF_WIDTH / scale);
  const rows: (Float64Array | undefined)[] = [];
  const at = reflected(values);
  return Float64Array.from({ length: lengthAfter(values.length, ratio) }, (_, n) => {
    const phase = (n * down) % up;
    const centre = (n * down - phase) / up;
    rows[phase] ??= weights(phase / up, scale, reach);
    const row = rows[phase];
    const first = centre - reach + 1;
    let sum = 0;
    if (first >= 0 && first + row.length <= values.length)
      for (let k = 0; k < row.length; k++) sum += row[k] * values[first + k];
    else for (let k = 0; k < row.length; k++) sum += row[k] * at(first + k);
    return sum;
  });
}

/**
 * Interpolation along straight lines that do not cross an edge: before an edge the last value is held. A step stays a step
 * of the same height, less than one new sample late; a ramp stays a ramp.
 *
 * @param edges Samples at which a new segment begins.
 */
export function alongSegments(values: Float64Array, ratio: Ratio, edges: ReadonlySet<number>): Float64Array {
  const { up, down } = ratio;
  return Float64Array.from({ length: lengthAfter(values.length, ratio) }, (_, n) => {
    const phase = (n * down) % up;
    const k = (n * down - phase) / up;
    const isHeld = phase === 0 || edges.has(k + 1) || k + 1 >= values.length;
    return isHeld ? values[k] : values[k] + (phase / up) * (values[k + 1] - values[k]);
  });
}

function weights(fraction: number, scale: number, reach: number): Float64Array {
  const row = Float64Array.from({ length: 2 * reach }, (_, k) => {
    const x = (k - reach + 1 - fraction) * scale;
    return sinc(2 * CUTOFF * x) * kaiser(x / HALF_WIDTH);
  });
  const sum = row.reduce((a, b) => a + b, 0);
  return row.map((weight) => weight / sum);
}

function reflected(values: Float64Array): (k: number) => number {
  const last = values.length - 1;
  return (k) => {
    if (k < 0) return 2 * values[0] - values[Math.min(-k, last)];
    return k > last ? 2 * values[last] - values[Math.max(2 * last - k, 0)] : values[k];
  };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - x * x)) / besselI0(KAISER_BETA);
}

/** Modified Bessel function of order 0, its power series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
