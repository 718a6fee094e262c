import { type Expression, type FunctionName, linoid } from "../expression.ts";

/**
 * A value of one step of a kernel, for one cell. Nodes are shared: the same operation on the same values is one node, so that a
 * rate that stands in a steady state and in a time constant is computed once.
 */
export type Node =
  | { readonly kind: "number"; readonly id: number; readonly value: number; readonly invariant: true }
  /** Same for all steps of a run, its own for each cell: a parameter, or a factor of an input. */
  | { readonly kind: "parameter"; readonly id: number; readonly name: string; readonly invariant: true }
  /** What a step starts from. */
  | { readonly kind: "state"; readonly id: number; readonly name: string; readonly invariant: false }
  /** Read anew for each step. */
  | { readonly kind: "input"; readonly id: number; readonly name: string; readonly invariant: false }
  | OperationNode;

export interface OperationNode {
  readonly kind: "operation";
  readonly id: number;
  readonly operation: Operation;
  readonly args: readonly Node[];
  /** Depends on numbers and parameters alone: computed once a cell, outside the loop. */
  readonly invariant: boolean;
}

/**
 * `linoidOf(x, exp(x))` is x / (exp(x) - 1) with the exponential given; `relaxation(z)` is (1 - exp(-z)) / z for z >= 0, the
 * factor of an exponential update: x + (inf - x) (1 - exp(-z)).
 */
export type Operation =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "neg"
  | "min"
  | "max"
  | "step"
  | "exp"
  | "ln"
  | "linoid"
  | "linoidOf"
  | "relaxation";

/** What each operation is, in plain numbers: for what is computed outside the loop. */
export const OPERATIONS: Readonly<Record<Operation, (...args: number[]) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  min: Math.min,
  max: Math.max,
  step: (x) => (x >= 0 ? 1 : 0),
  exp: Math.exp,
  ln: Math.log,
  linoid,
  linoidOf: (x) => linoid(x),
  relaxation: (z) => (z === 0 ? 1 : -Math.expm1(-z) / z),
};

/**
 * Builds nodes, folding what is known. With `exact` every operation rounds as the written equation does, so that a kernel can
 * equal the interpreter bit for bit; otherwise products and quotients of invariants are gathered, and terms with a zero factor
 * vanish together with all that only they needed.
 */
export class Graph {
  readonly exact: boolean;
  readonly #leaves = new Map<string, Node>();
  readonly #numbers = new Map<number, Node>();
  #minusZero: Node | undefined;
  /** By operation, then by the ids of the arguments in one number. */
  readonly #operations = new Map<Operation, Map<number, Node>>();
  #count = 0;

  constructor(exact = false) {
    this.exact = exact;
  }

  number(value: number): Node {
    // A map takes 0 and -0 for one.
    const known = Object.is(value, -0) ? this.#minusZero : this.#numbers.get(value);
    if (known) return known;
    const node: Node = { kind: "number", id: this.#count++, value, invariant: true };
    if (Object.is(value, -0)) this.#minusZero = node;
    else this.#numbers.set(value, node);
    return node;
  }

  parameter(name: string): Node {
    return this.#known(`p ${name}`, (id) => ({ kind: "parameter", id, name, invariant: true }));
  }

  state(name: string): Node {
    return this.#known(`s ${name}`, (id) => ({ kind: "state", id, name, invariant: false }));
  }

  input(name: string): Node {
    return this.#known(`i ${name}`, (id) => ({ kind: "input", id, name, invariant: false }));
  }

  add = (a: Node, b: Node): Node => this.operation("add", a, b);
  sub = (a: Node, b: Node): Node => this.operation("sub", a, b);
  mul = (a: Node, b: Node): Node => this.operation("mul", a, b);
  div = (a: Node, b: Node): Node => this.operation("div", a, b);
  exp = (a: Node): Node => this.operation("exp", a);

  sum(terms: readonly Node[]): Node {
    return terms.length ? terms.reduce(this.add) : this.number(0);
  }

  operation(operation: Operation, ...args: Node[]): Node {
    const numbers = args.map((arg) => (arg.kind === "number" ? arg.value : Number.NaN));
    if (args.every((arg) => arg.kind === "number")) return this.number(OPERATIONS[operation](...numbers));
    const simpler = this.exact ? undefined : this.#simpler(operation, args);
    return simpler ?? this.#make(operation, args);
  }

  /** An equation with its names replaced. Throws an internal error for a name that has no node. */
  expression(expression: Expression, nodeOf: (name: string) => Node): Node {
    const build = (part: Expression) => this.expression(part, nodeOf);
    switch (expression.kind) {
      case "number":
        return this.number(expression.value);
      case "name":
        return nodeOf(expression.name);
      case "negate":
        return this.operation("neg", build(expression.of));
      case "binary":
        return this.operation(BINARY[expression.operator], build(expression.left), build(expression.right));
      case "power": {
        const base = build(expression.base);
        let product = base;
        for (let power = 1; power < expression.exponent; power++) product = this.mul(product, base);
        return product;
      }
      case "call":
        return this.#call(expression.fn, expression.args.map(build));
      default:
        return expression satisfies never;
    }
  }

  #call(fn: FunctionName, args: readonly Node[]): Node {
    return this.operation(fn as Operation, ...args);
  }

