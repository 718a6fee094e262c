import type { Node, OperatorSpec, Shape } from "./node.ts";
import { constantNumber, NodeStore } from "./nodeStore.ts";
import { type Loop, scanSpec } from "./scan.ts";
import {
  broadcastShape,
  repeatedAxes,
  resolveAxes,
  resolveAxis,
  sameShape,
  sizeOf,
  withLength,
} from "./shapes.ts";

/** What a transposed value was before, and the order in which its axes are now. */
interface Turned {
  readonly before: Node;
  readonly order: readonly number[];
}

function turnedFrom({ operation }: Node): Turned | undefined {
  if (operation.kind !== "operator" || operation.type !== "Transpose") return undefined;
  return { before: operation.inputs[0], order: operation.attributes?.perm as readonly number[] };
}

export type Axes = number | readonly number[];

/** The part of the builder that moves, cuts, repeats and sums values. */
export class ShapeGraph {
  protected readonly store = new NodeStore();

  /** Any operator of ONNX: the way to those that have no method here. */
  operator(spec: OperatorSpec): readonly Node[] {
    return this.store.operator(spec);
  }

  /**
   * A loop over the first axis of some sequences (ONNX Scan): values that go from step to step, and what each step gives, one below
   * the other. Throws when a step sees a value from outside that is neither given nor a constant.
   */
  scan(loop: Loop): { readonly states: readonly Node[]; readonly sequences: readonly Node[] } {
    const results = this.operator(scanSpec(loop, (shape) => this.store.loopInput(shape)));
    const { length } = loop.states;
    return { states: results.slice(0, length), sequences: results.slice(length) };
  }

  /** A constant that is written into the model. */
  constant(values: number | readonly number[] | Float32Array, shape?: Shape): Node {
    if (typeof values === "number") return this.store.constant(Float32Array.of(values), shape ?? []);
    return this.store.constant(Float32Array.from(values), shape ?? [values.length]);
  }

  /** Sum over axes (all where none are given). */
  sum(x: Node, axes?: Axes, keepDims = false): Node {
    const over = resolveAxes(axes, x.shape.length);
    const turned = turnedFrom(x);
    if (turned) return this.#sumOfTurned(turned, over, keepDims);
    const kept = x.shape.map((length, axis) => (over.includes(axis) ? 1 : length));
    const [result] = sameShape(kept, x.shape)
      ? [x]
      : this.operator({
          type: "ReduceSum",
          inputs: [x],
          integers: [over],
          attributes: { keepdims: 1 },
          shapes: [kept],
          vjp: ([c]) => [this.expand(c!, x.shape)],
        });
    return keepDims ? result : this.squeezed(result, over);
  }

