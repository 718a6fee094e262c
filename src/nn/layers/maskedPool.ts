import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";

/** Below every value that a network computes, and still finite in f32. */
const FAR_BELOW = -1e30;

/**
 * The mean or the largest over the members of a set that the mask keeps (`mask[b, k] > 0.5`); the order of members and what
 * lies under the mask have no effect. A set without members gives 0.
 *
 * @param x `[batch, members, width]`
 * @param mask `[batch, members]`, 0 or 1
 * @returns `[batch, width]`
 */
export function maskedPool(g: GraphBuilder, x: Node, mask: Node, kind: "mean" | "max"): Node {
  const kept = g.greater(g.reshape(mask, [...mask.shape, 1]), 0.5);
  const count = g.sum(g.where(kept, 1, g.zeros([...mask.shape, 1])), 1);
  if (kind === "max") return g.where(g.greater(count, 0.5), g.max(g.where(kept, x, FAR_BELOW), 1), 0);
  const total = g.sum(g.where(kept, x, 0), 1);
  return g.div(total, g.where(g.greater(count, 0.5), count, 1));
}
