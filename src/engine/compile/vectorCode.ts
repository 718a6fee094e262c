import { inOrder, type Node, type Operation, type OperationNode } from "./graph.ts";
import type { VectorShape } from "./vectorShape.ts";
import { Assembler, type WasmType } from "./wasmBytes.ts";

/** Local variables of a function, after its parameters. */
export class LocalVariables {
  readonly types: WasmType[] = [];
  readonly #parameters: number;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  declare(type: WasmType): number {
    return this.#parameters + this.types.push(type) - 1;
  }

  /** One for each interleaved vector. */
  vectors(count: number): number[] {
    return Array.from({ length: count }, () => this.declare("v128"));
  }
}

/**
 * Writes the code of nodes for several vectors side by side: each value that is used more than once goes into a local variable,
 * for one vector after the other, so that the processor works on one while the other waits.
 */
export class VectorCode {
  readonly code = new Assembler();
  /** Runs once, before everything: constants. */
  readonly prologue = new Assembler();
  readonly #shape: VectorShape;
  readonly #locals: LocalVariables;
  readonly #vectors: number;
  readonly #variables = new Map<Node, readonly number[]>();
  readonly #constants = new Map<string, number>();
  readonly #scratch: { x: number[]; t: number[]; w: number[] };

  constructor(shape: VectorShape, locals: LocalVariables, vectors: number) {
    this.#shape = shape;
    this.#locals = locals;
    this.#vectors = vectors;
    this.#scratch = { x: locals.vectors(vectors), t: locals.vectors(vectors), w: locals.vectors(vectors) };
  }

  /** Says where a value lies already. */
  bind(node: Node, variables: readonly number[]): void {
    this.#variables.set(node, variables);
  }

  variablesOf(node: Node): readonly number[] {
    const known = this.#variables.get(node);
    if (known) return known;
    throw new Error("internal: a value that was not computed");
  }

  get(variable: number): this {
    this.code.localGet(variable);
    return this;
  }
  set(variable: number): this {
    this.code.localSet(variable);
    return this;
  }
  op(name: Parameters<VectorShape["op"]>[0]): this {
    this.code.op(this.#shape.op(name));
    return this;
  }
  number(value: number): this {
    return this.get(
      this.#constant(`${Object.is(value, -0) ? "-0" : value}`, () =>
        this.#shape.constant(this.prologue, value),
      ),
    );
  }
  integer(value: number): this {
    return this.get(
      this.#constant(`integer ${value}`, () => this.#shape.integerConstant(this.prologue, value)),
    );
  }