  /** The sum first: less is left to move. */
  #sumOfTurned({ before, order }: Turned, over: readonly number[], keepDims: boolean): Node {
    const axes = over.map((axis) => order[axis]);
    const sums = this.sum(before, axes, true);
    const result = this.transpose(sums, order);
    return keepDims ? result : this.squeezed(result, over);
  }

  protected squeezed(x: Node, axes: readonly number[]): Node {
    return this.reshape(
      x,
      x.shape.filter((_, axis) => !axes.includes(axis)),
    );
  }

  reshape(x: Node, shape: Shape): Node {
    if (sizeOf(shape) !== sizeOf(x.shape)) throw new Error(`internal: [${x.shape}] reshaped to [${shape}]`);
    const inner = x.operation;
    if (inner.kind === "operator" && inner.type === "Reshape") return this.reshape(inner.inputs[0], shape);
    if (sameShape(shape, x.shape)) return x;
    const [result] = this.operator({
      type: "Reshape",
      inputs: [x],
      integers: [shape],
      shapes: [shape],
      vjp: ([c]) => [this.reshape(c!, x.shape)],
    });
    return result;
  }

  /** Axes in another order: axis `k` of the result is axis `order[k]` of `x`. */
  transpose(x: Node, order: readonly number[]): Node {
    const turned = turnedFrom(x);
    if (turned) {
      const both = order.map((axis) => turned.order[axis]);
      return this.transpose(turned.before, both);
    }
    const moving = order.filter((axis) => x.shape[axis] !== 1);
    if (moving.every((axis, k) => k === 0 || axis > moving[k - 1])) {
      const shape = order.map((axis) => x.shape[axis]);
      return this.reshape(x, shape);
    }
    const [result] = this.operator({
      type: "Transpose",
      inputs: [x],
      attributes: { perm: order },
      shapes: [order.map((axis) => x.shape[axis])],
      vjp: ([c]) => [
        this.transpose(
          c!,
          order.map((_, axis) => order.indexOf(axis)),
        ),
      ],
    });
    return result;
  }

  concat(parts: readonly Node[], axis: number): Node {
    if (parts.length === 1) return parts[0];
    const along = resolveAxis(axis, parts[0].shape.length);
    const lengths = parts.map(({ shape }) => shape[along]);
    for (const { shape } of parts)
      if (!sameShape(withLength(shape, along, 0), withLength(parts[0].shape, along, 0)))
        throw new Error(`internal: concat of [${parts[0].shape}] and [${shape}] along axis ${along}`);
    const [result] = this.operator({
      type: "Concat",
      inputs: parts,
      attributes: { axis: along },
      shapes: [
        withLength(
          parts[0].shape,
          along,
          lengths.reduce((a, b) => a + b),
        ),
      ],
      vjp: ([c]) => this.split(c!, along, lengths),
    });
    return result;
  }

  /** Cuts `x` along an axis into parts of these lengths. */
  split(x: Node, axis: number, lengths: readonly number[]): readonly Node[] {
    const along = resolveAxis(axis, x.shape.length);
    if (lengths.reduce((a, b) => a + b, 0) !== x.shape[along])
      throw new Error(`internal: [${x.shape}] split along axis ${along} into [${lengths}]`);
    if (lengths.length === 1) return [x];
    const shapes = lengths.map((length) => withLength(x.shape, along, length));
    return this.operator({
      type: "Split",
      inputs: [x],
      integers: [lengths],
      attributes: { axis: along },
      shapes,
      vjp: (cotangents) => [
        this.concat(
          shapes.map((shape, k) => cotangents[k] ?? this.zeros(shape)),
          along,
        ),
      ],
    });
  }

  /** Elements `from` to `to` (excluded) along an axis. */
  slice(x: Node, axis: number, from: number, to: number): Node {
    const along = resolveAxis(axis, x.shape.length);
    const length = x.shape[along];
    if (from < 0 || to > length || from >= to)
      throw new Error(`internal: [${x.shape}] sliced from ${from} to ${to}`);
    if (to - from === length) return x;
    const turned = turnedFrom(x);
    if (turned) {
      const part = this.slice(turned.before, turned.order[along], from, to);
      return this.transpose(part, turned.order);
    }
    const [result] = this.operator({
      type: "Slice",
      inputs: [x],
      integers: [[from], [to], [along]],
      shapes: [withLength(x.shape, along, to - from)],
      vjp: ([c]) => [this.pad(c!, along, from, length - to)],
    });
    return result;
  }

  /** Zeros before and after, along one axis. */
  pad(x: Node, axis: number, before: number, after: number): Node {
    if (before === 0 && after === 0) return x;
    const along = resolveAxis(axis, x.shape.length);
    const length = x.shape[along];
    const pads = (amount: number) => x.shape.map((_, k) => (k === along ? amount : 0));
    const [result] = this.operator({
      type: "Pad",
      inputs: [x],
      integers: [[...pads(before), ...pads(after)]],
      shapes: [withLength(x.shape, along, before + length + after)],
      vjp: ([c]) => [this.slice(c!, along, before, before + length)],
    });
    return result;
  }

  /** Repeats axes of length 1 (and missing leading ones) up to a shape. */
  expand(x: Node, shape: Shape): Node {
    if (sameShape(x.shape, shape)) return x;
    if (!sameShape(broadcastShape(x.shape, shape), shape))
      throw new Error(`internal: [${x.shape}] expanded to [${shape}]`);
    if (constantNumber(x) === 0) return this.zeros(shape);
    const [result] = this.operator({
      type: "Expand",
      inputs: [x],
      integers: [shape],
      shapes: [shape],
      vjp: ([c]) => [this.unbroadcast(c!, x.shape)],
    });
    return result;
  }

  /** The transpose of broadcasting: sums over the axes along which a value of this shape was repeated. */
  unbroadcast(x: Node, shape: Shape): Node {
    const axes = repeatedAxes(x.shape, shape);
    return this.reshape(axes.length === 0 ? x : this.sum(x, axes, true), shape);
  }

  zeros(shape: Shape): Node {
    const [result] = this.operator({
      type: "ConstantOfShape",
      inputs: [],
      integers: [shape],
      shapes: [shape],
      vjp: null,
    });
    return result;
  }

  ones(shape: Shape): Node {
    return this.expand(this.constant(1), shape);
  }
}
