import { type Node, OPERATIONS, type OperationNode } from "./graph.ts";

const VOLTAGES_MV = Float64Array.from({ length: 17 }, (_, k) => -110 + 10 * k);

/**
 * How large a value becomes over the voltages of a living cell with the given parameters; infinite where it depends on more than
 * voltage and parameters. `voltages` are the nodes that are a voltage.
 */
export function largestOverVoltage(
  voltages: ReadonlySet<Node>,
  parameters: Readonly<Record<string, number>>,
): (node: Node) => number {
  const known = new Map<Node, Float64Array>();
  const same = (value: number) => new Float64Array(VOLTAGES_MV.length).fill(value);
  const compute = (node: Node): Float64Array => {
    if (voltages.has(node)) return VOLTAGES_MV;
    switch (node.kind) {
      case "number":
        return same(node.value);
      case "parameter":
        return same(parameters[node.name] ?? Number.NaN);
      case "operation":
        return operate(node, node.args.map(evaluate));
      default:
        return same(Number.NaN);
    }
  };
  const evaluate = (node: Node): Float64Array => {
    const values = known.get(node) ?? compute(node);
    known.set(node, values);
    return values;
  };
  return (node) => {
    const values = evaluate(node);
    return values.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...values.map(Math.abs));
  };
}

/** An operation at all voltages. */
function operate({ operation }: OperationNode, [a, b]: readonly Float64Array[]): Float64Array {
  const f = OPERATIONS[operation];
  return b ? a.map((value, k) => f(value, b[k])) : a.map((value) => f(value));
}
