import { RandomStream } from "../../random.ts";
import type { GraphBuilder } from "../graph/builder.ts";
import type { Node } from "../graph/node.ts";
import type { Activation } from "../layers/dense.ts";
import { conditioner } from "./conditioner.ts";
import { rationalQuadratic, splineParameters } from "./spline.ts";

/** What each coupling layer does to the columns that it changes. */
export type FlowTransform =
  /** Shift and scale; the logarithm of the scale stays within ±`bound` (5). Density on all of R^n, normal base. */
  | { readonly kind: "affine"; readonly bound?: number }
  /** Spline of the box `low..high` onto itself, uniform base: starts as the uniform density, has no mass outside. */
  | { readonly kind: "spline-box"; readonly bins?: number; readonly low?: number; readonly high?: number }
  /** Spline within ±`bound` (5), the identity outside. Density on all of R^n, normal base. */
  | { readonly kind: "spline-line"; readonly bins?: number; readonly bound?: number };

export interface CouplingFlowOptions {
  readonly name: string;
  readonly dimensions: number;
  /** What the density depends on: `[batch, width]`, or one row for all; absent for a fixed density. */
  readonly context?: Node | undefined;
  readonly transform: FlowTransform;
  /** Coupling layers; two change every column once. 6. */
  readonly layers?: number;
  /** Hidden layers of each conditioner. [64, 64] */
  readonly hidden?: readonly number[];
  readonly activation?: Activation;
}

export interface Flow {
  /** Logarithm of the density at `[rows, dimensions]`: `[rows]`. Outside a `spline-box` it is not to be trusted. */
  logDensity(x: Node): Node;
  /**
   * Samples from noise `[rows, dimensions]` of the base (standard normal, or uniform on 0..1 for `spline-box`), and the logarithm
   * of the density at each.
   */
  sample(noise: Node): { readonly sample: Node; readonly logDensity: Node };
  readonly base: "normal" | "uniform";
}

interface Step {
  readonly value: Node;
  /** Logarithm of the slope, per element. */
  readonly logSlope: Node;
}

/**
 * A conditional density by coupling layers (Dinh et al. 2017: affine; Durkan et al. 2019: rational-quadratic splines). Columns are
 * reordered by fixed permutations between layers. Weights go by name, so that a graph of the density and one of the
 * samples share them. One context row serves any number of rows.
 */
export function couplingFlow(g: GraphBuilder, options: CouplingFlowOptions): Flow {
  const { dimensions, layers = 6, transform } = options;
  const flow = new Coupling(g, options);
  const orders = Array.from({ length: layers }, (_, layer) => columnOrder(dimensions, layer));
  const uniform = transform.kind === "spline-box";
  const [low, high] = uniform ? [transform.low ?? 0, transform.high ?? 1] : [0, 1];
  const volume = dimensions * Math.log(high - low);
  const baseLog = (z: Node): Node | number =>
    uniform ? -volume : g.mul(g.sum(g.add(g.square(z), Math.log(2 * Math.PI)), 1), -0.5);
  return {
    base: uniform ? "uniform" : "normal",
    logDensity(x) {
      let z = uniform ? g.div(g.sub(x, low), high - low) : x;
      const slopes: Node[] = [];
      orders.forEach((order, layer) => {
        const step = flow.apply(g.gemm(z, permutation(g, order)), layer, false);
        z = step.value;
        slopes.push(g.sum(step.logSlope, 1));
      });
      return g.add(g.addAll(slopes), baseLog(z));
    },
    sample(noise) {
      let z = noise;
      const slopes: Node[] = [];
      for (let layer = layers - 1; layer >= 0; layer--) {
        const step = flow.apply(z, layer, true);
        z = g.gemm(step.value, permutation(g, orders[layer]), false, true);
        slopes.push(g.sum(step.logSlope, 1));
      }
      const logDensity = g.sub(baseLog(noise), g.addAll(slopes));
      return { sample: uniform ? g.add(g.mul(z, high - low), low) : z, logDensity };
    },
  };
}

