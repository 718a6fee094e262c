import type { RandomStream } from "../../random.ts";
import type { Node, Shape } from "../graph/node.ts";
import { sizeOf } from "../graph/shapes.ts";
import { drawInitial } from "./initialiser.ts";

/** Where a parameter lies in the vector of all weights. */
export interface ParameterPlace {
  readonly name: string;
  readonly shape: Shape;
  readonly offset: number;
  readonly length: number;
}

/** All weights of a network as one vector of float32. */
export interface Weights {
  readonly places: readonly ParameterPlace[];
  readonly values: Float32Array;
}

/** Places one after the other, in the order of the nodes. */
export function placesOf(parameters: readonly Node[]): ParameterPlace[] {
  let offset = 0;
  return parameters.map(({ operation, shape }) => {
    if (operation.kind !== "parameter") throw new Error(`internal: a ${operation.kind} is no parameter`);
    const place = { name: operation.name, shape, offset, length: sizeOf(shape) };
    offset += place.length;
    return place;
  });
}

/**
 * First weights of all parameters of a graph. Each draws from a stream of its own, chosen by its name: what is added to the
 * network does not change the start of the rest.
 */
export function initialWeights(g: { readonly parameters: readonly Node[] }, stream: RandomStream): Weights {
  const places = placesOf(g.parameters);
  const values = new Float32Array(places.reduce((sum, { length }) => sum + length, 0));
  g.parameters.forEach(({ operation, shape }, k) => {
    if (operation.kind !== "parameter") return;
    values.set(
      drawInitial(operation.initialiser, shape, stream.split(hash(operation.name))),
      places[k].offset,
    );
  });
  return { places, values };
}

/** The weights of one parameter (a view), or `undefined` where there is none of that name. */
export function weightOf({ places, values }: Weights, name: string): Float32Array | undefined {
  const place = places.find((each) => each.name === name);
  return place && values.subarray(place.offset, place.offset + place.length);
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) state = Math.imul(state ^ text.charCodeAt(k), 0x01000193);
  return state >>> 0;
}
