import { eigen, solve } from "../symmetric.ts";
import { fromUnit, type Prior, toUnit } from "../world/index.ts";
import { type MatchedSweep, type Prepared, type PreparedSweep, prepare } from "./recording.ts";

/** The nine parameters, in the order of the engine's model and of the prior. */
export interface ClosedForm {
  readonly values: Float64Array;
  /** Standard deviation of what the equations leave, mV. */
  readonly residual_mV: number;
  /** Condition number of the scaled normal equations. Above 1e6 the estimates mean little. */
  readonly condition: number;
  /** Names of parameters that the data hardly constrain here. */
  readonly weak: readonly string[];
  readonly spikes: number;
}

/** Regressors: sums of w², w, 1, i, filtered w, filtered resets. */
const TERMS = 6;
const WEAK_DEVIATIONS = 2;
const SEGMENT_MS = 40;
const ROW_MS = 0.3;
const GRID = 14;
const GOLDEN_STEPS = 12;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Parameters of an Izhikevich cell without iteration on the trajectory.
 *
 * Between resets C v' = k (v - vr)(v - vt) - u + i with u' = a (b (v - vr) - u), u += d at a reset, is linear in combinations of
 * the parameters once `a` is given: with w = v - v0 (v0: voltage before the stimulus, in equilibrium) u = b (w filtered) + d (resets
 * filtered) + const. It is solved by least squares in integral form, v(t) - v(s) = sum over the terms, so that noisy voltage is never
 * differentiated; `a` is found on a logarithmic grid and by golden section. vpeak and c are read from the samples beside resets.
 *
 * @param sweeps 1 to 30, each starting in equilibrium, mV and pA.
 * @param dt_ms sampling interval, 0.02 to 0.25.
 * @param prior estimates are brought into its ranges.
 * @returns values in the order of the prior. With noise b, d and a are rough: refine them.
 * @throws InputError as {@link prepare}.
 */
export function closedForm(sweeps: readonly MatchedSweep[], dt_ms: number, prior: Prior): ClosedForm {
  return closedFormOf(prepare(sweeps, dt_ms), prior);
}

export function closedFormOf(data: Prepared, prior: Prior): ClosedForm {
  const { low, high } = prior.parameters[5];
  const best = searchRate(data, low, high);
  const raw = physical(best, data);
  const unit = toUnit(prior, raw).map((x) => (Number.isFinite(x) ? Math.min(0.99, Math.max(0.01, x)) : 0.5));
  const { values } = eigen(best.scaled, TERMS);
  return {
    values: fromUnit(prior, unit),
    residual_mV: best.residual_mV,
    condition: values[0] / Math.max(values[TERMS - 1], 1e-300),
    weak: weakOnes(best, data),
    spikes: data.spikes,
  };
}

interface Fit {
  readonly a: number;
  readonly v0_mV: number;
  readonly theta: Float64Array;
  readonly deviation: Float64Array;
  readonly scaled: Float64Array;
  readonly residual_mV: number;
}

function searchRate(data: Prepared, low: number, high: number): Fit {
  const at = (x: number) => fitAt(data, low * (high / low) ** x);
  const grid = Array.from({ length: GRID }, (_, k) => at(k / (GRID - 1)));
  const k = grid.reduce((best, fit, n) => (fit.residual_mV < grid[best].residual_mV ? n : best), 0);
  let [left, right] = [Math.max(0, k - 1) / (GRID - 1), Math.min(GRID - 1, k + 1) / (GRID - 1)];
  let best = grid[k];
  const consider = (x: number) => {
    const fit = at(x);
    if (fit.residual_mV < best.residual_mV) best = fit;
    return fit.residual_mV;
  };
  let [x1, x2] = [right - GOLDEN * (right - left), left + GOLDEN * (right - left)];
  let [f1, f2] = [consider(x1), consider(x2)];
  for (let step = 0; step < GOLDEN_STEPS; step++) {
    if (f1 < f2) {
      [right, x2, f2] = [x2, x1, f1];
      x1 = right - GOLDEN * (right - left);
      f1 = consider(x1);
    } else {
      [left, x1, f1] = [x1, x2, f2];
      x2 = left + GOLDEN * (right - left);
      f2 = consider(x2);
    }
  }
  return best;
}

