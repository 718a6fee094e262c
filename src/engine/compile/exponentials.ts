import { type Graph, inOrder, isOperation, type Node, type OperationNode } from "./graph.ts";

/**
 * Rates are full of exponentials of the same voltage: exp(-v/20) is the second power of exp(-v/40). This rewrites a step so that
 * exponentials whose slopes are whole multiples of one slope are powers of one exponential, each times a factor that is known
 * before the run. x / (exp(x) - 1) takes part, with x of either sign, since linoid(x) = linoid(-x) - x.
 */
export function shareExponentials(graph: Graph, outputs: readonly Node[]): Node[] {
  const atoms = new Map<OperationNode, Affine>();
  for (const node of inOrder(outputs)) {
    if (node.invariant || !(isOperation(node, "exp") || isOperation(node, "linoid"))) continue;
    atoms.set(node, affine(graph, node.args[0]));
  }
  const bases = new Map<OperationNode, number>();
  for (const group of groupedByVariable(atoms)) {
    for (const { slope, members } of families(group)) for (const member of members) bases.set(member, slope);
  }

  const made = new Map<Node, Node>();
  const rebuilt = (node: Node): Node => {
    const known = made.get(node);
    if (known) return known;
    const result = node.kind === "operation" && !node.invariant ? rebuild(node) : node;
    made.set(node, result);
    return result;
  };
  const rebuild = (node: OperationNode): Node => {
    const atom = atoms.get(node);
    if (!atom) return graph.operation(node.operation, ...node.args.map(rebuilt));
    const argument = rebuilt(node.args[0]);
    const base = bases.get(node);
    const variable = rebuilt(atom.variable);
    const exponential = (sign: 1 | -1): Node =>
      base === undefined
        ? graph.exp(sign > 0 ? argument : graph.operation("neg", argument))
        : powerOf(graph, variable, base, sign * atom.slope, signed(graph, atom.offset, sign));
    if (node.operation === "exp") return exponential(1);
    const flipped = base !== undefined && base * atom.slope < 0;
    if (!flipped) return graph.operation("linoidOf", argument, exponential(1));
    const opposite = graph.operation("neg", argument);
    return graph.sub(graph.operation("linoidOf", opposite, exponential(-1)), argument);
  };
  return outputs.map(rebuilt);
}

const signed = (graph: Graph, node: Node, sign: 1 | -1) => (sign > 0 ? node : graph.operation("neg", node));

/** exp(slope * variable + offset) as a power of exp(base * variable); of its inverse where the signs differ. */
function powerOf(graph: Graph, variable: Node, base: number, slope: number, offset: Node): Node {
  const exponent = Math.round(Math.abs(slope / base));
  const root = graph.exp(graph.mul(graph.number(base), variable));
  const own = slope / base > 0 ? root : graph.div(graph.number(1), root);
  const power = (n: number): Node => {
    if (n === 1) return own;
    return n % 2 ? graph.mul(power(n - 1), own) : graph.mul(power(n / 2), power(n / 2));
  };
  return graph.mul(graph.exp(offset), power(exponent));
}

/** slope * variable + offset, the offset known before the run. */
interface Affine {
  readonly variable: Node;
  readonly slope: number;
  readonly offset: Node;
}

function affine(graph: Graph, node: Node): Affine {
  const scaled = (of: Affine, factor: number): Affine => ({
    variable: of.variable,
    slope: of.slope * factor,
    offset: graph.mul(graph.number(factor), of.offset),
  });
  const moved = (of: Affine, by: Node): Affine => ({ ...of, offset: graph.add(of.offset, by) });
  if (isOperation(node, "neg")) return scaled(affine(graph, node.args[0]), -1);
  if (node.kind === "operation" && node.args.length === 2) {
    const [a, b] = node.args;
    if (node.operation === "add" && a.invariant) return moved(affine(graph, b), a);
    if (node.operation === "add" && b.invariant) return moved(affine(graph, a), b);
    if (node.operation === "sub" && b.invariant) return moved(affine(graph, a), graph.operation("neg", b));
    if (node.operation === "sub" && a.invariant) return moved(scaled(affine(graph, b), -1), a);
    if (node.operation === "mul" && a.kind === "number") return scaled(affine(graph, b), a.value);
  }
  return { variable: node, slope: 1, offset: graph.number(0) };
}

