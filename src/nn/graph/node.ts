import type { Initialiser } from "../parameters/initialiser.ts";

export type Shape = readonly number[];

/** A value of the graph: one output of an operation. Float32, or the truth values that `where` takes. */
export interface Node {
  readonly id: number;
  readonly shape: Shape;
  readonly type: "float" | "bool";
  readonly operation: Operation;
  /** Which output of the operation this is. */
  readonly output: number;
}

/** What makes a value: a feed, a weight, a constant, or an operator of ONNX. */
export type Operation =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "parameter"; readonly name: string; readonly initialiser: Initialiser }
  | { readonly kind: "constant"; readonly values: Float32Array }
  /** What the body of a loop is given at each step. */
  | { readonly kind: "loopInput" }
  | OperatorCall;

export interface OperatorCall extends OperatorSpec {
  readonly kind: "operator";
  readonly results: readonly Node[];
}

export type Attribute = number | string | readonly number[];

/**
 * The vector-Jacobian product: from the cotangents of the outputs (`undefined` where an output is not used) to those of
 * the inputs, as nodes of the same graph.
 */
export type Vjp = (
  cotangents: readonly (Node | undefined)[],
  results: readonly Node[],
) => readonly (Node | undefined)[];

/** One step of a Scan: states first, then what is taken and given step by step. */
export interface LoopBody {
  readonly states: number;
  readonly reverse: boolean;
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
  /** Values from outside the loop that every step sees: the vector-Jacobian product has them after the inputs. */
  readonly captured: readonly Node[];
}

/** All that an operator needs to have been computed. */
export const dependencies = ({ inputs, body }: OperatorSpec): readonly Node[] =>
  body ? [...inputs, ...body.captured] : inputs;

export interface OperatorSpec {
  /** ONNX operator, e.g. `MatMul`. */
  readonly type: string;
  readonly inputs: readonly Node[];
  /** Inputs of whole numbers that follow them: axes, shapes, pads. */
  readonly integers?: readonly (readonly number[])[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** What a Scan does at each step. */
  readonly body?: LoopBody;
  /** Shapes of the outputs. */
  readonly shapes: readonly Shape[];
  readonly resultType?: Node["type"];
  /** `null`: no gradient passes. */
  readonly vjp: Vjp | null;
}
