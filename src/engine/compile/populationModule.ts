import { RESET_LIMIT_MV, VOLTAGE_LIMIT_MV } from "../kernel.ts";
import {
  type BlockLayout,
  blockLayout,
  type InputSlots,
  inputCode,
  type LoopFeatures,
} from "./blockLayout.ts";
import { largestOverVoltage } from "./expectedRange.ts";
import { shareExponentials } from "./exponentials.ts";
import { inOrder, type Node } from "./graph.ts";
import type { Step } from "./schemes.ts";
import { LocalVariables, VectorCode } from "./vectorCode.ts";
import type { VectorShape } from "./vectorShape.ts";
import { type Assembler, type WasmType, wasmModule } from "./wasmBytes.ts";

/** A loop over blocks of cells, ready to compile, with everything needed to fill its memory. */
export interface LoopModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly layout: BlockLayout;
  /** What has to be computed for every cell before a run, in the order of the layout's `invariants`. */
  readonly invariants: readonly Node[];
}

/** Arguments of the exported function in order; per input that is read from memory three more: address, block stride, step stride. */
const LOOP_ARGUMENTS = [
  "from",
  "to",
  "step",
  "steps",
  "blocks",
  "spikesAt",
  "recordAt",
  "untilRecord",
  "every",
  "level",
  "plateauLevel",
] as const;

/** Bytes of a spike in the list: index of the cell, the step at whose end it is, and the time. */
export const SPIKE_BYTES = 16;

/** `typical`: parameters of a cell as most are, from which the usual size of rates is taken; others run too, a little slower. */
export function loopModule(
  step: Step,
  shape: VectorShape,
  features: LoopFeatures,
  typical: Readonly<Record<string, number>>,
): LoopModule {
  const { graph, spike } = step;
  const wanted = [
    ...step.states.map(({ next }) => next),
    ...(spike.kind === "reset" ? [spike.peak, spike.resetV, spike.resetU] : []),
  ];
  const outputs = shareExponentials(graph, wanted);
  const invariants = frontier(outputs);
  const layout = blockLayout(step, shape, features, invariants.length);
  const writer = new LoopWriter(step, outputs, invariants, shape, features, layout, typical);
  return { bytes: writer.write(), layout, invariants };
}

/** Invariants that the loop reads. */
function frontier(outputs: readonly Node[]): Node[] {
  const found = new Set<Node>();
  const add = (node: Node) => {
    if (node.invariant && node.kind !== "number") found.add(node);
  };
  outputs.forEach(add);
  for (const node of inOrder(outputs))
    if (node.kind === "operation" && !node.invariant) node.args.forEach(add);
  return [...found];
}

const argument = (index: number) => index;

/** Writes the function: for each block, load; for each step, advance, test, store; save. */
class LoopWriter {
  readonly #step: Step;
  readonly #outputs: readonly Node[];
  readonly #invariants: readonly Node[];
  readonly #shape: VectorShape;
  readonly #features: LoopFeatures;
  readonly #layout: BlockLayout;
  readonly #locals: LocalVariables;
  readonly #vector: VectorCode;
  readonly #arguments: ReadonlyMap<string, number>;
  readonly #types: WasmType[];
  readonly #block: number;
  readonly #at: number;
  readonly #now: number;
  readonly #end: number;
  readonly #until: number;
  readonly #each: readonly number[];

  constructor(
    step: Step,
    outputs: readonly Node[],
    invariants: readonly Node[],
    shape: VectorShape,
    features: LoopFeatures,
    layout: BlockLayout,
    typical: Readonly<Record<string, number>>,
  ) {
    this.#step = step;
    this.#outputs = outputs;
    this.#invariants = invariants;
    this.#shape = shape;
    this.#features = features;
    this.#layout = layout;
    const streamed = step.inputs.filter((name) => inputCode(features, name).kind !== "constant");
    const names = [
      ...LOOP_ARGUMENTS,
      ...streamed.flatMap((name) => [`${name} at`, `${name} by block`, `${name} by step`]),
    ];
    this.#each = Array.from({ length: features.interleave }, (_, k) => k);
    this.#arguments = new Map(names.map((name, index) => [name, argument(index)]));
    this.#types = names.map((name) => (name === "level" || name === "plateauLevel" ? "f64" : "i32"));
    this.#locals = new LocalVariables(names.length);
    [this.#block, this.#at, this.#now, this.#end, this.#until] = Array.from({ length: 5 }, () =>
      this.#locals.declare("i32"),
    );
    const voltages = new Set([step.graph.state("v"), outputs[0]]);
    const largest = largestOverVoltage(voltages, typical);
    this.#vector = new VectorCode(shape, this.#locals, features.interleave, voltages, largest);
  }