function groupedByVariable(atoms: ReadonlyMap<OperationNode, Affine>): Map<OperationNode, Affine>[] {
  const groups = new Map<Node, Map<OperationNode, Affine>>();
  for (const [node, atom] of atoms) {
    const group = groups.get(atom.variable) ?? new Map<OperationNode, Affine>();
    groups.set(atom.variable, group.set(node, atom));
  }
  return [...groups.values()];
}

/** Cost of an exponential and of a reciprocal, in multiplications. */
const EXPONENTIAL = 28;
const RECIPROCAL = 6;
/** A power's relative error grows with the exponent. */
const HIGHEST_POWER = 24;
const FINEST_FRACTION = 5;

interface Family {
  /** Slope of the exponential that the members are powers of. */
  readonly slope: number;
  readonly members: readonly OperationNode[];
}

/** Greedy: the base that saves most, then the same among the rest. */
function families(group: ReadonlyMap<OperationNode, Affine>): Family[] {
  const rest = slopesOf(group);
  const found: Family[] = [];
  for (;;) {
    let best: { slope: number; covered: Slope[]; saved: number } | undefined;
    for (const { size } of rest) {
      for (let part = 1; part <= FINEST_FRACTION; part++) {
        const candidate = familyOf(rest, size / part);
        if (candidate.saved > (best?.saved ?? 0)) best = candidate;
      }
    }
    if (!best) return found;
    const { covered, slope } = best;
    found.push({ slope, members: covered.flatMap(({ members }) => members) });
    for (const one of covered) rest.splice(rest.indexOf(one), 1);
  }
}

/** Exponentials whose slopes differ by their sign at the most. */
interface Slope {
  readonly size: number;
  readonly members: OperationNode[];
  /** How many different slopes: one, or both signs. */
  readonly signs: Set<number>;
  /** `exp` alone: `linoid` takes either sign. */
  negative: number;
  positive: number;
}

function slopesOf(group: ReadonlyMap<OperationNode, Affine>): Slope[] {
  const slopes = new Map<number, Slope>();
  for (const [node, { slope }] of group) {
    const size = Math.abs(slope);
    const one = slopes.get(size) ?? { size, members: [], signs: new Set(), negative: 0, positive: 0 };
    slopes.set(size, one);
    one.members.push(node);
    one.signs.add(Math.sign(slope));
    if (node.operation === "exp") slope < 0 ? one.negative++ : one.positive++;
  }
  return [...slopes.values()];
}

function familyOf(slopes: readonly Slope[], base: number) {
  const covered: Slope[] = [];
  const exponents = new Set<number>();
  let [negative, positive, different] = [0, 0, 0];
  for (const one of slopes) {
    const ratio = one.size / base;
    const exponent = Math.round(ratio);
    if (exponent < 1 || exponent > HIGHEST_POWER || Math.abs(ratio - exponent) > 1e-9 * ratio) continue;
    covered.push(one);
    exponents.add(exponent);
    different += one.signs.size;
    negative += one.negative;
    positive += one.positive;
  }
  const mixed = negative > 0 && positive > 0;
  const saved = (different - 1) * EXPONENTIAL - multiplications(exponents) - (mixed ? RECIPROCAL : 0);
  return { slope: positive > negative ? base : -base, covered, saved };
}

/** How many products the powers take, those that several need counted once. */
function multiplications(exponents: ReadonlySet<number>): number {
  const needed = new Set<number>();
  const need = (n: number): void => {
    if (n === 1 || needed.has(n)) return;
    needed.add(n);
    need(n % 2 ? n - 1 : n / 2);
  };
  exponents.forEach(need);
  return needed.size;
}
