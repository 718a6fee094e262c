import type { ParameterPlace, Weights } from "../parameters/weights.ts";
import { type Json, packArrays, unpackArrays } from "./arrayFile.ts";

const KIND = "patchtwin-weights";

/** Weights and whatever is said about them, as the bytes of a file. */
export function packWeights({ places, values }: Weights, about: Json = null): Uint8Array<ArrayBuffer> {
  const names = places.map(({ name, shape }) => ({ name, shape: [...shape] }));
  return packArrays({ kind: KIND, places: names, about }, [values]);
}

/**
 * Reads what `packWeights` wrote.
 *
 * @param where name of the file, for messages
 * @throws InputError when the bytes are something else or cut off
 */
export function unpackWeights(
  bytes: Uint8Array,
  where = "weights",
): { readonly weights: Weights; readonly about: Json } {
  const { header, arrays } = unpackArrays(bytes, { where, kind: KIND });
  let offset = 0;
  const places = (header.places as unknown as readonly Pick<ParameterPlace, "name" | "shape">[]).map(
    (place) => {
      const length = place.shape.reduce((a, b) => a * b, 1);
      offset += length;
      return { name: place.name, shape: place.shape, offset: offset - length, length };
    },
  );
  return { weights: { places, values: arrays[0] }, about: header.about };
}
