import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";
import { sizeOf } from "../graph/shapes.ts";
import type { Initialiser } from "../parameters/initialiser.ts";

export type Activation = "none" | "relu" | "tanh" | "sigmoid" | "silu" | "softplus";

export interface DenseOptions {
  readonly name: string;
  readonly units: number;
  readonly activation?: Activation;
  readonly initialiser?: Initialiser;
}

/** `activation(x W + b)` over the last axis: `[..., in]` to `[..., units]`. Parameters `name/w [in, units]` and `name/b`. */
export function dense(g: GraphBuilder, x: Node, options: DenseOptions): Node {
  const { name, units, activation = "none", initialiser = { kind: "glorot" } } = options;
  const w = g.parameter(`${name}/w`, [x.shape.at(-1)!, units], initialiser);
  const b = g.parameter(`${name}/b`, [units], { kind: "zeros" });
  return activate(g, affine(g, x, w, b), activation);
}

/** `x W + b` over the last axis, as one operator. */
export function affine(g: GraphBuilder, x: Node, w: Node, b: Node): Node {
  const [fanIn, units] = w.shape;
  const rows = g.reshape(x, [sizeOf(x.shape) / fanIn, fanIn]);
  return g.reshape(g.gemm(rows, w, false, false, b), [...x.shape.slice(0, -1), units]);
}

export function activate(g: GraphBuilder, x: Node, activation: Activation): Node {
  return activation === "none" ? x : g[activation](x);
}
