import type { Shape } from "./node.ts";

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** The shape of an element-wise result, by the rules of NumPy and ONNX. */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, k) => {
    const left = a[k - rank + a.length] ?? 1;
    const right = b[k - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1)
      throw new Error(`internal: [${a}] and [${b}] do not broadcast`);
    return left === 1 ? right : left;
  });
}

/** The axes of `from` along which a value of shape `to` was repeated. */
export function repeatedAxes(from: Shape, to: Shape): number[] {
  const extra = from.length - to.length;
  return from.flatMap((length, axis) =>
    axis < extra || (to[axis - extra] === 1 && length !== 1) ? [axis] : [],
  );
}

/** Axes counted from the front, in order; all of them where none are given. */
export function resolveAxes(axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  return [axes]
    .flat()
    .map((axis) => resolveAxis(axis as number, rank))
    .sort((a, b) => a - b);
}

export function resolveAxis(axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    throw new Error(`internal: axis ${axis} of a value with ${rank} axes`);
  return axis < 0 ? axis + rank : axis;
}

/** A shape with one length replaced. */
export const withLength = (shape: Shape, axis: number, length: number): Shape =>
  shape.map((old, k) => (k === axis ? length : old));
