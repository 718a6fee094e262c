import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";
import { chosen, softmax, sumsBefore } from "./bins.ts";

/** Least width and height of a bin, as a part of the whole, and least slope at a knot. */
const LEAST_BIN = 1e-3;
const LEAST_SLOPE = 1e-3;
/** softplus of this, plus the least slope, is 1: raw zeros give the identity. */
const UNIT_SLOPE = Math.log(Math.expm1(1 - LEAST_SLOPE));

export interface SplineShape {
  readonly bins: number;
  /** Slopes at both ends are 1, to go on as the identity. */
  readonly linearEnds: boolean;
}

/** Raw values per element that describe one spline. */
export const splineParameters = ({ bins, linearEnds }: SplineShape): number =>
  3 * bins + (linearEnds ? -1 : 1);

/** The bin in which each element lies: `x` to `x + width`, `y` to `y + height`, slopes at its ends. All `[rows, columns]`. */
interface Bin {
  readonly x: Node;
  readonly width: Node;
  readonly y: Node;
  readonly height: Node;
  readonly slopeLeft: Node;
  readonly slopeRight: Node;
}

/**
 * Monotonic rational-quadratic spline of [0, 1] onto itself (Gregory and Delbourgo 1982; as a flow: Durkan et al. 2019,
 * equations 4 to 8), element by element.
 *
 * @param u `[rows, columns]`, within 0 to 1
 * @param raw `[rows or 1, columns, splineParameters]`: widths, heights, slopes before their positive maps
 * @param inverse from the spline's value to its argument
 * @returns the value and the logarithm of the slope of the direction taken
 */
export function rationalQuadratic(
  g: GraphBuilder,
  u: Node,
  raw: Node,
  shape: SplineShape,
  inverse: boolean,
): { readonly value: Node; readonly logSlope: Node } {
  const bin = findBin(g, u, raw, shape, inverse);
  const steepness = g.div(bin.height, bin.width);
  const bend = g.sub(g.add(bin.slopeLeft, bin.slopeRight), g.mul(2, steepness));
  const t = inverse ? solve(g, u, bin, steepness, bend) : g.div(g.sub(u, bin.x), bin.width);
  const mixed = g.mul(t, g.sub(1, t));
  const below = g.add(steepness, g.mul(bend, mixed));
  const slopes = g.addAll([
    g.mul(bin.slopeRight, g.square(t)),
    g.mul(g.mul(2, steepness), mixed),
    g.mul(bin.slopeLeft, g.square(g.sub(1, t))),
  ]);
  const logSlope = g.sub(g.log(slopes), g.mul(2, g.log(g.div(below, steepness))));
  if (inverse) return { value: g.add(g.mul(t, bin.width), bin.x), logSlope: g.neg(logSlope) };
  const above = g.mul(bin.height, g.add(g.mul(steepness, g.square(t)), g.mul(bin.slopeLeft, mixed)));
  return { value: g.add(bin.y, g.div(above, below)), logSlope };
}

/** The place within the bin, 0 to 1, that has this value: the root of a quadratic in the form that loses no digits. */
function solve(g: GraphBuilder, u: Node, bin: Bin, steepness: Node, bend: Node): Node {
  const rise = g.sub(u, bin.y);
  const a = g.add(g.mul(bin.height, g.sub(steepness, bin.slopeLeft)), g.mul(rise, bend));
  const b = g.sub(g.mul(bin.height, bin.slopeLeft), g.mul(rise, bend));
  const c = g.neg(g.mul(steepness, rise));
  const discriminant = g.sub(g.square(b), g.mul(4, g.mul(a, c)));
  const root = g.sqrt(g.where(g.greater(discriminant, 0), discriminant, 0));
  return g.clip(g.div(g.mul(2, c), g.sub(g.neg(b), root)), 0, 1);
}

function findBin(
  g: GraphBuilder,
  u: Node,
  raw: Node,
  { bins, linearEnds }: SplineShape,
  inverse: boolean,
): Bin {
  const [widths, heights, inner] = g.split(raw, 2, [bins, bins, raw.shape[2] - 2 * bins]);
  const [width, height] = [parts(g, widths, bins), parts(g, heights, bins)];
  const [x, y] = [sumsBefore(g, width), sumsBefore(g, height)];
  const free = g.add(g.softplus(g.add(inner, UNIT_SLOPE)), LEAST_SLOPE);
  const one = g.ones([...free.shape.slice(0, 2), 1]);
  const slopes = linearEnds ? g.concat([one, free, one], 2) : free;
  const rows = [x, width, y, height, g.slice(slopes, 2, 0, bins), g.slice(slopes, 2, 1, bins + 1)];
  const table = g.concat(
    rows.map((row) => g.reshape(row, [row.shape[0], row.shape[1], 1, bins])),
    2,
  );
  const at = chosen(g, u, inverse ? y : x);
  const picked = g.sum(g.mul(table, g.reshape(at, [...u.shape, 1, bins])), 3);
  const columns = g.split(picked, 2, [1, 1, 1, 1, 1, 1]).map((column) => g.reshape(column, u.shape));
  return {
    x: columns[0],
    width: columns[1],
    y: columns[2],
    height: columns[3],
    slopeLeft: columns[4],
    slopeRight: columns[5],
  };
}

/** Positive, at least the least bin, and 1 in sum. */
function parts(g: GraphBuilder, raw: Node, bins: number): Node {
  return g.add(g.mul(softmax(g, raw), 1 - LEAST_BIN * bins), LEAST_BIN);
}
