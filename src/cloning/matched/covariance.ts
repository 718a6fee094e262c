import type { Prior } from "../world/index.ts";
import type { Noise } from "./filter.ts";
import { type Polished, scaledSquare, scalesOf } from "./polish.ts";
import type { Prepared } from "./recording.ts";
import { gradientCovariance } from "./sensitivity.ts";

/** Correlation times between which the covariance is interpolated. */
const NODES = 5;
/**
 * Part of the cost's curvature that is added: measured on cells, not derived (docs/matched.md). V is the response of psi to noise to first
 * order; in directions where the exact trajectory would tell a hundred times more than the predictor takes, V is next to nothing, and
 * presumably the second order is what counts.
 */
const SECOND_ORDER = 0.2;

/**
 * Covariance of the equation at the truth under each of some levels of the noise, in unit coordinates, [8 x 8]: {@link gradientCovariance}
 * plus {@link SECOND_ORDER}.
 *
 * @param values the nine parameters of the mode.
 */
export function equationCovariances(
  data: Prepared,
  prior: Prior,
  { gains, expansion }: Polished,
  values: Float64Array,
  noises: readonly Noise[],
): Float64Array[] {
  const times = nodesOver(noises.map(({ slowTau_ms }) => slowTau_ms));
  const { white, slow } = gradientCovariance(data, values, gains, times, expansion);
  const { information } = expansion;
  const scales = scalesOf(prior, values);
  return noises.map(({ white_mV, slow_mV, slowTau_ms }) => {
    const [k, part] = placeIn(times, slowTau_ms);
    const [fast, late] = [white_mV ** 2, slow_mV ** 2];
    const sum = white.map(
      (value, i) =>
        fast * value +
        late * ((1 - part) * slow[k][i] + part * slow[k + 1][i]) +
        SECOND_ORDER * information[i],
    );
    return scaledSquare(sum, scales);
  });
}

function nodesOver(times_ms: readonly number[]): number[] {
  const low = Math.min(...times_ms);
  const ratio = Math.max(...times_ms) / low;
  return Array.from({ length: NODES }, (_, k) => low * ratio ** (k / (NODES - 1)));
}

/** Node below and how far towards the next, 0 to 1, in logarithms. */
function placeIn(nodes: readonly number[], time_ms: number): readonly [number, number] {
  const span = Math.log(nodes[NODES - 1] / nodes[0]);
  const at = span > 0 ? (Math.log(time_ms / nodes[0]) / span) * (NODES - 1) : 0;
  const k = Math.max(0, Math.min(NODES - 2, Math.floor(at)));
  return [k, at - k];
}
