import type { Initialiser } from "../parameters/initialiser.ts";
import type { Node, Operation, OperatorCall, OperatorSpec, Shape } from "./node.ts";
import { sameShape, sizeOf } from "./shapes.ts";

/** The nodes of a graph: numbered as they are made, equal ones made once. */
export class NodeStore {
  readonly #all: Node[] = [];
  readonly #named = new Map<string, Node>();
  readonly #known = new Map<string, readonly Node[]>();

  get parameters(): readonly Node[] {
    return [...this.#named.values()].filter(({ operation }) => operation.kind === "parameter");
  }

  named(kind: "input" | "parameter", name: string, shape: Shape, initialiser?: Initialiser): Node {
    const known = this.#named.get(name);
    if (known?.operation.kind === kind && sameShape(known.shape, shape)) return known;
    if (known)
      throw new Error(
        `internal: ${name} is a ${known.operation.kind} of shape [${known.shape}], not [${shape}]`,
      );
    const operation: Operation =
      kind === "input" ? { kind, name } : { kind, name, initialiser: initialiser ?? { kind: "zeros" } };
    const node = this.#add(operation, shape);
    this.#named.set(name, node);
    return node;
  }

  /** What a loop's body is given: a new one at each call. */
  loopInput(shape: Shape): Node {
    return this.#add({ kind: "loopInput" }, shape);
  }

  constant(values: Float32Array, shape: Shape): Node {
    if (values.length !== sizeOf(shape)) throw new Error(`internal: ${values.length} values for [${shape}]`);
    return this.#once(`constant [${shape}] ${values.join(" ")}`, () => [
      this.#add({ kind: "constant", values }, shape),
    ])[0];
  }

  operator(spec: OperatorSpec): readonly Node[] {
    const { type, inputs, integers = [], attributes = {}, body } = spec;
    const ids = [...inputs, ...(body?.inputs ?? [])].map(({ id }) => id);
    const key = JSON.stringify([type, ids, integers, attributes]);
    return this.#once(key, () => {
      const results: Node[] = [];
      const operation: OperatorCall = { ...spec, kind: "operator", results };
      spec.shapes.forEach((shape, k) => {
        results.push(this.#add(operation, shape, k, spec.resultType));
      });
      return results;
    });
  }

  #once(key: string, make: () => readonly Node[]): readonly Node[] {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }

  #add(operation: Operation, shape: Shape, output = 0, type: Node["type"] = "float"): Node {
    const node: Node = { id: this.#all.length, shape, type, operation, output };
    this.#all.push(node);
    return node;
  }
}

/** The value of a scalar constant. */
export function constantNumber({ operation, shape }: Node): number | undefined {
  return operation.kind === "constant" && shape.length === 0 ? operation.values[0] : undefined;
}
