import type { Gains } from "./gains.ts";
import { equilibrium, FLOOR_MV, HEADROOM_MV } from "./model.ts";
import type { Prepared, PreparedSweep } from "./recording.ts";

/** One value a reset: the voltage before it, and that which the step after it would have reached, mV. */
export interface Peaks {
  readonly before: Float64Array;
  readonly crossing: Float64Array;
}

export interface Predictions extends Peaks {
  /** One a sample: observed less predicted, mV. */
  readonly error: Float64Array;
}

export function predictionsFor({ samples, spikes }: Prepared): Predictions {
  const perSpike = () => new Float64Array(spikes);
  return { error: new Float64Array(samples), before: perSpike(), crossing: perSpike() };
}

/**
 * Fills `out` at fixed gains. With gains that do not depend on the parameters the errors of the true parameters have mean 0 whatever the
 * gains are.
 *
 * @param values the nine parameters in the order of the prior.
 */
export function predict(data: Prepared, values: ArrayLike<number>, gains: Gains, out: Predictions): void {
  let [offset, spike] = [0, 0];
  for (const sweep of data.sweeps) {
    predictSweep(sweep, data, values, gains, out, offset, spike);
    offset += sweep.v_mV.length;
    spike += sweep.resets;
  }
}

/** Half the weighted sum of squared errors of {@link predict}. Infinity where the predictor leaves all bounds. */
export function predictionCost(
  data: Prepared,
  values: ArrayLike<number>,
  gains: Gains,
  out: Predictions,
): number {
  predict(data, values, gains, out);
  const { error } = out;
  const { weight } = gains;
  let total = 0;
  for (let k = 0; k < error.length; k++) total += error[k] * error[k] * weight[k];
  return Number.isFinite(total) ? 0.5 * total : Infinity;
}

function predictSweep(
  { v_mV, i_pA, isReset }: PreparedSweep,
  { dt_ms, substeps }: Prepared,
  values: ArrayLike<number>,
  { v: gv, u: gu, n: gn, spread, phi }: Gains,
  { error, before, crossing }: Predictions,
  offset: number,
  firstSpike: number,
): void {
  const h = dt_ms / substeps;
  const [C, k, vr, vt, vpeak, a, b, c, d] = Array.from(values);
  const kh = (k * h) / C;
  const fu = h / C;
  const keep = 1 - h * a;
  const hab = h * a * b;
  const ceiling = vpeak + HEADROOM_MV;
  const x0 = equilibrium(k, k * (vt - vr) + b, i_pA[0]);
  let [v, u, n, spike] = [vr + x0, b * x0, 0, firstSpike];
  const last = v_mV.length - 1;
  for (let s = 0, at = offset; s <= last; s++, at++) {
    const e = v_mV[s] - v - n;
    error[at] = e;
    v += gv[at] * e;
    u += gu[at] * e;
    n = phi * (n + gn[at] * e);
    if (s === last) break;
    let pending = isReset[s + 1] === 1;
    if (pending) before[spike] = v;
    for (let part = 0; part < substeps; part++) {
      if (v > ceiling) v = ceiling;
      else if (v < FLOOR_MV) v = FLOOR_MV;
      const x = v - vr;
      v += kh * (x * (v - vt) + spread[at * substeps + part]) + fu * (i_pA[s] - u);
      u = keep * u + hab * x;
      if (pending && (v >= vpeak || part === substeps - 1)) {
        crossing[spike++] = v;
        pending = false;
        v = c;
        u += d;
      }
    }
  }
}
