import type { Node, Vjp } from "./node.ts";
import { constantNumber } from "./nodeStore.ts";
import { ShapeGraph } from "./shapeGraph.ts";
import { broadcastShape, sameShape } from "./shapes.ts";

type Operand = Node | number;

/** The part of the builder that works element by element. Numbers stand for scalar constants. */
export class ElementwiseGraph extends ShapeGraph {
  /** The same value, through which no gradient passes. */
  stopGradient(x: Node): Node {
    return this.#unary("Identity", x, null);
  }

  add(a: Operand, b: Operand): Node {
    const [x, y] = [this.#node(a), this.#node(b)];
    if (constantNumber(x) === 0) return y;
    if (constantNumber(y) === 0) return x;
    return this.#binary(
      "Add",
      x,
      y,
      ([c]) => [c, c],
      (p, q) => p + q,
    );
  }

  sub(a: Operand, b: Operand): Node {
    const [x, y] = [this.#node(a), this.#node(b)];
    if (constantNumber(y) === 0) return x;
    if (constantNumber(x) === 0) return this.neg(y);
    return this.#binary(
      "Sub",
      x,
      y,
      ([c]) => [c, this.neg(c!)],
      (p, q) => p - q,
    );
  }

  mul(a: Operand, b: Operand): Node {
    const [x, y] = [this.#node(a), this.#node(b)];
    if (constantNumber(x) === 1) return y;
    if (constantNumber(y) === 1) return x;
    return this.#binary(
      "Mul",
      x,
      y,
      ([c]) => [this.mul(c!, y), this.mul(c!, x)],
      (p, q) => p * q,
    );
  }

  div(a: Operand, b: Operand): Node {
    const [x, y] = [this.#node(a), this.#node(b)];
    if (constantNumber(y) === 1) return x;
    const vjp: Vjp = ([c], [ratio]) => {
      const dx = this.div(c!, y);
      return [dx, this.neg(this.mul(dx, ratio))];
    };
    return this.#binary("Div", x, y, vjp, (p, q) => p / q);
  }

  /** The sum of many values of one shape, as one operator. */
  addAll(terms: readonly Node[]): Node {
    if (terms.length === 1) return terms[0];
    if (terms.length === 2) return this.add(terms[0], terms[1]);
    for (const { shape } of terms)
      if (!sameShape(shape, terms[0].shape))
        throw new Error(`internal: sum of [${terms[0].shape}] and [${shape}]`);
    return this.store.operator({
      type: "Sum",
      inputs: terms,
      shapes: [terms[0].shape],
      vjp: ([c]) => terms.map(() => c),
    })[0];
  }

  neg(x: Node): Node {
    const inner = x.operation;
    if (inner.kind === "operator" && inner.type === "Neg") return inner.inputs[0];
    return this.#unary("Neg", x, ([c]) => [this.neg(c!)]);
  }

  exp(x: Node): Node {
    return this.#unary("Exp", x, ([c], [y]) => [this.mul(c!, y)]);
  }

  log(x: Node): Node {
    return this.#unary("Log", x, ([c]) => [this.div(c!, x)]);
  }

  tanh(x: Node): Node {
    return this.#unary("Tanh", x, ([c], [y]) => [this.mul(c!, this.sub(1, this.square(y)))]);
  }

  sigmoid(x: Node): Node {
    return this.#unary("Sigmoid", x, ([c], [y]) => [this.mul(c!, this.mul(y, this.sub(1, y)))]);
  }

  /** log(1 + e^x), without overflow. */
  softplus(x: Node): Node {
    return this.#unary("Softplus", x, ([c]) => [this.mul(c!, this.sigmoid(x))]);
  }

  relu(x: Node): Node {
    return this.#unary("Relu", x, ([c], [y]) => [this.where(this.greater(y, 0), c!, 0)]);
  }

  /** x sigmoid(x), the smooth relu (Hendrycks and Gimpel 2016; Ramachandran et al. 2017). */
  silu(x: Node): Node {
    const s = this.sigmoid(x);
    return this.store.operator({
      type: "Mul",
      inputs: [x, s],
      shapes: [x.shape],
      // The slope s + y (1 - s) as one, by way of x alone: fewer passes than the product rule over x and s.
      vjp: ([c], [y]) => [this.mul(c!, this.add(s, this.mul(y, this.sub(1, s)))), undefined],
    })[0];
  }

  abs(x: Node): Node {
    return this.#unary("Abs", x, ([c]) => [this.where(this.greater(0, x), this.neg(c!), c!)]);
  }

  sqrt(x: Node): Node {
    return this.#unary("Sqrt", x, ([c], [y]) => [this.div(this.mul(c!, 0.5), y)]);
  }

  square(x: Node): Node {
    return this.mul(x, x);
  }

  /** Where a > b: truth values for `where`. No gradient passes. */
  greater(a: Operand, b: Operand): Node {
    const [x, y] = [this.#node(a), this.#node(b)];
    const shapes = [broadcastShape(x.shape, y.shape)];
    return this.store.operator({ type: "Greater", inputs: [x, y], shapes, resultType: "bool", vjp: null })[0];
  }

  /** `a` where the condition holds, else `b`. A value or gradient that is not chosen must still be finite. */
  where(condition: Node, a: Operand, b: Operand): Node {
    const [x, y] = [this.#node(a), this.#node(b)];
    if (condition.type !== "bool") throw new Error("internal: the condition of where is no truth value");
    return this.store.operator({
      type: "Where",
      inputs: [condition, x, y],
      shapes: [broadcastShape(condition.shape, broadcastShape(x.shape, y.shape))],
      vjp: ([c]) => [
        undefined,
        this.unbroadcast(this.where(condition, c!, 0), x.shape),
        this.unbroadcast(this.where(condition, 0, c!), y.shape),
      ],
    })[0];
  }

  /** Within low..high; no gradient where the limit holds. */
  clip(x: Node, low: number, high: number): Node {
    const above = this.where(this.greater(x, low), x, low);
    return this.where(this.greater(above, high), high, above);
  }

  #node(operand: Operand): Node {
    return typeof operand === "number" ? this.constant(operand) : operand;
  }

  #unary(type: string, x: Node, vjp: Vjp | null): Node {
    return this.store.operator({ type, inputs: [x], shapes: [x.shape], vjp })[0];
  }

  /** Element-wise with broadcasting: each partial is summed over the axes along which its operand was repeated. */
  #binary(type: string, x: Node, y: Node, vjp: Vjp, fold: (p: number, q: number) => number): Node {
    const [p, q] = [constantNumber(x), constantNumber(y)];
    if (p !== undefined && q !== undefined) return this.constant(fold(p, q));
    return this.store.operator({
      type,
      inputs: [x, y],
      shapes: [broadcastShape(x.shape, y.shape)],
      vjp: (cotangents, results) =>
        vjp(cotangents, results).map((partial, k) => partial && this.unbroadcast(partial, [x, y][k].shape)),
    })[0];
  }
}
