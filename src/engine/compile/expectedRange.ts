import { type Node, OPERATIONS } from "./graph.ts";

const VOLTAGES_MV = Array.from({ length: 17 }, (_, k) => -110 + 10 * k);

/**
 * How large a value becomes over the voltages of a living cell with the given parameters; infinite where it depends on more than
 * voltage and parameters. `voltages` are the nodes that are a voltage.
 */
export function largestOverVoltage(
  voltages: ReadonlySet<Node>,
  parameters: Readonly<Record<string, number>>,
): (node: Node) => number {
  const evaluators = VOLTAGES_MV.map((v) => evaluator(v, voltages, parameters));
  return (node) => {
    const values = evaluators.map((evaluate) => Math.abs(evaluate(node)));
    return values.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...values);
  };
}

function evaluator(
  v: number,
  voltages: ReadonlySet<Node>,
  parameters: Readonly<Record<string, number>>,
): (node: Node) => number {
  const known = new Map<Node, number>();
  const compute = (node: Node): number => {
    switch (node.kind) {
      case "number":
        return node.value;
      case "parameter":
        return parameters[node.name] ?? Number.NaN;
      case "operation":
        return OPERATIONS[node.operation](...node.args.map(evaluate));
      default:
        return Number.NaN;
    }
  };
  const evaluate = (node: Node): number => {
    if (voltages.has(node)) return v;
    const value = known.get(node) ?? compute(node);
    known.set(node, value);
    return value;
  };
  return evaluate;
}
