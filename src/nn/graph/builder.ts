import type { Initialiser } from "../parameters/initialiser.ts";
import { ElementwiseGraph } from "./elementwise.ts";
import type { Node, Shape } from "./node.ts";
import type { Axes } from "./shapeGraph.ts";
import { broadcastShape, resolveAxes, sizeOf } from "./shapes.ts";

/** From here on the time to turn a matrix is small beside that of the product. */
const MANY_ROWS = 1024;

/**
 * Builds a graph of float32 operators, each with its vector-Jacobian product, from which `trainingModel` and `inferenceModel`
 * make ONNX. Shapes are fixed numbers: for another batch build the same network again; weights go by name. Equal
 * expressions become one node. A mistake in shapes throws at the line that makes it.
 */
export class GraphBuilder extends ElementwiseGraph {
  /** A value that is fed at each run. */
  input(name: string, shape: Shape): Node {
    return this.store.named("input", name, shape);
  }

  /** A weight, known by its name: asked for again with the same name it is the same node. */
  parameter(name: string, shape: Shape, initialiser: Initialiser): Node {
    return this.store.named("parameter", name, shape, initialiser);
  }

  /** All parameters so far, in the order in which they were declared. */
  get parameters(): readonly Node[] {
    return this.store.parameters;
  }

  /** Matrix product over the last two axes; a 2-D right side applies to every leading index of the left. */
  matmul(a: Node, b: Node): Node {
    if (b.shape.length !== 2) return this.#batchedMatmul(a, b);
    const rows = this.reshape(a, [sizeOf(a.shape) / a.shape.at(-1)!, a.shape.at(-1)!]);
    return this.reshape(this.gemm(rows, b), [...a.shape.slice(0, -1), b.shape[1]]);
  }

  /** `op(a) op(b)` of two matrices, either transposed first where asked; `plus`, which may be one row, is added to it. */
  gemm(a: Node, b: Node, transA = false, transB = false, plus?: Node): Node {
    const [m, k] = transA ? [a.shape[1], a.shape[0]] : a.shape;
    const [kOfB, n] = transB ? [b.shape[1], b.shape[0]] : b.shape;
    if (a.shape.length !== 2 || b.shape.length !== 2 || k !== kOfB)
      throw new Error(
        `internal: product of [${a.shape}]${transA ? "'" : ""} and [${b.shape}]${transB ? "'" : ""}`,
      );
    if (transA && !transB && !plus && k >= MANY_ROWS) return this.#outerProduct(a, b);
    const plain = !transA && !transB && !plus;
    const [result] = this.operator({
      type: plain ? "MatMul" : "Gemm",
      inputs: plus ? [a, b, plus] : [a, b],
      attributes: plain ? {} : { transA: Number(transA), transB: Number(transB) },
      shapes: [[m, n]],
      vjp: ([c]) => [
        transA ? this.gemm(b, c!, transB, true) : this.gemm(c!, b, false, !transB),
        transB ? this.gemm(c!, a, true, transA) : this.gemm(a, c!, !transA, false),
        plus && this.unbroadcast(c!, plus.shape),
      ],
    });
    return result;
  }

  /**
   * `a' b` of long matrices, the gradient of most weights: the narrower one is turned by itself, which is quicker than a product that
   * turns the left one bit by bit for each block of the right one.
   */
  #outerProduct(a: Node, b: Node): Node {
    const turned = (x: Node) => this.transpose(x, [1, 0]);
    if (a.shape[1] <= b.shape[1]) return this.gemm(turned(a), b);
    return turned(this.gemm(turned(b), a));
  }

  #batchedMatmul(a: Node, b: Node): Node {
    const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    if (a.shape.at(-1) !== b.shape.at(-2))
      throw new Error(`internal: product of [${a.shape}] and [${b.shape}]`);
    const [result] = this.operator({
      type: "MatMul",
      inputs: [a, b],
      shapes: [[...batch, a.shape.at(-2)!, b.shape.at(-1)!]],
      vjp: ([c]) => [
        this.unbroadcast(this.matmul(c!, this.#lastTwoSwapped(b)), a.shape),
        this.unbroadcast(this.matmul(this.#lastTwoSwapped(a), c!), b.shape),
      ],
    });
    return result;
  }

  #lastTwoSwapped(x: Node): Node {
    const axes = x.shape.map((_, axis) => axis);
    return this.transpose(x, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
  }

  /** Mean over axes (all where none are given). */
  mean(x: Node, axes?: Axes, keepDims = false): Node {
    const total = this.sum(x, axes, keepDims);
    return this.mul(total, sizeOf(total.shape) / sizeOf(x.shape));
  }

  /** Largest value over axes; the gradient is shared between equal largest ones. */
  max(x: Node, axes?: Axes, keepDims = false): Node {
    const over = resolveAxes(axes, x.shape.length);
    const [result] = this.operator({
      type: "ReduceMax",
      inputs: [x],
      integers: [over],
      attributes: { keepdims: 1 },
      shapes: [x.shape.map((length, axis) => (over.includes(axis) ? 1 : length))],
      vjp: ([c], [largest]) => {
        const at = this.where(this.greater(largest, x), 0, this.ones(x.shape));
        return [this.mul(at, this.div(c!, this.sum(at, over, true)))];
      },
    });
    return keepDims ? result : this.squeezed(result, over);
  }
}
