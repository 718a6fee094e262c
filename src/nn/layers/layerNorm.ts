import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) over the last axis: zero mean and unit variance, then `name/gain` and
 * `name/bias`, which start at 1 and 0. `epsilon` is added to the variance.
 */
export function layerNorm(
  g: GraphBuilder,
  x: Node,
  { name, epsilon = 1e-5 }: { readonly name: string; readonly epsilon?: number },
): Node {
  const width = x.shape.at(-1)!;
  const gain = g.parameter(`${name}/gain`, [width], { kind: "constant", value: 1 });
  const bias = g.parameter(`${name}/bias`, [width], { kind: "zeros" });
  const centred = g.sub(x, g.mean(x, -1, true));
  const sd = g.sqrt(g.add(g.mean(g.square(centred), -1, true), epsilon));
  return g.add(g.mul(g.div(centred, sd), gain), bias);
}