/** One coupling layer: the first columns stay and choose, with the context, what happens to the others. */
class Coupling {
  readonly #kept: number;
  readonly #changed: number;

  constructor(
    private readonly g: GraphBuilder,
    private readonly options: CouplingFlowOptions,
  ) {
    this.#kept = Math.floor(options.dimensions / 2);
    this.#changed = options.dimensions - this.#kept;
  }

  apply(z: Node, layer: number, inverse: boolean): Step {
    const { g } = this;
    const kept = this.#kept > 0 ? g.slice(z, 1, 0, this.#kept) : undefined;
    const step = this.#transform(g.slice(z, 1, this.#kept, z.shape[1]), this.#raw(kept, layer), inverse);
    return { value: kept ? g.concat([kept, step.value], 1) : step.value, logSlope: step.logSlope };
  }

  /** `[rows or 1, changed, values per column]`. */
  #raw(kept: Node | undefined, layer: number): Node {
    const { name, context, hidden = [64, 64], activation = "relu", transform } = this.options;
    const each = transform.kind === "affine" ? 2 : splineParameters(splineShape(transform));
    const outputs = this.#changed * each;
    const raw = conditioner(this.g, kept, context, { name: `${name}/${layer}`, hidden, activation, outputs });
    return this.g.reshape(raw, [raw.shape[0], this.#changed, each]);
  }

  #transform(x: Node, raw: Node, inverse: boolean): Step {
    const { g } = this;
    const { transform } = this.options;
    if (transform.kind === "affine") return this.#affine(x, raw, inverse, transform.bound ?? 5);
    const shape = splineShape(transform);
    if (transform.kind === "spline-box") return rationalQuadratic(g, g.clip(x, 0, 1), raw, shape, inverse);
    const bound = transform.bound ?? 5;
    const unit = g.mul(g.add(x, bound), 1 / (2 * bound));
    const { value, logSlope } = rationalQuadratic(g, g.clip(unit, 0, 1), raw, shape, inverse);
    const outside = g.greater(g.abs(x), bound);
    return {
      value: g.where(outside, x, g.sub(g.mul(value, 2 * bound), bound)),
      logSlope: g.where(outside, 0, logSlope),
    };
  }

  #affine(x: Node, raw: Node, inverse: boolean, bound: number): Step {
    const { g } = this;
    const [shift, free] = g
      .split(raw, 2, [1, 1])
      .map((part) => g.reshape(part, [raw.shape[0], this.#changed]));
    const logScale = g.mul(g.tanh(g.mul(free, 1 / bound)), bound);
    const logSlope = g.expand(inverse ? logScale : g.neg(logScale), x.shape);
    const scale = g.exp(inverse ? logScale : g.neg(logScale));
    return {
      value: inverse ? g.add(g.mul(x, scale), shift) : g.mul(g.sub(x, shift), scale),
      logSlope,
    };
  }
}

function splineShape(transform: Exclude<FlowTransform, { readonly kind: "affine" }>) {
  return { bins: transform.bins ?? 8, linearEnds: transform.kind === "spline-line" };
}

/** Column k of layer `layer` is column `order[k]` of the one before: in turn any order, and what was kept last. */
function columnOrder(dimensions: number, layer: number): number[] {
  const order = Array.from({ length: dimensions }, (_, k) => k);
  if (layer === 0) return order;
  const kept = Math.floor(dimensions / 2);
  if (layer % 2 === 1) return [...order.slice(kept), ...order.slice(0, kept)];
  const stream = RandomStream.fromSeed(layer);
  for (let k = dimensions - 1; k > 0; k--) {
    const other = Math.floor(stream.uniform() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** Products with zeros and ones are exact. */
function permutation(g: GraphBuilder, order: readonly number[]): Node {
  const size = order.length;
  const matrix = Array.from({ length: size * size }, (_, k) =>
    order[k % size] === Math.floor(k / size) ? 1 : 0,
  );
  return g.constant(matrix, [size, size]);
}
