/** Sines of known frequency in a trace: how large they are, apart from what else the trace does. */

/** a cos(2 pi f t) + b sin(2 pi f t), t from the first sample of the trace. */
export interface Sine {
  readonly frequency_Hz: number;
  readonly cosine: number;
  readonly sine: number;
}

/** Samples [from, to). */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export function amplitude({ cosine, sine }: Sine): number {
  return Math.hypot(cosine, sine);
}

/**
 * Least-squares fit of sines that run through all stretches, with a parabola of its own under each stretch (rest, drift,
 * the tail of a response). The parabolas are projected out of trace and sines first, so that the equations left are
 * two for each frequency (Frisch-Waugh-Lovell theorem).
 *
 * @param values The trace, finite.
 * @param stretches Where it is fitted, apart from each other; those of fewer than four samples are not used.
 * @param frequencies_Hz Distinct and below half the sampling rate. Two that are closer than 1 / length cannot be told apart.
 * @returns One sine a frequency, in the unit of the trace, and the power (sum of squares) that they explain; null if
 *   the stretches are too short to determine them.
 */
export function fitSines(
  values: Float64Array,
  dt_ms: number,
  stretches: readonly Stretch[],
  frequencies_Hz: readonly number[],
): { readonly sines: readonly Sine[]; readonly explained: number } | null {
  const size = 2 * frequencies_Hz.length;
  const normal = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  for (const stretch of stretches) {
    const columns = frequencies_Hz.flatMap((f) => waves(f, dt_ms, stretch));
    const trace = values.slice(stretch.from, stretch.to);
    if (trace.length < 4) continue;
    const basis = parabolas(trace.length);
    for (const column of [...columns, trace]) project(column, basis);
    for (let row = 0; row < size; row++) {
      right[row] += dot(columns[row], trace);
      for (let k = 0; k <= row; k++) normal[row][k] += dot(columns[row], columns[k]);
    }
  }
  const solution = solve(normal, right);
  if (!solution) return null;
  return {
    sines: frequencies_Hz.map((frequency_Hz, k) => ({
      frequency_Hz,
      cosine: solution[2 * k],
      sine: solution[2 * k + 1],
    })),
    explained: dot(solution, right),
  };
}

/** The trace less the sines. */
export function withoutSines(values: Float64Array, dt_ms: number, sines: readonly Sine[]): Float64Array {
  const result = values.slice();
  for (const { frequency_Hz, cosine, sine } of sines) {
    const [cosines, sinesOf] = waves(frequency_Hz, dt_ms, { from: 0, to: values.length });
    for (let k = 0; k < result.length; k++) result[k] -= cosine * cosines[k] + sine * sinesOf[k];
  }
  return result;
}

/** Restarting the rotation keeps its rounding error at 1e-13. */
const RESTART = 1024;

/** Cosine and sine at the samples of the stretch, by rotation: two trigonometric calls in a thousand samples. */
function waves(frequency_Hz: number, dt_ms: number, { from, to }: Stretch): [Float64Array, Float64Array] {
  const step = (2 * Math.PI * frequency_Hz * dt_ms) / 1000;
  const [turnCosine, turnSine] = [Math.cos(step), Math.sin(step)];
  const cosines = new Float64Array(Math.max(0, to - from));
  const sines = new Float64Array(cosines.length);
  let [c, s] = [1, 0];
  for (let k = 0; k < cosines.length; k++) {
    if (k % RESTART === 0) [c, s] = [Math.cos(step * (from + k)), Math.sin(step * (from + k))];
    cosines[k] = c;
    sines[k] = s;
    [c, s] = [c * turnCosine - s * turnSine, s * turnCosine + c * turnSine];
  }
  return [cosines, sines];
}

/** Orthonormal polynomials of degree 0, 1 and 2 over n samples. */
function parabolas(n: number): Float64Array[] {
  const line = Float64Array.from({ length: n }, (_, k) => (2 * k) / (n - 1) - 1);
  const basis: Float64Array[] = [];
  for (const power of [new Float64Array(n).fill(1), line, line.map((x) => x * x)]) {
    project(power, basis);
    const length = Math.sqrt(dot(power, power));
    basis.push(power.map((value) => value / length));
  }
  return basis;
}

/** Takes the part along the basis out of the values, in place. */
function project(values: Float64Array, basis: readonly Float64Array[]): void {
  for (const direction of basis) {
    const along = dot(values, direction);
    for (let k = 0; k < values.length; k++) values[k] -= along * direction[k];
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** Cholesky; only the lower triangle is read. Null unless clearly positive definite. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array | null {
  const n = right.length;
  const lower = matrix.map((row) => row.slice());
  for (let j = 0; j < n; j++) {
    const rest = lower[j][j] - dot(lower[j].subarray(0, j), lower[j].subarray(0, j));
    if (!(rest > 1e-9 * matrix[j][j])) return null;
    lower[j][j] = Math.sqrt(rest);
    for (let k = j + 1; k < n; k++)
      lower[k][j] = (matrix[k][j] - dot(lower[k].subarray(0, j), lower[j].subarray(0, j))) / lower[j][j];
  }
  const x = right.slice();
  for (let j = 0; j < n; j++) x[j] = (x[j] - dot(lower[j].subarray(0, j), x.subarray(0, j))) / lower[j][j];
  for (let j = n - 1; j >= 0; j--) {
    for (let k = j + 1; k < n; k++) x[j] -= lower[k][j] * x[k];
    x[j] /= lower[j][j];
  }
  return x;
}
