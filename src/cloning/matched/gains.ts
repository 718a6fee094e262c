import type { Noise } from "./filter.ts";
import { equilibrium, FLOOR_MV, HEADROOM_MV } from "./model.ts";
import type { Prepared, PreparedSweep } from "./recording.ts";

/** A predictor whose corrections are fixed beforehand: one value a sample, in the order of the sweeps. */
export interface Gains {
  /** Correction of v, u and the slow noise by one mV of prediction error. */
  readonly v: Float64Array;
  readonly u: Float64Array;
  readonly n: Float64Array;
  /** One over the variance that the prediction error has if the cell obeys the equations exactly, 1/mV². */
  readonly weight: Float64Array;
  /** The same as the filter that made the gains takes it: with process noise. */
  readonly assumed: Float64Array;
  /** What is left of the slow noise after one sample. */
  readonly phi: number;
  /** Variance of v that is meant by `weight`, before each step of the scheme, mV²: what the quadratic term adds to its mean. */
  readonly spread: Float64Array;
  /** Deviation of the voltage before each reset and of the voltage that crossed the peak, mV, as for `weight`. */
  readonly before: Float64Array;
  readonly crossing: Float64Array;
}

/** What is left of the uncertainty of v after a reset, mV². */
const RESET_VARIANCE = 1e-8;

/**
 * The gains of the extended Kalman filter at one set of parameters, and the covariance that its errors have where there is no process
 * noise (Joseph's form of the update, which holds for any gain).
 *
 * @param values the nine parameters in the order of the prior.
 */
export function gainsAt(data: Prepared, values: ArrayLike<number>, noise: Noise): Gains {
  const [samples, spikes] = [() => new Float64Array(data.samples), () => new Float64Array(data.spikes)];
  const gains: Gains = {
    v: samples(),
    u: samples(),
    n: samples(),
    weight: samples(),
    assumed: samples(),
    spread: new Float64Array(data.samples * data.substeps),
    phi: Math.exp(-data.dt_ms / noise.slowTau_ms),
    before: spikes(),
    crossing: spikes(),
  };
  let [offset, spike] = [0, 0];
  for (const sweep of data.sweeps) {
    fillSweep(sweep, data, values, noise, gains, offset, spike);
    offset += sweep.v_mV.length;
    spike += sweep.resets;
  }
  return gains;
}

function fillSweep(
  { v_mV, i_pA, isReset }: PreparedSweep,
  { dt_ms, substeps }: Prepared,
  values: ArrayLike<number>,
  noise: Noise,
  out: Gains,
  offset: number,
  firstSpike: number,
): void {
  // One long function on purpose: the state and both covariances stay in registers. p: assumed, t: true.
  const h = dt_ms / substeps;
  const [C, k, vr, vt, vpeak, a, b, c, d] = Array.from(values);
  const fu = -h / C;
  const gv = h * a * b;
  const gu = 1 - h * a;
  const kh = (k * h) / C;
  const { phi } = out;
  const slow = noise.slow_mV ** 2;
  const kick = slow * (1 - phi * phi);
  const white = noise.white_mV ** 2;
  const process = noise.process_mV ** 2 * h;
  const ceiling = vpeak + HEADROOM_MV;
  const x0 = equilibrium(k, k * (vt - vr) + b, i_pA[0]);
  let [v, u, n, spike] = [vr + x0, b * x0, 0, firstSpike];
  let [pvv, pvu, pvn, pun, pnn] = [1e-8 + (i_pA[0] === 0 ? 0 : 0.01), 0, 0, 0, slow];
  let puu = i_pA[0] === 0 ? 1e-8 : (0.02 * u) ** 2;
  let [tvv, tvu, tvn, tuu, tun, tnn] = [pvv, pvu, pvn, puu, pun, pnn];
  const last = v_mV.length - 1;
  for (let s = 0, at = offset; s <= last; s++, at++) {
    const hv = pvv + pvn;
    const hu = pvu + pun;
    const hn = pvn + pnn;
    const S = hv + hn + white;
    const kv = hv / S;
    const ku = hu / S;
    const kn = hn / S;
    out.assumed[at] = 1 / S;
    out.v[at] = kv;
    out.u[at] = ku;
    out.n[at] = kn;
    const e = v_mV[s] - v - n;
    v += kv * e;
    u += ku * e;
    n += kn * e;
    pvv = Math.max(0, pvv - hv * kv);
    pvu -= hv * ku;
    pvn -= hv * kn;
    puu -= hu * ku;
    pun -= hu * kn;
    pnn -= hn * kn;
    const wv = tvv + tvn;
    const wu = tvu + tun;
    const wn = tvn + tnn;
    const T = wv + wn + white;
    out.weight[at] = 1 / T;
    tvv += kv * (kv * T - 2 * wv);
    tvu += kv * (ku * T - wu) - wv * ku;
    tvn += kv * (kn * T - wn) - wv * kn;
    tuu += ku * (ku * T - 2 * wu);
    tun += ku * (kn * T - wn) - wu * kn;
    tnn += kn * (kn * T - 2 * wn);
    if (s === last) break;
    let pending = isReset[s + 1] === 1;
    if (pending) out.before[spike] = Math.sqrt(Math.max(0, tvv));
    const i = i_pA[s];
    for (let part = 0; part < substeps; part++) {
      if (v > ceiling) v = ceiling;
      else if (v < FLOOR_MV) v = FLOOR_MV;
      const fv = 1 + kh * (2 * v - vr - vt);
      out.spread[at * substeps + part] = tvv;
      const rise = kh * ((v - vr) * (v - vt) + tvv) + fu * (u - i);
      u += h * a * (b * (v - vr) - u);
      v += rise;
      const qv = fv * pvv + fu * pvu;
      const qu = fv * pvu + fu * puu;
      const qg = gv * pvu + gu * puu;
      const qvn = fv * pvn + fu * pun;
      puu = (gv * pvv + gu * pvu) * gv + qg * gu;
      pvv = qv * fv + qu * fu + process;
      pvu = qv * gv + qu * gu;
      pun = gv * pvn + gu * pun;
      pvn = qvn;
      const rv = fv * tvv + fu * tvu;
      const ru = fv * tvu + fu * tuu;
      const rg = gv * tvu + gu * tuu;
      const rvn = fv * tvn + fu * tun;
      tuu = (gv * tvv + gu * tvu) * gv + rg * gu;
      tvv = rv * fv + ru * fu;
      tvu = rv * gv + ru * gu;
      tun = gv * tvn + gu * tun;
      tvn = rvn;
      if (pending && (v >= vpeak || part === substeps - 1)) {
        out.crossing[spike++] = Math.sqrt(Math.max(0, tvv));
        pending = false;
        v = c;
        u += d;
        // Which of the hidden steps it was is not certain.
        const slip = substeps > 1 ? 0.3 * h * ((k * (c - vr) * (c - vt) - u + i) / C) : 0;
        [pvv, pvu, pvn] = [RESET_VARIANCE + slip * slip, 0, 0];
        [tvv, tvu, tvn] = [slip * slip, 0, 0];
      }
    }
    n *= phi;
    pvn *= phi;
    pun *= phi;
    pnn = phi * phi * pnn + kick;
    tvn *= phi;
    tun *= phi;
    tnn = phi * phi * tnn + kick;
  }
}
