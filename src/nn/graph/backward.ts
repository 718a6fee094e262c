import type { GraphBuilder } from "./builder.ts";
import { dependencies, type Node, type OperatorCall } from "./node.ts";

/**
 * Gradients of a scalar with respect to all parameters that it depends on, by reverse accumulation (Linnainmaa 1976), as
 * nodes of the same graph.
 *
 * @param loss a node of one element
 * @returns by the parameter's name, in the order of declaration
 */
export function gradients(g: GraphBuilder, loss: Node): Map<string, Node> {
  if (loss.shape.some((length) => length !== 1)) throw new Error(`internal: a loss of shape [${loss.shape}]`);
  const differentiable = new Map<Node, boolean>();
  const calls = callsBelow(loss, differentiable);
  const partials = new Map<Node, Node[]>([[loss, [g.reshape(g.constant(1), loss.shape)]]]);
  for (const call of calls.reverse()) spread(g, call, partials, differentiable);
  const found = new Map<string, Node>();
  for (const parameter of g.parameters) {
    const gradient = total(g, partials, parameter);
    if (gradient && parameter.operation.kind === "parameter") found.set(parameter.operation.name, gradient);
  }
  return found;
}

/** One operator: from the cotangents of what it made to those of what it took. */
function spread(
  g: GraphBuilder,
  call: OperatorCall,
  partials: Map<Node, Node[]>,
  differentiable: ReadonlyMap<Node, boolean>,
): void {
  const cotangents = call.results.map((result) => total(g, partials, result));
  if (!call.vjp || cotangents.every((cotangent) => cotangent === undefined)) return;
  const back = call.vjp(cotangents, call.results);
  dependencies(call).forEach((input, k) => {
    const partial = back[k];
    if (!partial || !differentiable.get(input)) return;
    const known = partials.get(input);
    if (known) known.push(partial);
    else partials.set(input, [partial]);
  });
}

function total(g: GraphBuilder, partials: ReadonlyMap<Node, Node[]>, node: Node): Node | undefined {
  const terms = partials.get(node);
  return terms && g.addAll(terms);
}

/** The operators that lead from parameters to a node, each after those that it takes from. */
function callsBelow(loss: Node, differentiable: Map<Node, boolean>): OperatorCall[] {
  const order: OperatorCall[] = [];
  const stack: Node[] = [loss];
  const seen = new Set<OperatorCall>();
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    const { operation } = node;
    if (operation.kind !== "operator" || operation.vjp === null) {
      differentiable.set(node, operation.kind === "parameter");
      stack.pop();
      continue;
    }
    const taken = dependencies(operation);
    const open = taken.filter((input) => !differentiable.has(input));
    if (open.length > 0) {
      stack.push(...open);
      continue;
    }
    stack.pop();
    const depends = taken.some((input) => differentiable.get(input));
    for (const result of operation.results) differentiable.set(result, depends);
    if (depends && !seen.has(operation)) order.push(operation);
    seen.add(operation);
  }
  return order;
}