  #make(operation: Operation, args: readonly Node[]): Node {
    const known = this.#operations.get(operation) ?? new Map<number, Node>();
    this.#operations.set(operation, known);
    const key = args.length === 2 ? args[0].id * MOST_NODES + args[1].id : args[0].id;
    const found = known.get(key);
    if (found) return found;
    const invariant = args.every((arg) => arg.invariant);
    const node: Node = { kind: "operation", id: this.#count++, operation, args, invariant };
    known.set(key, node);
    return node;
  }

  #known(key: string, make: (id: number) => Node): Node {
    const known = this.#leaves.get(key);
    if (known) return known;
    const node = make(this.#count++);
    this.#leaves.set(key, node);
    return node;
  }

  #simpler(operation: Operation, args: readonly Node[]): Node | undefined {
    const [a, b] = args;
    switch (operation) {
      case "add":
        if (isNumber(a, 0)) return b;
        if (isNumber(b, 0)) return a;
        if (isOperation(b, "neg")) return this.sub(a, b.args[0]);
        if (isOperation(a, "neg")) return this.sub(b, a.args[0]);
        // One node for both orders.
        return a.id > b.id ? this.add(b, a) : undefined;
      case "sub":
        if (isNumber(b, 0)) return a;
        if (isNumber(a, 0)) return this.operation("neg", b);
        if (a === b) return this.number(0);
        if (isOperation(b, "neg")) return this.add(a, b.args[0]);
        return undefined;
      case "mul":
        return this.#product(a, b);
      case "div":
        return this.#quotient(a, b);
      case "neg":
        if (isOperation(a, "neg")) return a.args[0];
        if (isOperation(a, "sub")) return this.sub(a.args[1], a.args[0]);
        // The sign goes into the factor that is computed once.
        if (isOperation(a, "mul") && a.args[0].invariant && !a.invariant)
          return this.mul(this.operation("neg", a.args[0]), a.args[1]);
        if (isOperation(a, "div") && a.args[0].invariant && !a.invariant)
          return this.div(this.operation("neg", a.args[0]), a.args[1]);
        return undefined;
      default:
        return undefined;
    }
  }

  #product(a: Node, b: Node): Node | undefined {
    if (isNumber(a, 0) || isNumber(b, 0)) return this.number(0);
    if (isNumber(a, 1)) return b;
    if (isNumber(b, 1)) return a;
    if (isNumber(a, -1)) return this.operation("neg", b);
    if (isNumber(b, -1)) return this.operation("neg", a);
    if (b.invariant && !a.invariant) return this.mul(b, a);
    if (a.invariant && !b.invariant && b.kind === "operation" && b.args[0].invariant) {
      if (b.operation === "mul") return this.mul(this.mul(a, b.args[0]), b.args[1]);
      if (b.operation === "div") return this.div(this.mul(a, b.args[0]), b.args[1]);
    }
    // x * (1 / y)
    if (isOperation(b, "div") && isNumber(b.args[0], 1) && !b.invariant) return this.div(a, b.args[1]);
    if (isOperation(a, "div") && isNumber(a.args[0], 1) && !a.invariant) return this.div(b, a.args[1]);
    // The invariant factor comes out of the product.
    if (!a.invariant && !b.invariant) {
      if (isOperation(b, "mul") && b.args[0].invariant) return this.mul(b.args[0], this.mul(a, b.args[1]));
      if (isOperation(a, "mul") && a.args[0].invariant) return this.mul(a.args[0], this.mul(a.args[1], b));
    }
    return a.invariant === b.invariant && a.id > b.id ? this.mul(b, a) : undefined;
  }

  #quotient(a: Node, b: Node): Node | undefined {
    if (isNumber(a, 0)) return this.number(0);
    if (isNumber(b, 1)) return a;
    if (isNumber(b, -1)) return this.operation("neg", a);
    // A division a step becomes a product with what is divided once a cell.
    if (b.invariant && !a.invariant) return this.mul(this.div(this.number(1), b), a);
    // a / (p / q)
    if (isOperation(b, "div")) return this.div(this.mul(a, b.args[1]), b.args[0]);
    if (isOperation(b, "mul") && b.args[0].invariant && !b.args[1].invariant)
      return this.div(this.div(a, b.args[0]), b.args[1]);
    return undefined;
  }
}

/** Two ids make one exact number. */
const MOST_NODES = 2 ** 26;

const BINARY = { "+": "add", "-": "sub", "*": "mul", "/": "div" } as const;

export function isNumber(node: Node, value: number): boolean {
  return node.kind === "number" && node.value === value;
}

export function isOperation<O extends Operation>(
  node: Node,
  operation: O,
): node is OperationNode & { readonly operation: O } {
  return node.kind === "operation" && node.operation === operation;
}

/** Every node that the given ones need, each after what it needs itself. */
export function inOrder(outputs: Iterable<Node>): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "operation") node.args.forEach(visit);
    order.push(node);
  };
  for (const output of outputs) visit(output);
  return order;
}
