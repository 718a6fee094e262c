import { InputError } from "../../errors.ts";
import { VOLTAGE_LIMIT_MV } from "../kernel.ts";
import { inOrder, isOperation, type Node, type Operation, type OperationNode } from "./graph.ts";
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
    const variables: number[] = [];
    for (let k = 0; k < count; k++) variables.push(this.declare("v128"));
    return variables;
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
  readonly #all: readonly number[];
  readonly #voltages: ReadonlySet<Node>;
  readonly #largest: (part: Node) => number;
  readonly #heldVoltages = new Map<Node, readonly number[]>();
  readonly #variables = new Map<Node, readonly number[]>();
  readonly #numbers = new Map<number, number>();
  readonly #integers = new Map<number, number>();
  readonly #scratch: { x: number[]; t: number[]; w: number[] };

  /**
   * `voltages`: values that are a voltage of the cell. `largest`: how large the argument of a relaxation factor becomes in cells
   * as they are expected; those beyond it cost a little more.
   */
  constructor(
    shape: VectorShape,
    locals: LocalVariables,
    vectors: number,
    voltages: ReadonlySet<Node>,
    largest: (part: Node) => number,
  ) {
    this.#shape = shape;
    this.#voltages = voltages;
    this.#largest = largest;
    this.#locals = locals;
    this.#vectors = vectors;
    this.#all = Array.from({ length: vectors }, (_, k) => k);
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
    // A map takes 0 and -0 for one.
    if (Object.is(value, -0)) return this.number(0).op("neg");
    return this.get(this.#constant(this.#numbers, value, () => this.#shape.constant(this.prologue, value)));
  }
  integer(value: number): this {
    return this.get(
      this.#constant(this.#integers, value, () => this.#shape.integerConstant(this.prologue, value)),
    );
  }

  #constant(known: Map<number, number>, value: number, push: () => void): number {
    const found = known.get(value);
    if (found !== undefined) return found;
    const variable = this.#locals.declare("v128");
    push();
    this.prologue.localSet(variable);
    known.set(value, variable);
    return variable;
  }

  /**
   * Computes the outputs into variables, with all they share. Some operations are written for the usual case and put right behind
   * a test where it is not; they are taken in stages, so that one test serves many.
   */
  compute(outputs: readonly Node[]): void {
    const order = inOrder(outputs).filter((node): node is OperationNode => this.#isComputed(node));
    const uses = new Map<Node, number>();
    const count = (node: Node) => uses.set(node, (uses.get(node) ?? 0) + 1);
    for (const node of order) node.args.forEach(count);
    for (const output of outputs) uses.set(output, 2);
    const statements = new Set<Node>(order.filter((node) => (uses.get(node) ?? 0) > 1));
    for (const node of order.filter(isPatched)) {
      statements.add(node);
      for (const arg of node.args) statements.add(arg);
    }
    for (const stage of patchStages(order)) {
      this.#assign(inOrder(stage.flatMap((node) => node.args)), statements);
      for (const node of stage) this.#assignUsual(node);
      this.#patch(stage);
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
    const pushAll = () => {
      for (const arg of args) this.push(arg, k);
    };
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
        return this.#exp(k, this.#pushExponent(args[0], k));
      case "ln":
        throw new InputError({
          code: "not-compiled",
          what: "ln of a value that changes during a run is not compiled",
          got: "ln of a voltage, a gate or a concentration",
          expected: "ln of parameters",
          next: "Write the equation without it, or run it with the reference kernel.",
        });
      case "linoidOf":
      case "linoid":
      case "relaxation":
        throw new Error(`internal: ${operation} where it cannot stand`);
      default:
        return operation satisfies never;
    }
  }

  /**
   * Pushes the argument of exp. One that is a multiple of the voltage needs no limits of its own: f32 takes the voltage held within
   * {@link HELD_MV}, f64 has room for any voltage that is no failure. Returns whether limits are still needed.
   */
  #pushExponent(argument: Node, k: number): boolean {
    if (isOperation(argument, "mul")) {
      const [factor, variable] = argument.args;
      const room = this.#shape.exp.highest / (factor.kind === "number" ? Math.abs(factor.value) : 0);
      if (factor.kind === "number" && this.#voltages.has(variable) && room >= HELD_MV) {
        this.number(factor.value).get(
          room >= VOLTAGE_LIMIT_MV ? this.variablesOf(variable)[k] : this.#held(variable, k),
        );
        this.op("mul");
        return false;
      }
    }
    this.push(argument, k);
    return true;
  }

  #held(voltage: Node, k: number): number {
    const known = this.#heldVoltages.get(voltage);
    if (known) return known[k];
    const variables = this.#locals.vectors(this.#vectors);
    for (const each of this.#all)
      this.get(this.variablesOf(voltage)[each])
        .number(-HELD_MV)
        .op("pmax")
        .number(HELD_MV)
        .op("pmin")
        .set(variables[each]);
    this.#heldVoltages.set(voltage, variables);
    return variables[k];
  }

  /** Replaces the vector on the stack by its exponential. */
  #exp(k: number, hold: boolean): this {
    const { polynomial, lowest, highest, round, exponentAt } = this.#shape.exp;
    const [x, t] = [this.#scratch.x[k], this.#scratch.t[k]];
    if (hold) this.number(lowest).op("pmax").number(highest).op("pmin");
    this.code.localTee(x);
    this.number(Math.LOG2E).op("mul").number(round).op("add");
    this.code.localTee(t);
    this.number(round).op("sub").number(Math.LN2).op("mul").set(this.#scratch.w[k]);
    this.get(x).get(this.#scratch.w[k]).op("sub").set(x);
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

  #assignUsual(node: OperationNode): void {
    const variables = this.#locals.vectors(this.#vectors);
    for (const k of this.#all) {
      if (node.operation === "relaxation") this.#relax(node.args[0], k);
      else this.#pushQuotientOfLinoid(node, k);
      this.set(variables[k]);
    }
    this.#variables.set(node, variables);
  }

  #pushQuotientOfLinoid({ args: [x, exponential] }: OperationNode, k: number): void {
    this.push(x, k).push(exponential, k).number(1).op("sub").op("div");
  }

  /** (1 - exp(-z)) / z for a z in the range that is expected of it. */
  #relax(part: Node, k: number): void {
    const z = this.variablesOf(part)[k];
    const series = this.#seriesOf(part);
    if (series) this.#polynomial(relaxationSeries(series.degree), z);
    else this.#pushQuotientOfRelaxation(z, k);
  }

  #pushQuotientOfRelaxation(z: number, k: number): this {
    const { numerator, even } = this.#shape.relaxation;
    const [square, top] = [this.#scratch.w[k], this.#scratch.t[k]];
    this.get(z).get(z).op("mul").set(square);
    this.#polynomial(numerator, square).code.localTee(top);
    this.#polynomial(even, square);
    return this.get(z).number(0.5).op("mul").get(top).op("mul").op("add").op("div");
  }

  /** The shortest series that covers what is expected, with room to spare. */
  #seriesOf(part: Node): { upTo: number; degree: number } | undefined {
    const largest = 1.5 * this.#largest(part);
    return this.#shape.relaxation.series.find(({ upTo }) => largest <= upTo);
  }

  #rangeOf(part: Node): number {
    return (this.#seriesOf(part) ?? this.#shape.relaxation).upTo;
  }

  /**
   * Puts right what lies outside its usual range. One test for all vectors keeps their code in one piece, where the machine's
   * compiler mixes it; only the lanes that need it change, so that a cell's result does not depend on its neighbours.
   */
  #patch(stage: readonly OperationNode[]): void {
    this.#pushUnusual(stage, this.#all);
    this.code.if(() => {
      for (const k of this.#all) {
        this.#pushUnusual(stage, [k]);
        this.code.if(() => {
          for (const node of stage) this.#patchOne(node, k);
        });
      }
    });
  }

  #pushUnusual(stage: readonly OperationNode[], vectors: readonly number[]): void {
    const relaxations = stage.filter((node) => node.operation === "relaxation");
    const linoids = stage.filter((node) => node.operation === "linoidOf");
    const ranges = new Set(relaxations.map((node) => this.#rangeOf(node.args[0])));
    let tests = 0;
    const join = () => {
      if (tests++ > 0) this.code.op("v128.or");
    };
    for (const range of ranges) {
      const nodes = relaxations.filter((node) => this.#rangeOf(node.args[0]) === range);
      this.#extreme("pmax", nodes, vectors, false);
      this.number(range).op("gt");
      join();
    }
    if (linoids.length > 0) {
      this.#extreme("pmin", linoids, vectors, true);
      this.number(this.#shape.linoidSeriesBelow).op("lt");
      join();
    }
    this.code.op("v128.any_true");
  }

  /** Pushes the largest or smallest first argument. */
  #extreme(
    which: "pmin" | "pmax",
    nodes: readonly OperationNode[],
    vectors: readonly number[],
    absolute: boolean,
  ): void {
    const variables = vectors.flatMap((k) => nodes.map((node) => this.variablesOf(node.args[0])[k]));
    variables.forEach((variable, index) => {
      this.get(variable);
      if (absolute) this.op("abs");
      if (index > 0) this.op(which);
    });
  }

  #patchOne(node: OperationNode, k: number): void {
    const argument = this.variablesOf(node.args[0])[k];
    const result = this.variablesOf(node)[k];
    if (node.operation === "relaxation") {
      const { upTo } = this.#shape.relaxation;
      if (this.#seriesOf(node.args[0])) {
        this.#pushQuotientOfRelaxation(argument, k);
        this.get(result).get(argument).number(this.#rangeOf(node.args[0])).op("gt").#choose(result);
      }
      this.number(1).get(argument).op("neg").#exp(k, true).op("sub").get(argument).op("div");
      this.get(result).get(argument).number(upTo).op("gt").#choose(result);
    } else {
      this.number(1)
        .number(0.5)
        .get(argument)
        .number(1 / 12)
        .op("mul")
        .op("sub");
      this.get(argument).op("mul").op("sub");
      this.get(result).get(argument).op("abs").number(this.#shape.linoidSeriesBelow).op("lt");
      this.#choose(result);
    }
  }

  /** Takes two vectors and a mask; keeps the first where the mask is set. */
  #choose(into: number): void {
    this.code.op("v128.bitselect");
    this.set(into);
  }
}

/** Rates are taken at voltages inside this: a living cell's always are. */
const HELD_MV = 200;

/** Operations in groups: those of a group need only results of groups before. */
function patchStages(order: readonly OperationNode[]): OperationNode[][] {
  const level = new Map<Node, number>();
  const stages: OperationNode[][] = [];
  for (const node of order) {
    const own = Math.max(
      0,
      ...node.args.map((arg) => (level.get(arg) ?? 0) + (level.has(arg) && isPatched(arg) ? 1 : 0)),
    );
    level.set(node, own);
    if (!isPatched(node)) continue;
    stages[own] ??= [];
    stages[own].push(node);
  }
  return stages;
}

const isPatched = (node: Node) =>
  node.kind === "operation" && (node.operation === "relaxation" || node.operation === "linoidOf");

/** 1 - z/2 + z²/6 - ...: coefficients of (1 - exp(-z)) / z. */
function relaxationSeries(degree: number): number[] {
  const coefficients = [1];
  for (let n = 1; n <= degree; n++) coefficients.push(-coefficients[n - 1] / (n + 1));
  return coefficients;
}
