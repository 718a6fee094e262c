/** Dataspace messages: how many elements there are. */
import type { Fields } from "./fields.ts";

/** Sizes along each dimension; [] is one element, `undefined` none at all. */
export type Shape = readonly number[] | undefined;

const MAX_RANK = 32;

/** Throws InputError. */
export function readShape(fields: Fields): Shape {
  const [version, rank, flags] = [fields.u8(), fields.u8(), fields.u8()];
  if (version < 1 || version > 2 || rank > MAX_RANK)
    throw fields.damage("dataspace", `version ${version}, ${rank} dimensions`);
  const kind = version === 2 ? fields.u8() : 1;
  if (version === 1) fields.skip(5);
  const sizes = Array.from({ length: rank }, () => fields.length());
  if (flags & 1) for (let k = 0; k < rank; k++) fields.length();
  return kind === 2 ? undefined : sizes;
}

/** Number of elements. */
export function countOf(shape: Shape): number {
  return shape ? shape.reduce((product, size) => product * size, 1) : 0;
}