  write(): Uint8Array<ArrayBuffer> {
    const { code } = this.#vector;
    this.#argument("step").localGet(this.#arg("steps")).op("i32.add").localSet(this.#end);
    this.#argument("from").localSet(this.#block);
    code.block(() => {
      code.loop(() => {
        code.localGet(this.#block).localGet(this.#arg("to")).op("i32.ge_u").brIf(1);
        this.#writeBlock();
        code.localGet(this.#block).i32(1).op("i32.add").localSet(this.#block);
        code.br(0);
      });
    });
    code.localGet(this.#arg("spikesAt"));
    return wasmModule({
      parameters: this.#types,
      result: "i32",
      locals: this.#locals.types,
      body: [this.#vector.prologue, code],
    });
  }

  #arg(name: string): number {
    const index = this.#arguments.get(name);
    if (index === undefined) throw new Error(`internal: the loop has no argument "${name}"`);
    return index;
  }

  #argument(name: string): Assembler {
    return this.#vector.code.localGet(this.#arg(name));
  }

  #load(slot: number): number[] {
    const variables = this.#locals.vectors(this.#features.interleave);
    this.#loadInto(slot, variables);
    return variables;
  }

  #loadInto(slot: number, variables: readonly number[]): void {
    for (const k of this.#each)
      this.#vector.code.localGet(this.#at).v128Load(this.#offset(slot, k)).localSet(variables[k]);
  }

  #save(slot: number, variables: readonly number[]): void {
    for (const k of this.#each)
      this.#vector.code.localGet(this.#at).localGet(variables[k]).v128Store(this.#offset(slot, k));
  }

  #offset(slot: number, k: number): number {
    return slot * this.#layout.slotBytes + 16 * k;
  }

