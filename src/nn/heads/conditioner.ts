import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";
import { type Activation, activate, dense } from "../layers/dense.ts";

export interface ConditionerOptions {
  readonly name: string;
  /** Width of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  readonly outputs: number;
}

/**
 * A small network of two inputs, either of which may be absent. The first layer multiplies them apart, so that one context row
 * serves many samples. The last layer starts at zero: whatever is conditioned starts as the same for all.
 */
export function conditioner(
  g: GraphBuilder,
  x: Node | undefined,
  context: Node | undefined,
  { name, hidden, activation, outputs }: ConditionerOptions,
): Node {
  const b = g.parameter(`${name}/0/b`, [hidden[0]], { kind: "zeros" });
  let state: Node = g.reshape(b, [1, hidden[0]]);
  for (const [part, suffix] of [
    [x, "w"],
    [context, "context"],
  ] as const) {
    if (!part) continue;
    const w = g.parameter(`${name}/0/${suffix}`, [part.shape[1], hidden[0]], { kind: "glorot" });
    state = g.add(g.matmul(part, w), state);
  }
  state = activate(g, state, activation);
  hidden.slice(1).forEach((units, k) => {
    state = dense(g, state, { name: `${name}/${k + 1}`, units, activation });
  });
  return dense(g, state, { name: `${name}/out`, units: outputs, initialiser: { kind: "zeros" } });
}
