import type { Prior } from "../world/index.ts";
import { PHYSICAL, VPEAK, valuesOf } from "./coordinates.ts";
import { type Polished, scalesOf } from "./polish.ts";
import { type Peaks, predict, predictionsFor } from "./predictor.ts";
import type { Prepared } from "./recording.ts";
import { expand, expansionFor } from "./sensitivity.ts";

const n = PHYSICAL;

/**
 * Eight weighted sums of the prediction errors, in unit coordinates: psi(x) = Z' W e(x), where the instruments Z are the derivatives of the
 * errors at the mode and stay what they are (instrumental variables; Hansen 1982, doi:10.2307/1912775). At the truth psi is a sum of noise
 * with fixed weights: its mean is 0 and its covariance is known, however bent the posterior is.
 */
export interface Equation {
  /** psi, [8]; not finite where the predictor leaves all bounds. */
  readonly at: (x: Float64Array) => Float64Array;
  /** Derivatives of psi, [8 x 8], row by row. Costs several times as much. */
  readonly jacobian: (x: Float64Array) => Float64Array;
  /** Voltages around the resets at the last place that psi was asked for. */
  readonly peaks: Peaks;
}

export function equationAt(
  data: Prepared,
  prior: Prior,
  polished: Polished,
  modeValues: Float64Array,
): Equation {
  const { gains, expansion } = polished;
  const valuesAt = (x: Float64Array) => valuesOf(prior, x, modeValues[VPEAK]);
  const scales = scalesOf(prior, modeValues);
  const instruments = expansion.slopes.map(
    (slope, k) => slope * gains.weight[Math.floor(k / n)] * scales[k % n],
  );
  const predictions = predictionsFor(data);
  const there = expansionFor(data);
  return {
    peaks: predictions,
    at: (x) => {
      predict(data, valuesAt(x), gains, predictions);
      return sums(instruments, predictions.error);
    },
    jacobian: (x) => {
      const values = valuesAt(x);
      const { slopes } = expand(data, values, gains, gains.weight, there);
      const to = scalesOf(prior, values);
      return products(instruments, slopes).map((value, k) => value * to[k % n]);
    },
  };
}

function sums(instruments: Float32Array, error: Float64Array): Float64Array {
  const total = new Float64Array(n);
  for (let s = 0, at = 0; s < error.length; s++) {
    const e = error[s];
    for (let j = 0; j < n; j++) total[j] += e * instruments[at++];
  }
  return total;
}

function products(instruments: Float32Array, slopes: Float32Array): Float64Array {
  const total = new Float64Array(n * n);
  for (let at = 0; at < slopes.length; at += n)
    for (let i = 0; i < n; i++) {
      const z = instruments[at + i];
      for (let j = 0; j < n; j++) total[i * n + j] += z * slopes[at + j];
    }
  return total;
}