  #writeBlock(): void {
    const { code } = this.#vector;
    const { slots } = this.#layout;
    const { graph, states } = this.#step;
    this.#argument("blocks").localGet(this.#block).i32(this.#layout.blockBytes).op("i32.mul").op("i32.add");
    code.localSet(this.#at);
    const current = states.map(({ name }, index) => {
      const variables = this.#load(slots.states + index);
      this.#vector.bind(graph.state(name), variables);
      return variables;
    });
    this.#invariants.forEach((node, index) => {
      this.#vector.bind(node, this.#load(slots.invariants + index));
    });
    const inputs = this.#step.inputs.map((name) => this.#openInput(name));
    const count = this.#load(slots.count);
    const statistics = this.#features.statistics
      ? [0, 1, 2].map((n) => this.#load(slots.statistics + n))
      : [];
    const plateau = this.#features.plateau ? [0, 1, 2].map((n) => this.#load(slots.plateau + n)) : [];
    this.#argument("step").localSet(this.#now);
    this.#argument("untilRecord").localSet(this.#until);

    code.loop(() => {
      for (const input of inputs) input.read();
      this.#vector.compute(this.#everyStep);
      const next = states.map((_, index) => this.#vector.variablesOf(this.#outputs[index]));
      this.#spikes(current[0], next, count);
      if (statistics.length) this.#statistics(next[0], statistics);
      if (plateau.length) this.#plateau(next[0], plateau);
      states.forEach((_, index) => {
        for (const k of this.#each) code.localGet(next[index][k]).localSet(current[index][k]);
      });
      if (this.#features.record) this.#record(current[0]);
      for (const input of inputs) input.advance();
      code.localGet(this.#now).i32(1).op("i32.add").localTee(this.#now);
      code.localGet(this.#end).op("i32.lt_s").brIf(0);
    });

    for (const [index, variables] of current.entries()) this.#save(slots.states + index, variables);
    this.#save(slots.count, count);
    for (const [n, variables] of statistics.entries()) this.#save(slots.statistics + n, variables);
    for (const [n, variables] of plateau.entries()) this.#save(slots.plateau + n, variables);
  }

  /** Binds an input's node to variables, and says what to do before and after each step. */
  #openInput(name: string): { read(): void; advance(): void } {
    const node = this.#step.graph.input(name);
    const input = inputCode(this.#features, name);
    const slots = this.#layout.slots.inputs.get(name) as InputSlots;
    if (input.kind === "constant") {
      this.#vector.bind(node, this.#load(slots.value));
      return { read: () => {}, advance: () => {} };
    }
    const scaling = input.scaled ? [this.#load(slots.value), this.#load(slots.value + 1)] : undefined;
    const variables = this.#locals.vectors(this.#features.interleave);
    this.#vector.bind(node, variables);
    const { code } = this.#vector;
    const from = this.#locals.declare("i32");
    this.#argument(`${name} at`);
    this.#argument(`${name} by block`).localGet(this.#block).op("i32.mul").op("i32.add").localSet(from);
    const pointers = input.kind === "each" ? this.#loadPointers(slots.pointers) : [];
    const read = () => {
      for (const k of this.#each) {
        if (scaling) code.localGet(scaling[0][k]).localGet(scaling[1][k]);
        switch (input.kind) {
          case "shared":
            code.localGet(from).v128Splat(this.#shape.bytes);
            break;
          case "stream":
            code.localGet(from).v128Load(16 * k);
            break;
          case "each":
            this.#loadLanes(pointers[k], from, variables[k]);
            break;
          default:
            throw new Error(`internal: input kind ${input.kind}`);
        }
        if (scaling) this.#vector.op("mul").op("add");
        code.localSet(variables[k]);
        if (input.clear) {
          code.localGet(from);
          this.#vector.number(0);
          code.v128Store(16 * k);
        }
      }
    };
    const advance = () => {
      code
        .localGet(from)
        .localGet(this.#arg(`${name} by step`))
        .op("i32.add")
        .localSet(from);
    };
    return { read, advance };
  }

  #loadPointers(slot: number): number[][] {
    const { code } = this.#vector;
    return this.#each.map((k) =>
      Array.from({ length: this.#layout.lanes }, (_, lane) => {
        const pointer = this.#locals.declare("i32");
        code
          .localGet(this.#at)
          .i32Load(slot * this.#layout.slotBytes + 4 * (k * this.#layout.lanes + lane))
          .localSet(pointer);
        return pointer;
      }),
    );
  }

  #loadLanes(pointers: readonly number[], from: number, into: number): void {
    const { code } = this.#vector;
    pointers.forEach((pointer, lane) => {
      code.localGet(pointer).localGet(from).op("i32.add");
      if (lane === 0) code.v128Splat(this.#shape.bytes);
      else code.localGet(into).v128LoadLane(this.#shape.bytes, lane);
      if (lane < pointers.length - 1) code.localSet(into);
    });
  }

  /**
   * Spikes and failures are rare: one test for all vectors, everything else behind it. NaN compares false, so that it fails like a
   * voltage that runs away.
   */
  #spikes(before: readonly number[], next: readonly (readonly number[])[], count: readonly number[]): void {
    const { code } = this.#vector;
    const v = next[0];
    const level = this.#step.spike.kind === "crossing" ? this.#levelVector("level") : undefined;
    this.#each.forEach((k) => {
      this.#pushUsual(before[k], v[k], level, k);
      if (k > 0) code.op("v128.and");
    });
    const fired = this.#locals.declare("v128");
    const sound = this.#locals.declare("v128");
    code
      .op("v128.not")
      .op("v128.any_true")
      .if(() => {
        for (const k of this.#each) {
          this.#pushUsual(before[k], v[k], level, k);
          code
            .op("v128.not")
            .op("v128.any_true")
            .if(() => {
              this.#pushFired(before[k], v[k], level, k);
              code.localSet(fired);
              if (this.#step.spike.kind === "reset") {
                this.#vector.get(before[k]).number(-this.#limit).op("gt").set(sound);
                this.#fail(sound, next, k, 0);
              }
              this.#vector.get(v[k]).op("abs").number(this.#limit).op("lt").set(sound);
              this.#fail(sound, next, k, 1);
              this.#fire(fired, before[k], next, count[k], level, k);
            });
        }
      });
  }

  /**
   * Lanes that neither fire nor fail. A reset model that runs away downwards is thrown far above its peak by the next step and
   * noticed then, or by the host at the end of a stretch: that saves a tenth of the time.
   */
  #pushUsual(before: number, v: number, level: number | undefined, k: number): void {
    const { code } = this.#vector;
    if (this.#step.spike.kind === "reset") {
      this.#vector.get(v).push(this.#peak, k).op("lt");
      return;
    }
    this.#vector.get(v).op("abs").number(this.#limit).op("lt");
    this.#pushFired(before, v, level, k);
    code.op("v128.andnot");
  }

  get #limit(): number {
    return this.#step.spike.kind === "reset" ? RESET_LIMIT_MV : VOLTAGE_LIMIT_MV;
  }

  #levelVector(name: "level" | "plateauLevel"): number {
    const { prologue } = this.#vector;
    const variable = this.#locals.declare("v128");
    prologue.localGet(this.#arg(name));
    if (this.#shape.precision === "f32") prologue.op("f32.demote_f64");
    prologue.op(this.#shape.op("splat")).localSet(variable);
    return variable;
  }

  #pushFired(before: number, v: number, level: number | undefined, k: number): void {
    const { code } = this.#vector;
    if (this.#step.spike.kind === "reset") {
      code.localGet(v);
      this.#vector.push(this.#peak, k).op("ge");
      return;
    }
    code.localGet(v).localGet(level as number);
    this.#vector
      .op("ge")
      .get(before)
      .get(level as number)
      .op("lt");
    code.op("v128.and");
  }

  /** The states after the step and the peak; what a reset needs is computed when there is one. */
  get #everyStep(): readonly Node[] {
    return this.#outputs.slice(0, this.#step.states.length + 1);
  }

  get #peak(): Node {
    return this.#outputs[this.#step.states.length];
  }

  /** Notes the first failure of each lane, in the step before (0) or this one (1), and what its states were after this. */
  #fail(sound: number, next: readonly (readonly number[])[], k: number, later: 0 | 1): void {
    const { code } = this.#vector;
    const { slots } = this.#layout;
    const fresh = this.#locals.declare("v128");
    const failedAt = this.#offset(slots.failedAt, k);
    code
      .localGet(sound)
      .op("v128.not")
      .op("v128.any_true")
      .if(() => {
        code.localGet(this.#at).v128Load(failedAt);
        this.#vector.integer(0);
        code.op(this.#shape.integer("eq")).localGet(sound).op("v128.andnot").localSet(fresh);
        code.localGet(this.#at);
        this.#pushStep(later);
        code.localGet(this.#at).v128Load(failedAt).localGet(fresh).op("v128.bitselect").v128Store(failedAt);
        next.forEach((variables, index) => {
          const at = this.#offset(slots.dump + index, k);
          code.localGet(this.#at).localGet(variables[k]).localGet(this.#at).v128Load(at);
          code.localGet(fresh).op("v128.bitselect").v128Store(at);
        });
      });
  }

  /** Pushes the number of steps done before this one (0) or with it (1) in every lane. */
  #pushStep(later: 0 | 1): void {
    const { code } = this.#vector;
    code.localGet(this.#now).i32(later).op("i32.add");
    if (this.#shape.precision === "f64") code.op("i64.extend_i32_u");
    code.op(this.#shape.integer("splat"));
  }

  #fire(
    fired: number,
    before: number,
    next: readonly (readonly number[])[],
    count: number,
    level: number | undefined,
    k: number,
  ): void {
    const { code } = this.#vector;
    const mask = this.#locals.declare("v128");
    // A lane that has failed fires no more.
    code.localGet(this.#at).v128Load(this.#offset(this.#layout.slots.failedAt, k));
    this.#vector.integer(0);
    code.op(this.#shape.integer("eq")).localGet(fired).op("v128.and").localSet(mask);
    code.localGet(count).localGet(mask).op(this.#shape.integer("sub")).localSet(count);
    if (this.#features.spikeTimes) this.#listSpikes(mask, before, next[0][k], level, k);
    if (this.#step.spike.kind === "reset") this.#reset(mask, next, k);
  }

  #listSpikes(mask: number, before: number, v: number, level: number | undefined, k: number): void {
    const { code } = this.#vector;
    const { lanes, cells } = this.#layout;
    const spikesAt = this.#arg("spikesAt");
    for (let lane = 0; lane < lanes; lane++) {
      code.localGet(mask).extract(this.#shape.ints, lane);
      if (this.#shape.precision === "f64") code.op("i64.eqz").op("i32.eqz");
      code.if(() => {
        code
          .localGet(spikesAt)
          .localGet(this.#block)
          .i32(cells)
          .op("i32.mul")
          .i32(k * lanes + lane);
        code.op("i32.add").i32Store(0);
        code.localGet(spikesAt).localGet(this.#now).i32(1).op("i32.add").i32Store(4);
        code.localGet(spikesAt);
        this.#pushTimeInSteps(before, v, level, lane);
        code.f64Store(8);
        code.localGet(spikesAt).i32(SPIKE_BYTES).op("i32.add").localSet(spikesAt);
      });
    }
  }

  /** When the lane fired, in steps: at the end of the step, or where the straight line between two voltages meets the level. */
  #pushTimeInSteps(before: number, v: number, level: number | undefined, lane: number): void {
    const { code } = this.#vector;
    const push = (variable: number) => {
      code.localGet(variable).extract(this.#shape.float, lane);
      if (this.#shape.precision === "f32") code.op("f64.promote_f32");
    };
    code.localGet(this.#now).op("f64.convert_i32_s");
    if (level === undefined) {
      code.f64(1).op("f64.add");
      return;
    }
    push(level);
    push(before);
    code.op("f64.sub");
    push(v);
    push(before);
    code.op("f64.sub").op("f64.div").op("f64.add");
  }

  #reset(mask: number, next: readonly (readonly number[])[], k: number): void {
    const { code } = this.#vector;
    const [resetV, resetU] = this.#outputs.slice(this.#step.states.length + 1);
    const [v, u] = [next[0][k], next[1][k]];
    this.#vector.push(resetV, k);
    code.localGet(v).localGet(mask).op("v128.bitselect");
    this.#vector.push(resetU, k);
    code.localGet(u).localGet(mask).op("v128.bitselect").localSet(u).localSet(v);
  }

  #statistics(v: readonly number[], [lowest, highest, sum]: readonly (readonly number[])[]): void {
    for (const k of this.#each) {
      this.#vector.get(lowest[k]).get(v[k]).op("pmin").set(lowest[k]);
      this.#vector.get(highest[k]).get(v[k]).op("pmax").set(highest[k]);
      this.#vector.get(sum[k]).get(v[k]).op("add").set(sum[k]);
    }
  }

  #plateau(v: readonly number[], [above, longest, crossings]: readonly (readonly number[])[]): void {
    const { code } = this.#vector;
    const level = this.#levelVector("plateauLevel");
    for (const k of this.#each) {
      this.#vector.get(above[k]).number(1).op("add").get(v[k]).get(level).op("ge");
      code.op("v128.and").localSet(above[k]);
      this.#vector.get(longest[k]).get(above[k]).op("pmax").set(longest[k]);
      // The first step above is a crossing.
      this.#vector.get(crossings[k]).number(1).get(above[k]).number(1);
      code.op(this.#shape.precision === "f64" ? "f64x2.eq" : "f32x4.eq").op("v128.and");
      this.#vector.op("add").set(crossings[k]);
    }
  }

  #record(v: readonly number[]): void {
    const { code } = this.#vector;
    const recordAt = this.#arg("recordAt");
    code
      .localGet(this.#until)
      .i32(1)
      .op("i32.sub")
      .localTee(this.#until)
      .op("i32.eqz")
      .if(() => {
        for (const k of this.#each)
          code
            .localGet(recordAt)
            .localGet(v[k])
            .v128Store(16 * k);
        code.localGet(recordAt).i32(this.#layout.slotBytes).op("i32.add").localSet(recordAt);
        code.localGet(this.#arg("every")).localSet(this.#until);
      });
  }
}