class NormalEquations {
  readonly size = TERMS + 1;
  readonly products = new Float64Array(this.size * this.size);
  readonly #sums = new Float64Array(this.size);
  readonly #inner = new Float64Array(this.size * this.size);
  #rows = 0;
  rows = 0;
  segments = 0;

  add(row: Float64Array): void {
    const n = this.size;
    for (let i = 0; i < n; i++) {
      this.#sums[i] += row[i];
      for (let j = 0; j <= i; j++) this.#inner[i * n + j] += row[i] * row[j];
    }
    this.#rows++;
  }

  /** Ends a segment: its unknown starting value is taken out with the mean. */
  close(): void {
    const n = this.size;
    if (this.#rows > 1) {
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++)
          this.products[i * n + j] += this.#inner[i * n + j] - (this.#sums[i] * this.#sums[j]) / this.#rows;
      this.rows += this.#rows;
      this.segments++;
    }
    this.#sums.fill(0);
    this.#inner.fill(0);
    this.#rows = 0;
  }
}

function fitAt(data: Prepared, a: number): Fit {
  const equations = new NormalEquations();
  const v0_mV = restingLevel(data);
  for (const sweep of data.sweeps) addSweep(equations, sweep, data, a, v0_mV);
  return { ...solveScaled(equations), a, v0_mV };
}

function solveScaled({ products, size, rows, segments }: NormalEquations): Omit<Fit, "a" | "v0_mV"> {
  const scale = Float64Array.from({ length: TERMS }, (_, i) => Math.sqrt(products[i * size + i]) || 1);
  const scaled = new Float64Array(TERMS * TERMS);
  for (let i = 0; i < TERMS; i++)
    for (let j = 0; j <= i; j++) {
      const value = products[i * size + j] / (scale[i] * scale[j]) + (i === j ? 1e-11 : 0);
      scaled[i * TERMS + j] = value;
      scaled[j * TERMS + i] = value;
    }
  const right = Float64Array.from({ length: TERMS }, (_, i) => products[TERMS * size + i] / scale[i]);
  const solution = solve(scaled, TERMS, right) ?? new Float64Array(TERMS);
  const explained = solution.reduce((sum, x, i) => sum + x * right[i], 0);
  const rest = Math.max(0, products[TERMS * size + TERMS] - explained);
  const residual_mV = Math.sqrt(rest / Math.max(1, rows - segments - TERMS));
  const deviation = Float64Array.from({ length: TERMS }, (_, i) => {
    const unit = Float64Array.from({ length: TERMS }, (_, j) => (i === j ? 1 : 0));
    const column = solve(scaled, TERMS, unit);
    return (residual_mV * Math.sqrt(column?.[i] ?? 0)) / scale[i];
  });
  return { theta: solution.map((x, i) => x / scale[i]), deviation, scaled, residual_mV };
}

