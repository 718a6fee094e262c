import type { Gains } from "./gains.ts";
import { equilibrium, FLOOR_MV, HEADROOM_MV } from "./model.ts";
import type { Prepared, PreparedSweep } from "./recording.ts";

/** C, k, vr, vt, a, b, c, d. */
const COUNT = 8;

/** Expansion of the prediction cost in the eight parameters without vpeak, in their units; and what the adjoint pass needs. */
export interface Expansion {
  readonly gradient: Float64Array;
  /** Gauss-Newton curvature, [8 x 8]. */
  readonly information: Float64Array;
  /** Derivatives of each prediction error, [samples x 8]. */
  readonly slopes: Float32Array;
  /** Growth of a deviation of v in each step of the scheme. */
  readonly growth: Float64Array;
  /** The step of each sample that ended in a reset, or {@link NO_RESET}. */
  readonly resetPart: Uint8Array;
}

const NO_RESET = 255;

export function expansionFor({ samples, substeps }: Prepared): Expansion {
  return {
    gradient: new Float64Array(COUNT),
    information: new Float64Array(COUNT * COUNT),
    slopes: new Float32Array(COUNT * samples),
    growth: new Float64Array(samples * substeps),
    resetPart: new Uint8Array(samples),
  };
}

/**
 * Forward sensitivities of the predictor at fixed gains: exact derivatives of its errors, in one pass. Fills and returns `out`.
 *
 * @param weight one over the variance of each error, 1/mV².
 */
export function expand(
  data: Prepared,
  values: ArrayLike<number>,
  gains: Gains,
  weight: Float64Array,
  out: Expansion,
): Expansion {
  out.gradient.fill(0);
  out.information.fill(0);
  let offset = 0;
  for (const sweep of data.sweeps) {
    expandSweep(sweep, data, values, gains, weight, out, offset);
    offset += sweep.v_mV.length;
  }
  mirror(out.information);
  return out;
}

function mirror(matrix: Float64Array): void {
  for (let i = 0; i < COUNT; i++) for (let j = 0; j < i; j++) matrix[j * COUNT + i] = matrix[i * COUNT + j];
}

function expandSweep(
  { v_mV, i_pA, isReset }: PreparedSweep,
  { dt_ms, substeps }: Prepared,
  values: ArrayLike<number>,
  { v: gv, u: gu, n: gn, spread, phi }: Gains,
  weight: Float64Array,
  { gradient, information, slopes, growth, resetPart }: Expansion,
  offset: number,
): void {
  const h = dt_ms / substeps;
  const [C, k, vr, vt, vpeak, a, b, c, d] = Array.from(values);
  const kh = (k * h) / C;
  const fu = h / C;
  const ha = h * a;
  const keep = 1 - ha;
  const hab = ha * b;
  const ceiling = vpeak + HEADROOM_MV;
  const x0 = equilibrium(k, k * (vt - vr) + b, i_pA[0]);
  let [v, u, n] = [vr + x0, b * x0, 0];
  const [dv, du] = startSlopes(Array.from(values), x0);
  const dn = new Float64Array(COUNT);
  const slope = new Float64Array(COUNT);
  const last = v_mV.length - 1;
  for (let s = 0, at = offset; s <= last; s++, at++) {
    const e = v_mV[s] - v - n;
    const w = weight[at];
    const we = w * e;
    const kv = gv[at];
    const ku = gu[at];
    const kn = gn[at];
    v += kv * e;
    u += ku * e;
    n = phi * (n + kn * e);
    for (let j = 0; j < COUNT; j++) {
      const q = -(dv[j] + dn[j]);
      slope[j] = q;
      slopes[at * COUNT + j] = q;
      dv[j] += kv * q;
      du[j] += ku * q;
      dn[j] = phi * (dn[j] + kn * q);
      gradient[j] += we * q;
      const wq = w * q;
      for (let m = 0; m <= j; m++) information[j * COUNT + m] += wq * slope[m];
    }
    if (s === last) break;
    const i = i_pA[s];
    let pending = isReset[s + 1] === 1;
    resetPart[at] = NO_RESET;
    for (let part = 0; part < substeps; part++) {
      if (v > ceiling || v < FLOOR_MV) {
        v = v > ceiling ? ceiling : FLOOR_MV;
        dv.fill(0);
      }
      const x = v - vr;
      const y = v - vt;
      const square = x * y + spread[at * substeps + part];
      const rise = kh * square + fu * (i - u);
      const fv = 1 + kh * (x + y);
      const gate = b * x - u;
      growth[at * substeps + part] = fv;
      for (let j = 0; j < COUNT; j++) {
        const old = dv[j];
        dv[j] = fv * old - fu * du[j];
        du[j] = keep * du[j] + hab * old;
      }
      dv[0] -= rise / C;
      dv[1] += fu * square;
      dv[2] -= kh * y;
      dv[3] -= kh * x;
      du[2] -= hab;
      du[4] += h * gate;
      du[5] += ha * x;
      v += rise;
      u += ha * gate;
      if (pending && (v >= vpeak || part === substeps - 1)) {
        pending = false;
        resetPart[at] = part;
        v = c;
        u += d;
        dv.fill(0);
        dv[6] = 1;
        du[7] += 1;
      }
    }
  }
}