  #constant(key: string, push: () => void): number {
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const variable = this.#locals.declare("v128");
    push();
    this.prologue.localSet(variable);
    this.#constants.set(key, variable);
    return variable;
  }

  /** Computes the outputs into variables, with all they share. */
  compute(outputs: readonly Node[]): void {
    const order = inOrder(outputs).filter((node): node is OperationNode => this.#isComputed(node));
    const uses = new Map<Node, number>();
    const count = (node: Node) => uses.set(node, (uses.get(node) ?? 0) + 1);
    for (const node of order) node.args.forEach(count);
    for (const output of outputs) uses.set(output, 2);
    const statements = new Set<Node>(order.filter((node) => (uses.get(node) ?? 0) > 1));
    const relaxations = order.filter((node) => node.operation === "relaxation");
    for (const node of relaxations) statements.add(node).add(node.args[0]);
    for (const node of order) if (node.operation === "linoidOf") statements.add(node.args[0]);

    const stages = relaxationStages(order);
    for (const stage of stages) {
      const parts = stage.map((node) => node.args[0]);
      this.#assign(inOrder(parts), statements);
      this.#relax(stage);
    }
    this.#assign(order, statements);
  }

  #isComputed(node: Node): boolean {
    return node.kind === "operation" && !node.invariant && !this.#variables.has(node);
  }

  #assign(order: readonly Node[], statements: ReadonlySet<Node>): void {
    for (const node of order) {
      if (!statements.has(node) || !this.#isComputed(node)) continue;
      const variables = this.#locals.vectors(this.#vectors);
      for (let k = 0; k < this.#vectors; k++) this.push(node, k).set(variables[k]);
      this.#variables.set(node, variables);
    }
  }

  /** Pushes a value of vector `k`. */
  push(node: Node, k: number): this {
    const variables = this.#variables.get(node);
    if (variables) return this.get(variables[k]);
    if (node.kind === "number") return this.number(node.value);
    if (node.kind !== "operation") throw new Error(`internal: "${node.name}" lies nowhere`);
    if (node.invariant) throw new Error("internal: an invariant without a place");
    return this.#operation(node.operation, node.args, k);
  }

  #operation(operation: Operation, args: readonly Node[], k: number): this {
    const pushAll = () => args.forEach((arg) => this.push(arg, k));
    switch (operation) {
      case "add":
      case "sub":
      case "mul":
      case "div":
      case "neg":
        pushAll();
        return this.op(operation);
      case "min":
      case "max":
        pushAll();
        return this.op(operation === "min" ? "pmin" : "pmax");
      case "step":
        pushAll();
        this.number(0).op("ge").number(1).code.op("v128.and");
        return this;
      case "exp":
        pushAll();
        return this.#exp(k);
      case "linoidOf":
        return this.#linoid(args[0], args[1], k);
      case "linoid":
      case "relaxation":
        throw new Error(`internal: ${operation} where it cannot stand`);
      default:
        return operation satisfies never;
    }
  }

  /** Replaces the vector on the stack by its exponential. */
  #exp(k: number): this {
    const { polynomial, lowest, highest, round, exponentAt, ln2 } = this.#shape.exp;
    const [x, t] = [this.#scratch.x[k], this.#scratch.t[k]];
    this.number(lowest).op("pmax").number(highest).op("pmin");
    this.code.localTee(x);
    this.number(Math.LOG2E).op("mul").number(round).op("add");
    this.code.localTee(t);
    this.number(round).op("sub").set(this.#scratch.w[k]);
    this.get(x);
    for (const part of ln2) this.get(this.#scratch.w[k]).number(part).op("mul").op("sub");
    this.set(x);
    this.#polynomial(polynomial, x);
    this.get(t).code.i32(exponentAt);
    this.code.op(this.#shape.integer("shl")).op(this.#shape.integer("add"));
    return this;
  }

  /** Pushes a polynomial, lowest coefficient first, of the vector in a variable (Horner). */
  #polynomial(coefficients: readonly number[], variable: number): this {
    const [first, ...rest] = [...coefficients].reverse();
    this.number(first);
    for (const coefficient of rest) {
      this.get(variable).op("mul");
      if (coefficient !== 0) this.number(coefficient).op("add");
    }
    return this;
  }

  /** x / (exp(x) - 1) by its series where the quotient would lose its digits. */
  #linoid(x: Node, exponential: Node, k: number): this {
    const variable = this.variablesOf(x)[k];
    this.push(exponential, k).number(1).op("sub").set(this.#scratch.t[k]);
    this.number(1)
      .number(0.5)
      .get(variable)
      .number(1 / 12)
      .op("mul")
      .op("sub")
      .get(variable)
      .op("mul")
      .op("sub");
    this.get(variable).get(this.#scratch.t[k]).op("div");
    this.get(variable).op("abs").number(this.#shape.linoidSeriesBelow).op("lt");
    this.code.op("v128.bitselect");
    return this;
  }

  /** The factors of exponential updates, all with one test whether any lies outside the quotient's range. */
  #relax(stage: readonly OperationNode[]): void {
    const { numerator, even, upTo } = this.#shape.relaxation;
    for (const node of stage) {
      const variables = this.#locals.vectors(this.#vectors);
      const parts = this.variablesOf(node.args[0]);
      for (let k = 0; k < this.#vectors; k++) {
        const [square, top] = [this.#scratch.w[k], this.#scratch.t[k]];
        this.get(parts[k]).get(parts[k]).op("mul").set(square);
        this.#polynomial(numerator, square).code.localTee(top);
        this.#polynomial(even, square);
        this.get(parts[k]).number(0.5).op("mul").get(top).op("mul").op("add").op("div").set(variables[k]);
      }
      this.#variables.set(node, variables);
    }
    for (let k = 0; k < this.#vectors; k++) {
      stage.forEach((node, index) => {
        this.get(this.variablesOf(node.args[0])[k]);
        if (index > 0) this.op("pmax");
      });
      this.number(upTo).op("gt").code.op("v128.any_true");
      this.code.if(() => {
        for (const node of stage)
          this.#relaxExactly(this.variablesOf(node.args[0])[k], this.variablesOf(node)[k], k);
      });
    }
  }

  /** Only in the lanes that need it, so that a cell's result does not depend on its neighbours. */
  #relaxExactly(part: number, result: number, k: number): void {
    this.number(1).get(part).op("neg").#exp(k).op("sub").get(part).op("div");
    this.get(result).get(part).number(this.#shape.relaxation.upTo).op("gt");
    this.code.op("v128.bitselect");
    this.set(result);
  }
}

/** Relaxation factors in groups: those of a group need only factors of groups before. */
function relaxationStages(order: readonly OperationNode[]): OperationNode[][] {
  const level = new Map<Node, number>();
  const stages: OperationNode[][] = [];
  for (const node of order) {
    const own = Math.max(
      0,
      ...node.args.map((arg) => (level.get(arg) ?? 0) + (isRelaxation(arg) && level.has(arg) ? 1 : 0)),
    );
    level.set(node, own);
    if (!isRelaxation(node)) continue;
    stages[own] ??= [];
    stages[own].push(node);
  }
  return stages;
}

const isRelaxation = (node: Node) => node.kind === "operation" && node.operation === "relaxation";
