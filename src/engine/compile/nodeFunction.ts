import { inOrder, type Node, OPERATIONS } from "./graph.ts";

/**
 * JavaScript that computes invariant nodes of one cell into `out`, starting at `at` and going on by `by`. `P` holds the cell's
 * parameters from `base` on, in the order of `parameters`; `more` are parameters that are given as arguments.
 */
export type NodeFunction = (
  P: ArrayLike<number>,
  base: number,
  more: number,
  out: { [index: number]: number },
  at: number,
  by: number,
) => void;

export function nodeFunction(nodes: readonly Node[], parameters: readonly string[], more = ""): NodeFunction {
  const names = new Map<Node, string>();
  const lines = inOrder(nodes).map((node, index) => {
    names.set(node, `n${index}`);
    return `const n${index} = ${source(node)};`;
  });
  function source(node: Node): string {
    switch (node.kind) {
      case "number":
        return Object.is(node.value, -0) ? "-0" : String(node.value);
      case "parameter": {
        if (node.name === more) return "more";
        const index = parameters.indexOf(node.name);
        if (index < 0) throw new Error(`internal: no parameter "${node.name}"`);
        return `P[base + ${index}]`;
      }
      case "operation": {
        const args = node.args.map((arg) => names.get(arg)).join(", ");
        return `${node.operation}(${args})`;
      }
      default:
        throw new Error(`internal: "${node.name}" is not known before a run`);
    }
  }
  const stores = nodes.map((node, index) => `out[at + ${index} * by] = ${names.get(node)};`);
  const operations = Object.keys(OPERATIONS);
  // Descriptions are ours or were parsed by `parseExpression`, which lets no other JavaScript through.
  const make = new Function(
    ...operations,
    `"use strict"; return (P, base, more, out, at, by) => {\n${[...lines, ...stores].join("\n")}\n};`,
  );
  return make(...Object.values(OPERATIONS)) as NodeFunction;
}
