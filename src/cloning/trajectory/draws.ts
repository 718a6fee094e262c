import type { RandomStream } from "../../random.ts";
import { type Linear, linearised } from "./levenberg.ts";
import type { Mode, Space } from "./mode.ts";
import { drawNoise, Whitener } from "./noise.ts";
import { effective, sample, systematic, type Target } from "./sampler.ts";
import type { Trace } from "./trace.ts";

/** Information of a flat prior of width 1, so that unseen directions get its spread. */
export const FLAT_INFORMATION = 12;
/** Of draws times samples. Each takes about twelve simulations. */
const BUDGET_SAMPLES = 4_000_000;
const [FEWEST_DRAWS, MOST_DRAWS] = [50, 400];
/** Draws of the noise: each serves a part of the draws of the cell. */
const NOISES = 8;

/** A mode with what is left there and its differences in the coordinates of a chart, in mV. */
export interface Around {
  readonly trace: Trace;
  readonly mode: Mode;
  readonly linear: Linear;
}

export function around(mode: Mode, trace: Trace, space: Space): Around {
  const { x, fit, whitener } = mode;
  const left = (v_mV: Float64Array) => trace.v_mV.map((value, k) => value - v_mV[k]);
  const whitened = { ...space, residualsAt: () => (v_mV: Float64Array) => whitener.whiten(left(v_mV)) };
  const rough = linearised(whitened, x, fit.trace, new Float64Array(x.length).fill(1e-3));
  const n = x.length;
  const spreads = x.map((_, i) => 1 / Math.sqrt(rough.information[i * n + i] + FLAT_INFORMATION));
  const linear = linearised({ ...space, residualsAt: () => left }, x, fit.trace, spreads, true);
  return { trace, mode, linear };
}

export interface Drawn {
  readonly points: readonly Float64Array[];
  readonly effective: number;
  /** A draw with a lower cost than the mode, by so much. */
  readonly lower: { readonly z: Float64Array; readonly by: number };
}

/**
 * Equally weighted draws of the posterior in the mode's chart. The noise is drawn too: a second of slow noise says little of itself, and with its
 * best guess alone the posterior would be too narrow.
 */
export function drawsAround(
  { trace, mode, linear }: Around,
  simulate: Space["simulate"],
  count: number,
  stream: RandomStream,
): Drawn {
  const { chart, residuals, jacobian, residualsOf } = linear;
  const inside = (z: Float64Array) => chart.toUnit(z).every((value) => value >= 0 && value <= 1);
  const held = mode.x.map((value) => (value <= 0 || value >= 1 ? 1 : 0));
  const most = Math.min(
    MOST_DRAWS,
    count,
    Math.max(FEWEST_DRAWS, Math.round(BUDGET_SAMPLES / residuals.length)),
  );
  const noises = drawNoise({ residuals, jacobian }, trace, mode.noise, NOISES, stream.split(0));
  const each = noises.map((noise, k) => {
    const whitener = new Whitener(noise, trace);
    const target: Target = {
      residuals: (points) =>
        simulate(points.map(chart.toUnit)).map((v_mV) => v_mV && whitener.whiten(residualsOf(v_mV))),
      logPrior: (z) => (inside(z) ? chart.logPrior(z) : Number.NEGATIVE_INFINITY),
      jacobian: jacobian.map((column) => whitener.whiten(column.slice())),
      atMode: whitener.whiten(residuals.slice()),
      held,
    };
    const part = (all: number) => Math.ceil(all / noises.length);
    return sample(target, { most: part(most), count: part(count) }, stream.split(1 + k));
  });
  const full = each.filter(({ points }) => points.length > 0);
  const picks = stream.split(noises.length + 1);
  return {
    points: full.flatMap(({ points, weights }) =>
      systematic(weights, Math.ceil(count / full.length), picks).map((k) => points[k]),
    ),
    effective: full.reduce((sum, { weights }) => sum + effective(weights), 0),
    lower: each.map(({ lower }) => lower).reduce((best, one) => (one.by > best.by ? one : best)),
  };
}
