import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";
import { dense } from "../layers/dense.ts";
import { chosen, softmax, sumsBefore } from "./bins.ts";

export interface MixtureOptions {
  readonly name: string;
  readonly dimensions: number;
  readonly components: number;
  /** What weights, means and covariances depend on: `[batch, width]`, or one row for all. */
  readonly context: Node;
}

export interface Mixture {
  /** Logarithm of the density at `[rows, dimensions]`: `[rows]`. */
  logDensity(x: Node): Node;
  /** Samples from standard normal noise `[rows, dimensions]` and uniform `choice` `[rows]`, and the logarithm of the density at each. */
  sample(noise: Node, choice: Node): { readonly sample: Node; readonly logDensity: Node };
}

/**
 * A mixture of Gaussians with full covariances (mixture density network; Bishop 1994), each by an upper triangular factor U of its
 * precision: z = (x - mean) U is standard normal. The means start apart, at random.
 */
export function mixtureOfGaussians(g: GraphBuilder, options: MixtureOptions): Mixture {
  const { name, dimensions: n, components, context } = options;
  const rows = context.shape[0];
  const initialiser = { kind: "zeros" } as const;
  const head = (part: string, units: number) =>
    dense(g, context, { name: `${name}/${part}`, units, initialiser });
  const weights = softmax(g, head("weights", components));
  const centres = g.parameter(`${name}/centres`, [components * n], { kind: "normal", sd: 1 });
  const means = g.reshape(g.add(head("means", components * n), centres), [rows, components, n]);
  const raw = g.reshape(head("factors", components * n * n), [rows, components, n, n]);
  const diagonal = g.mul(
    raw,
    pattern(g, n, (i, j) => i === j),
  );
  const factors = g.add(
    g.mul(
      g.exp(diagonal),
      pattern(g, n, (i, j) => i === j),
    ),
    g.mul(
      raw,
      pattern(g, n, (i, j) => i < j),
    ),
  );
  const logDeterminant = g.sum(diagonal, [2, 3]);

  const logDensity = (x: Node): Node => {
    const apart = g.sub(g.reshape(x, [x.shape[0], 1, n]), means);
    const z = g.sum(g.mul(g.reshape(apart, [...apart.shape, 1]), factors), 2);
    const squares = g.sum(g.add(g.square(z), Math.log(2 * Math.PI)), 2);
    const each = g.add(g.sub(logDeterminant, g.mul(squares, 0.5)), g.log(weights));
    const most = g.stopGradient(g.max(each, 1, true));
    return g.add(g.log(g.sum(g.exp(g.sub(each, most)), 1)), g.reshape(most, [each.shape[0]]));
  };
  return {
    logDensity,
    sample(noise, choice) {
      const count = noise.shape[0];
      const at = chosen(g, choice, sumsBefore(g, weights));
      const mean = g.sum(g.mul(g.reshape(at, [count, components, 1]), means), 1);
      const factor = g.sum(g.mul(g.reshape(at, [count, components, 1, 1]), factors), 1);
      const sample = g.add(mean, solveUpper(g, noise, factor));
      return { sample, logDensity: logDensity(sample) };
    },
  };
}

function pattern(g: GraphBuilder, n: number, holds: (row: number, column: number) => boolean): Node {
  const values = Array.from({ length: n * n }, (_, k) => (holds(Math.floor(k / n), k % n) ? 1 : 0));
  return g.constant(values, [n, n]);
}

/** The row d with d U = z, column after column: z `[rows, n]`, U `[rows, n, n]`. */
function solveUpper(g: GraphBuilder, z: Node, u: Node): Node {
  const [rows, n] = z.shape;
  const found: Node[] = [];
  for (let k = 0; k < n; k++) {
    const column = g.reshape(g.slice(u, 2, k, k + 1), [rows, n]);
    const known = found.map((each, i) => g.mul(each, g.slice(column, 1, i, i + 1)));
    const rest = known.length > 0 ? g.sub(g.slice(z, 1, k, k + 1), g.addAll(known)) : g.slice(z, 1, k, k + 1);
    found.push(g.div(rest, g.slice(column, 1, k, k + 1)));
  }
  return g.concat(found, 1);
}
