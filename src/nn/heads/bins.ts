import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";

/** Softmax over the last axis. */
export function softmax(g: GraphBuilder, x: Node): Node {
  const e = g.exp(g.sub(x, g.stopGradient(g.max(x, -1, true))));
  return g.div(e, g.sum(e, -1, true));
}

/** Sum of the earlier values along the last axis: left edges, from widths. */
export function sumsBefore(g: GraphBuilder, values: Node): Node {
  const count = values.shape.at(-1)!;
  const earlier = Array.from({ length: count * count }, (_, k) =>
    Math.floor(k / count) < k % count ? 1 : 0,
  );
  return g.matmul(values, g.constant(earlier, [count, count]));
}

/**
 * 1 at the bin that holds each element, else 0; what is below the first left edge belongs to the first bin. No gradient passes.
 *
 * @param u `[...]`
 * @param edges left edges, rising, `[..., bins]`
 */
export function chosen(g: GraphBuilder, u: Node, edges: Node): Node {
  const axis = edges.shape.length - 1;
  const inner = g.slice(edges, axis, 1, edges.shape[axis]);
  const passed = g.where(g.greater(g.reshape(u, [...u.shape, 1]), inner), 1, 0);
  const [one, none] = [g.ones([...u.shape, 1]), g.zeros([...u.shape, 1])];
  return g.sub(g.concat([one, passed], axis), g.concat([passed, none], axis));
}
