import { type Node, OPERATIONS } from "./graph.ts";

const LOWEST_MV = -110;
const HIGHEST_MV = 50;
const STEP_MV = 2;

/**
 * How large a value becomes over the voltages of a living cell with the given parameters; infinite where it depends on more than
 * voltage and parameters. `voltages` are the nodes that are a voltage.
 */
export function largestOverVoltage(
  voltages: ReadonlySet<Node>,
  parameters: Readonly<Record<string, number>>,
): (node: Node) => number {
  const known = new Map<Node, number>();
  return (node) => {
    const found = known.get(node) ?? largest(node, voltages, parameters);
    known.set(node, found);
    return found;
  };
}

function largest(
  node: Node,
  voltages: ReadonlySet<Node>,
  parameters: Readonly<Record<string, number>>,
): number {
  let most = 0;
  for (let v = LOWEST_MV; v <= HIGHEST_MV; v += STEP_MV) {
    const value = evaluate(node, v, voltages, parameters, new Map());
    if (!Number.isFinite(value)) return Number.POSITIVE_INFINITY;
    most = Math.max(most, Math.abs(value));
  }
  return most;
}

function evaluate(
  node: Node,
  v: number,
  voltages: ReadonlySet<Node>,
  parameters: Readonly<Record<string, number>>,
  known: Map<Node, number>,
): number {
  if (voltages.has(node)) return v;
  const found = known.get(node);
  if (found !== undefined) return found;
  const value = (() => {
    switch (node.kind) {
      case "number":
        return node.value;
      case "parameter":
        return parameters[node.name] ?? Number.NaN;
      case "operation":
        return OPERATIONS[node.operation](
          ...node.args.map((arg) => evaluate(arg, v, voltages, parameters, known)),
        );
      default:
        return Number.NaN;
    }
  })();
  known.set(node, value);
  return value;
}
