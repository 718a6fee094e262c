import type { RandomStream } from "../../random.ts";
import { backSolve, cholesky, solve } from "../symmetric.ts";
import type { Prior } from "../world/index.ts";
import { clampUnit, FLAT_INFORMATION, LOG_RANGES, noiseOf, PHYSICAL } from "./coordinates.ts";
import type { Noise } from "./filter.ts";
import { gainsAt } from "./gains.ts";
import { inUnits, type Polished } from "./polish.ts";
import type { Prepared } from "./recording.ts";
import { expand, expansionFor } from "./sensitivity.ts";

/** Most probable levels of the noise in unit coordinates, [4], and their information, [4 x 4]. */
export interface EstimatedNoise {
  readonly unit: Float64Array;
  readonly information: Float64Array;
}

/** White, slow and its time; process noise stays at its estimate. */
const DRAWN = 3;
/** No level is less certain than this, in natural logarithms: a level that is next to nothing leaves no trace, and its curvature says nothing. */
const WIDEST_LOG = 0.5;
const DIFFERENCE = 0.01;

/** Normal density of three levels of the noise in unit coordinates. */
export interface NoiseDensity {
  readonly centre: Float64Array;
  /** Cholesky factor of the information. */
  readonly factor: Float64Array;
  readonly process: number;
}

/**
 * Levels of the noise given the recording, the parameters integrated out: a normal density whose centre is moved from the mode by the
 * slope of -log |H| / 2, H the information on the parameters (restricted maximum likelihood: Patterson and Thompson 1971,
 * doi:10.1093/biomet/58.3.545). Parameters fitted to one recording follow its slow noise and make it seem too small.
 */
export function noiseDensity(
  data: Prepared,
  prior: Prior,
  { x }: Polished,
  values: Float64Array,
  { unit, information }: EstimatedNoise,
): NoiseDensity {
  const expansion = expansionFor(data);
  const halfLogDeterminant = (levels: Float64Array) => {
    const gains = gainsAt(data, values, noiseOf([...x, ...levels]));
    const { information: H } = inUnits(expand(data, values, gains, gains.assumed, expansion), prior, values);
    const factor = cholesky(
      H.map((value, k) => value + (k % (PHYSICAL + 1) === 0 ? FLAT_INFORMATION : 0)),
      PHYSICAL,
    );
    return factor ? sumOfLogs(factor) : 0;
  };
  const here = halfLogDeterminant(unit);
  const slope = Float64Array.from({ length: DRAWN }, (_, k) => {
    const moved = unit.map((value, i) => (i === k ? value + DIFFERENCE : value));
    return (halfLogDeterminant(moved) - here) / DIFFERENCE;
  });
  const precision = Float64Array.from({ length: DRAWN * DRAWN }, (_, k) => {
    const [i, j] = [Math.floor(k / DRAWN), k % DRAWN];
    return information[i * 4 + j] + (i === j ? (LOG_RANGES[i] / WIDEST_LOG) ** 2 : 0);
  });
  const factor = cholesky(precision, DRAWN);
  const shift = solve(precision, DRAWN, slope);
  if (!factor || !shift) throw new Error("internal: information on the noise is not positive definite");
  const centre = unit.slice(0, DRAWN).map((value, k) => value - shift[k]);
  return { centre, factor, process: unit[DRAWN] };
}

const sumOfLogs = (factor: Float64Array) =>
  factor.reduce((sum, value, k) => (k % (PHYSICAL + 1) === 0 ? sum + Math.log(value) : sum), 0);

export function drawNoise({ centre, factor, process }: NoiseDensity, stream: RandomStream): Noise {
  const step = backSolve(
    factor,
    DRAWN,
    Float64Array.from({ length: DRAWN }, () => stream.normal()),
  );
  const levels = centre.map((value, k) => clampUnit(value + step[k]));
  return noiseOf([...new Array<number>(PHYSICAL).fill(0), ...levels, process]);
}
