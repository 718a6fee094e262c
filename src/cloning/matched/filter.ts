import { equilibrium, FLOOR_MV, HEADROOM_MV } from "./model.ts";
import type { Prepared, PreparedSweep } from "./recording.ts";

/** Noise of measurement and of the process. */
export interface Noise {
  readonly white_mV: number;
  /** Stationary deviation and correlation time of the AR(1) part. */
  readonly slow_mV: number;
  readonly slowTau_ms: number;
  /** Random walk that the membrane makes beyond the equations, mV per square root of a ms. */
  readonly process_mV: number;
}

/** One pass of the filter over a recording. */
export interface Innovations {
  /** One a sample: observed less predicted, mV, and its variance. */
  readonly error: Float64Array;
  readonly variance: Float64Array;
  /** Voltage before each reset and as predicted without it: mean and variance. */
  readonly before: Float64Array;
  readonly beforeVariance: Float64Array;
  readonly crossing: Float64Array;
  readonly crossingVariance: Float64Array;
}

export function innovationsFor({ samples, spikes }: Prepared): Innovations {
  return {
    error: new Float64Array(samples),
    variance: new Float64Array(samples),
    before: new Float64Array(spikes),
    beforeVariance: new Float64Array(spikes),
    crossing: new Float64Array(spikes),
    crossingVariance: new Float64Array(spikes),
  };
}

/** What is left of the uncertainty of v after a reset, mV². */
const RESET_VARIANCE = 1e-8;

/**
 * Extended Kalman filter over v, u and an AR(1) noise state, on the model's own forward Euler steps (Kalman 1960; mean of the
 * quadratic term to second order). At observed resets v = c and u += d, with the jump in the covariance. Fills `out` and returns the
 * negative log likelihood of the voltage, without its constant; Infinity where the filter leaves all bounds.
 *
 * @param values the nine parameters in the order of the prior.
 */
export function runFilter(data: Prepared, values: ArrayLike<number>, noise: Noise, out: Innovations): number {
  let [offset, spike, total] = [0, 0, 0];
  for (const sweep of data.sweeps) {
    const part = filterSweep(sweep, data, values, noise, out, offset, spike);
    total += part.cost;
    offset += sweep.v_mV.length;
    spike = part.spike;
  }
  return Number.isFinite(total) ? total : Infinity;
}

function filterSweep(
  { v_mV, i_pA, isReset }: PreparedSweep,
  { dt_ms, substeps }: Prepared,
  values: ArrayLike<number>,
  noise: Noise,
  out: Innovations,
  offset: number,
  firstSpike: number,
): { cost: number; spike: number } {
  // One long function on purpose: eleven numbers of state stay in registers.
  const h = dt_ms / substeps;
  const [C, k, vr, vt, vpeak, a, b, c, d] = Array.from(values);
  const fu = -h / C;
  const gv = h * a * b;
  const gu = 1 - h * a;
  const kh = (k * h) / C;
  const phi = Math.exp(-dt_ms / noise.slowTau_ms);
  const slow = noise.slow_mV ** 2;
  const kick = slow * (1 - phi * phi);
  const white = noise.white_mV ** 2;
  const process = noise.process_mV ** 2 * h;
  const ceiling = vpeak + HEADROOM_MV;
  const x0 = equilibrium(k, k * (vt - vr) + b, i_pA[0]);
  let v = vr + x0;
  let u = b * x0;
  let n = 0;
  let pvv = 1e-8 + (i_pA[0] === 0 ? 0 : 0.01);
  let [pvu, pvn, puu, pun] = [0, 0, i_pA[0] === 0 ? 1e-8 : (0.02 * u) ** 2, 0];
  let pnn = slow;
  let [cost, product, spike] = [0, 1, firstSpike];
  const last = v_mV.length - 1;
  for (let s = 0; s <= last; s++) {
    const hv = pvv + pvn;
    const hu = pvu + pun;
    const hn = pvn + pnn;
    const S = hv + hn + white;
    const e = v_mV[s] - v - n;
    out.error[offset + s] = e;
    out.variance[offset + s] = S;
    cost += (e * e) / S;
    product *= S;
    if ((s & 7) === 7 || s === last) {
      cost += Math.log(product);
      product = 1;
    }
    const gain = 1 / S;
    v += hv * gain * e;
    u += hu * gain * e;
    n += hn * gain * e;
    pvv -= hv * hv * gain;
    pvu -= hv * hu * gain;
    pvn -= hv * hn * gain;
    puu -= hu * hu * gain;
    pun -= hu * hn * gain;
    pnn -= hn * hn * gain;
    if (pvv < 0) pvv = 0;
    if (s === last) break;
    const spikes = isReset[s + 1] === 1;
    if (spikes) {
      out.before[spike] = v;
      out.beforeVariance[spike] = pvv;
    }
    const i = i_pA[s];
    let pending = spikes;
    for (let part = 0; part < substeps; part++) {
      if (v > ceiling) v = ceiling;
      else if (v < FLOOR_MV) v = FLOOR_MV;
      const fv = 1 + kh * (2 * v - vr - vt);
      const rise = kh * ((v - vr) * (v - vt) + pvv) + fu * (u - i);
      u += h * a * (b * (v - vr) - u);
      v += rise;
      const tvv = fv * pvv + fu * pvu;
      const tvu = fv * pvu + fu * puu;
      const tuu = gv * pvu + gu * puu;
      const tuv = gv * pvv + gu * pvu;
      pvv = tvv * fv + tvu * fu + process;
      pvu = tvv * gv + tvu * gu;
      puu = tuv * gv + tuu * gu;
      const tvn = fv * pvn + fu * pun;
      pun = gv * pvn + gu * pun;
      pvn = tvn;
      if (pending && (v >= vpeak || part === substeps - 1)) {
        out.crossing[spike] = v;
        out.crossingVariance[spike] = pvv;
        spike++;
        pending = false;
        v = c;
        u += d;
        // Which of the hidden steps it was is not certain.
        const slip = substeps > 1 ? 0.3 * h * ((k * (c - vr) * (c - vt) - u + i) / C) : 0;
        pvv = RESET_VARIANCE + slip * slip;
        pvu = 0;
        pvn = 0;
      }
    }
    n *= phi;
    pvn *= phi;
    pun *= phi;
    pnn = phi * phi * pnn + kick;
  }
  return { cost: 0.5 * cost, spike };
}
