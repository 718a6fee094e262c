import type { Gains } from "./gains.ts";
import { equilibrium, FLOOR_MV, HEADROOM_MV } from "./model.ts";
import type { Prepared, PreparedSweep } from "./recording.ts";

/** One value a reset: the voltage before it, and that which the step after it would have reached, mV. */
export interface Peaks {
  readonly before: Float64Array;
  readonly crossing: Float64Array;
}

export function peaksFor({ spikes }: Prepared): Peaks {
  return { before: new Float64Array(spikes), crossing: new Float64Array(spikes) };
}

/**
 * Half the weighted sum of squared prediction errors at fixed gains; fills `peaks`. With gains that do not depend on the parameters the
 * errors of the true parameters have mean 0 whatever the gains are, so that the minimum is where it should be. Infinity where the
 * predictor leaves all bounds.
 *
 * @param values the nine parameters in the order of the prior.
 */
export function predictionCost(
  data: Prepared,
  values: ArrayLike<number>,
  gains: Gains,
  peaks: Peaks,
): number {
  let [offset, spike, total] = [0, 0, 0];
  for (const sweep of data.sweeps) {
    total += sweepCost(sweep, data, values, gains, peaks, offset, spike);
    offset += sweep.v_mV.length;
    spike += sweep.resets;
  }
  return Number.isFinite(total) ? 0.5 * total : Infinity;
}

function sweepCost(
  { v_mV, i_pA, isReset }: PreparedSweep,
  { dt_ms, substeps }: Prepared,
  values: ArrayLike<number>,
  { v: gv, u: gu, n: gn, weight, spread, phi }: Gains,
  peaks: Peaks,
  offset: number,
  firstSpike: number,
): number {
  const h = dt_ms / substeps;
  const [C, k, vr, vt, vpeak, a, b, c, d] = Array.from(values);
  const kh = (k * h) / C;
  const fu = h / C;
  const keep = 1 - h * a;
  const hab = h * a * b;
  const ceiling = vpeak + HEADROOM_MV;
  const x0 = equilibrium(k, k * (vt - vr) + b, i_pA[0]);
  let [v, u, n, cost, spike] = [vr + x0, b * x0, 0, 0, firstSpike];
  const last = v_mV.length - 1;
  for (let s = 0, at = offset; s <= last; s++, at++) {
    const e = v_mV[s] - v - n;
    cost += e * e * weight[at];
    v += gv[at] * e;
    u += gu[at] * e;
    n = phi * (n + gn[at] * e);
    if (s === last) break;
    let pending = isReset[s + 1] === 1;
    if (pending) peaks.before[spike] = v;
    for (let part = 0; part < substeps; part++) {
      if (v > ceiling) v = ceiling;
      else if (v < FLOOR_MV) v = FLOOR_MV;
      const x = v - vr;
      v += kh * (x * (v - vt) + spread[at * substeps + part]) + fu * (i_pA[s] - u);
      u = keep * u + hab * x;
      if (pending && (v >= vpeak || part === substeps - 1)) {
        peaks.crossing[spike++] = v;
        pending = false;
        v = c;
        u += d;
      }
    }
  }
  return cost;
}