function addSweep(
  equations: NormalEquations,
  { v_mV, i_pA, isReset }: PreparedSweep,
  { dt_ms, substeps, whiteNoise_mV }: Prepared,
  a: number,
  v0_mV: number,
): void {
  const row = new Float64Array(TERMS + 1);
  const stride = Math.max(1, Math.round(ROW_MS / dt_ms));
  const longest = Math.round(SEGMENT_MS / dt_ms);
  const keep = (1 - (a * dt_ms) / substeps) ** substeps;
  const bias = whiteNoise_mV ** 2;
  // Forward sums are exact for the model's scheme; with hidden steps between samples the trapezoid is nearer.
  const trapezoid = substeps > 1 ? 0.5 : 0;
  let [uw, us, start] = [0, 0, 0];
  row[TERMS] = v_mV[0] - v0_mV;
  for (let k = 0; k + 1 < v_mV.length; k++) {
    const w = v_mV[k] - v0_mV;
    const last = isReset[k + 1] === 1;
    if ((k - start) % stride === 0 || last) equations.add(row);
    if (last || k - start >= longest) {
      equations.close();
      row.fill(0);
      start = k + 1;
    }
    const next = trapezoid * (v_mV[k + 1] - v_mV[k]);
    if (!last) {
      row[0] += dt_ms * (w * w - bias + next * (w + v_mV[k + 1] - v0_mV));
      row[1] += dt_ms * (w + next);
      row[2] += dt_ms;
      row[3] += dt_ms * i_pA[k];
      row[4] -= dt_ms * uw;
      row[5] -= dt_ms * us;
    }
    uw = keep * uw + (1 - keep) * w;
    us = keep * us + (last ? 1 : 0);
    row[TERMS] = v_mV[k + 1] - v0_mV;
  }
  equations.close();
}

/** Mean over the start of all sweeps, as long as the current stays what it was. */
function restingLevel({ sweeps, dt_ms }: Prepared): number {
  let [sum, count] = [0, 0];
  for (const { v_mV, i_pA, isReset } of sweeps) {
    const most = Math.min(v_mV.length, Math.round(100 / dt_ms));
    for (let k = 0; k < most && i_pA[k] === i_pA[0] && !isReset[k]; k++) {
      sum += v_mV[k];
      count++;
    }
  }
  return sum / count;
}

/**
 * From the solved coefficients to parameters. With delta = v0 - vr and the holding current inside `i`:
 * theta = k/C, k (2 delta - (vt - vr))/C, (k delta (delta - vt + vr) - b delta)/C, 1/C, b/C, d/C.
 */
function physical({ a, v0_mV, theta }: Fit, data: Prepared): Float64Array {
  const [quadratic, linear, constant, inverse, slope, jump] = theta;
  const C = 1 / Math.max(inverse, 1e-4);
  const k = Math.max(quadratic, 1e-5) * C;
  const b = slope * C;
  const delta = smallRoot(k, b - linear * C, constant * C);
  const vr = v0_mV - delta;
  const vt = vr + 2 * delta - (linear * C) / k;
  const { vpeak, c } = besideResets(data);
  return Float64Array.of(C, k, vr, vt, vpeak, a, b, c, jump * C);
}

/** Root of k x² + p x + q nearer to 0. */
function smallRoot(k: number, p: number, q: number): number {
  const root = Math.sqrt(Math.max(0, p * p - 4 * k * q));
  const denominator = p + (p >= 0 ? root : -root);
  return denominator === 0 ? 0 : (-2 * q) / denominator;
}

/** The highest voltage before a reset, and the middle voltage after one. */
function besideResets({ sweeps }: Prepared): { vpeak: number; c: number } {
  const after: number[] = [];
  let vpeak = Number.NaN;
  for (const { v_mV, isReset } of sweeps)
    for (let k = 1; k < v_mV.length; k++) {
      if (!isReset[k]) continue;
      after.push(v_mV[k]);
      vpeak = Math.max(Number.isNaN(vpeak) ? -Infinity : vpeak, v_mV[k - 1]);
    }
  after.sort((x, y) => x - y);
  return { vpeak, c: after.length > 0 ? after[after.length >> 1] : Number.NaN };
}

/** Coefficients within two deviations of nothing, and what cannot be seen without resets. */
function weakOnes({ theta, deviation }: Fit, { spikes }: Prepared): string[] {
  const of: readonly (readonly [number, string])[] = [
    [0, "k_nS_per_mV"],
    [3, "C_pF"],
    [4, "b_nS"],
    [5, "d_pA"],
  ];
  const weak = of
    .filter(([i]) => Math.abs(theta[i]) < WEAK_DEVIATIONS * deviation[i])
    .map(([, name]) => name);
  if (spikes > 0) return weak;
  return [...new Set([...weak, "vpeak_mV", "c_mV", "d_pA"])];
}
