import { dependencies, type Node, type OperatorSpec, type Shape, type Vjp } from "./node.ts";
import { sameShape } from "./shapes.ts";

/** What goes from step to step and what a step gives. */
export interface LoopStep {
  readonly states: readonly Node[];
  readonly outputs: readonly Node[];
}

/** A loop over the first axis of `sequences`. */
export interface Loop {
  /** Before the first step. */
  readonly states: readonly Node[];
  readonly sequences: readonly Node[];
  /** Values from outside that a step sees, besides constants. */
  readonly captured?: readonly Node[];
  /** From the last step to the first; what step k gives still stands at place k. */
  readonly reverse?: boolean;
  step(states: readonly Node[], items: readonly Node[]): LoopStep;
  /** Of states, sequences and captured values, in this order. */
  readonly vjp: Vjp | null;
}

/** The operator Scan of a loop. */
export function scanSpec(loop: Loop, loopInput: (shape: Shape) => Node): OperatorSpec {
  const { states, sequences, captured = [], reverse = false, vjp } = loop;
  const steps = sequences[0].shape[0];
  if (sequences.some(({ shape }) => shape[0] !== steps))
    throw new Error(`internal: a loop over sequences of ${sequences.map(({ shape }) => shape[0])} steps`);
  const before = states.map(({ shape }) => loopInput(shape));
  const items = sequences.map(({ shape }) => loopInput(shape.slice(1)));
  const { states: after, outputs } = loop.step(before, items);
  if (after.length !== states.length || after.some(({ shape }, k) => !sameShape(shape, states[k].shape)))
    throw new Error("internal: a step of a loop changes the number or shape of its states");
  const body = { inputs: [...before, ...items], outputs: [...after, ...outputs] };
  const seen = allCaptured(body.inputs, body.outputs, captured);
  return {
    type: "Scan",
    inputs: [...states, ...sequences],
    body: { ...body, states: states.length, reverse, captured: seen },
    shapes: [...states.map(({ shape }) => shape), ...outputs.map(({ shape }) => [steps, ...shape])],
    vjp,
  };
}

/** The listed values, then constants; no other may be seen. */
function allCaptured(inputs: readonly Node[], outputs: readonly Node[], listed: readonly Node[]): Node[] {
  const others = interior(inputs, outputs).captured.filter((node) => !listed.includes(node));
  const wrong = others.find(({ operation }) => operation.kind !== "constant");
  if (wrong)
    throw new Error(`internal: a loop sees a ${wrong.operation.kind} [${wrong.shape}] that it was not given`);
  return [...listed, ...others];
}

/** What a body computes at each step, in the order in which it was built, and the values from outside that this takes. */
export function interior(
  inputs: readonly Node[],
  outputs: readonly Node[],
): { readonly inside: readonly Node[]; readonly captured: readonly Node[] } {
  const start = inputs[0].id;
  const changes = new Map<Node, boolean>(inputs.map((input) => [input, true]));
  const taken = ({ operation }: Node) => (operation.kind === "operator" ? dependencies(operation) : []);
  const visit = (node: Node): boolean => {
    const known = node.id < start ? false : changes.get(node);
    if (known !== undefined) return known;
    const changing = taken(node).map(visit).includes(true);
    changes.set(node, changing);
    return changing;
  };
  outputs.forEach(visit);
  const inside = [...changes.keys()].filter((node) => changes.get(node)).sort((a, b) => a.id - b.id);
  const captured = new Set([...outputs, ...inside.flatMap(taken)].filter((node) => !changes.get(node)));
  return { inside, captured: [...captured] };
}