/** Derivatives of the equilibrium that a sweep starts from, `x0` above vr. */
function startSlopes([, k, vr, vt, , , b]: readonly number[], x0: number): [Float64Array, Float64Array] {
  const stiffness = k * (vt - vr) + b - 2 * k * x0;
  const dx = Float64Array.of(0, (x0 * x0 - (vt - vr) * x0) / stiffness, 0, 0, 0, -x0 / stiffness, 0, 0);
  dx[2] = (k * x0) / stiffness;
  dx[3] = -dx[2];
  const du = dx.map((value) => b * value);
  du[5] += x0;
  const dv = dx;
  dv[2] += 1;
  return [dv, du];
}

/** Covariance that the gradient has per mV² of noise, [8 x 8], in the parameters' units. */
export interface GradientCovariance {
  readonly white: Float64Array;
  /** For AR(1) noise of each correlation time that was asked for. */
  readonly slow: readonly Float64Array[];
}

/**
 * Covariance of the gradient over repeated noise if the cell obeys the equations: an adjoint pass gives the weight of each sample's noise
 * in the gradient, and white and AR(1) noise are summed over it.
 *
 * @param expansion of {@link expand} at the same values and gains, with `gains.weight`.
 * @param slowTaus_ms correlation times of slow noise; that of the gains need not be among them.
 */
export function gradientCovariance(
  data: Prepared,
  values: ArrayLike<number>,
  gains: Gains,
  slowTaus_ms: ArrayLike<number>,
  expansion: Expansion,
): GradientCovariance {
  const matrix = () => new Float64Array(COUNT * COUNT);
  const keeps = Float64Array.from(slowTaus_ms, (tau_ms) => Math.exp(-data.dt_ms / tau_ms));
  const out = { white: matrix(), slow: Array.from(keeps, matrix) };
  let end = data.samples;
  for (const { v_mV } of data.sweeps.toReversed()) {
    addSweepCovariance(out, [end - v_mV.length, end], data, values, gains, keeps, expansion);
    end -= v_mV.length;
  }
  for (const each of [out.white, ...out.slow]) mirror(each);
  return out;
}

function addSweepCovariance(
  { white, slow }: GradientCovariance,
  [start, end]: readonly [number, number],
  { dt_ms, substeps }: Prepared,
  values: ArrayLike<number>,
  { v: gv, u: gu, n: gn, weight, phi }: Gains,
  keeps: Float64Array,
  { slopes, growth, resetPart }: Expansion,
): void {
  const h = dt_ms / substeps;
  const [C, , , , , a, b] = Array.from(values);
  const fu = h / C;
  const keep = 1 - h * a;
  const hab = h * a * b;
  const array = () => new Float64Array(COUNT);
  const [lv, lu, ln, own] = [array(), array(), array(), array()];
  const decayed = slow.map(array);
  for (let at = end - 1; at >= start; at--) {
    for (let part = at === end - 1 ? -1 : substeps - 1; part >= 0; part--) {
      if (resetPart[at] === part) lv.fill(0);
      const fv = growth[at * substeps + part];
      for (let j = 0; j < COUNT; j++) {
        const old = lv[j];
        lv[j] = fv * old + hab * lu[j];
        lu[j] = keep * lu[j] - fu * old;
      }
    }
    for (let j = 0; j < COUNT; j++) {
      const back = phi * ln[j];
      const g = weight[at] * slopes[at * COUNT + j] + gv[at] * lv[j] + gu[at] * lu[j] + gn[at] * back;
      lv[j] -= g;
      ln[j] = back - g;
      own[j] = g;
    }
    addSquare(white, own, 1);
    for (let k = 0; k < keeps.length; k++) {
      const sum = decayed[k];
      for (let j = 0; j < COUNT; j++) sum[j] = own[j] + keeps[k] * sum[j];
      addSquare(slow[k], sum, at === start ? 1 : 1 - keeps[k] * keeps[k]);
    }
  }
}

/** The lower triangle of a matrix plus `factor` v v'. */
function addSquare(matrix: Float64Array, v: Float64Array, factor: number): void {
  for (let i = 0; i < COUNT; i++) {
    const scaled = factor * v[i];
    for (let j = 0; j <= i; j++) matrix[i * COUNT + j] += scaled * v[j];
  }
}
