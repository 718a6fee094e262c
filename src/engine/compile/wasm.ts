import type { Expression } from "../expression.ts";
import {
  type BoundCell,
  failureAt,
  type Kernel,
  type Run,
  type RunOptions,
  VOLTAGE_LIMIT_MV,
} from "../kernel.ts";
import { type ConductanceModel, defaultSolver, parameterIndex } from "../model.ts";
import { type GatePreparation, GRID, prepareGates, ROUND } from "./gateTable.ts";
import { Assembler, type WasmType, wasmModule } from "./wasmBytes.ts";

/**
 * The loop of a conductance model as WebAssembly with 128-bit vectors over pairs of gates, assembled from the description.
 * Same arithmetic in the same order as the JavaScript kernel: equal to the last bit, and several times as fast.
 */
export function wasmKernel(model: ConductanceModel, dt_ms: number): Kernel {
  const gates = prepareGates(model);
  const memory = new KernelMemory(model, gates);
  const source = loopModule(model, gates, dt_ms);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(source), {
    env: { memory: memory.wasm },
  });
  const loop = exports.run as (steps: number, every: number, v0: number, level: number) => number;
  return {
    name: "wasm",
    model,
    solver: defaultSolver(model),
    dt_ms,
    bind(params): BoundCell {
      let table: Float64Array | undefined;
      return {
        run(current, options = {}): Run {
          const v0 = options.v0_mV ?? gates.rest(params, current[0] ?? 0);
          table ??= memory.fillTable(params, dt_ms);
          memory.load(params, table, current, gates.steadyGates(params, v0));
          return memory.read(
            current,
            dt_ms,
            options,
            loop(current.length, options.recordEvery ?? 0, v0, options.spikeLevel_mV ?? 0),
          );
        },
      };
    },
  };
}

/** Bytes of a value. */
const F64 = 8;
const PAGE = 65536;
/** Room for the header: the failed step, then parameters and initial gates. */
const HEADER_BYTES = 1024;

/** Offsets in the kernel's memory: header, parameters, initial gates, table, then current, voltage and spikes of one sweep. */
function offsets(model: ConductanceModel, gates: GatePreparation) {
  const parametersAt = 16;
  const gatesAt = parametersAt + F64 * model.parameters.length;
  const tableAt = HEADER_BYTES;
  const sweepAt = tableAt + F64 * GRID.rows * gates.layout.width;
  if (gatesAt + F64 * (model.gates.length + 1) > HEADER_BYTES)
    throw new Error(`internal: ${model.id} has too many parameters`);
  return { parametersAt, gatesAt, tableAt, sweepAt };
}

class KernelMemory {
  readonly wasm = new WebAssembly.Memory({ initial: 16 });
  readonly #gates: GatePreparation;
  readonly #at: ReturnType<typeof offsets>;
  /** Whose table lies in the memory now. */
  #loaded: Float64Array | undefined;

  constructor(model: ConductanceModel, gates: GatePreparation) {
    this.#gates = gates;
    this.#at = offsets(model, gates);
    this.#ensure(this.#at.sweepAt);
  }

  fillTable(params: ArrayLike<number>, dt_ms: number): Float64Array {
    const table = new Float64Array(GRID.rows * this.#gates.layout.width);
    this.#gates.fill(params, table, dt_ms);
    return table;
  }

  load(
    params: ArrayLike<number>,
    table: Float64Array,
    current: Float64Array,
    initial: readonly number[],
  ): void {
    const { parametersAt, gatesAt, tableAt, sweepAt } = this.#at;
    this.#ensure(sweepAt + F64 * 3 * (current.length + 2));
    const { buffer } = this.wasm;
    new Int32Array(buffer, 0, 1)[0] = -1;
    new Float64Array(buffer, parametersAt, params.length).set(params);
    new Float64Array(buffer, gatesAt, initial.length).set(initial);
    new Float64Array(buffer, sweepAt, current.length).set(current);
    if (this.#loaded !== table) new Float64Array(buffer, tableAt, table.length).set(table);
    this.#loaded = table;
  }

  read(current: Float64Array, dt_ms: number, options: RunOptions, count: number): Run {
    const every = options.recordEvery ?? 0;
    const slots = every > 0 ? 1 + Math.floor(current.length / every) : 0;
    const { buffer } = this.wasm;
    const voltageAt = this.#at.sweepAt + F64 * current.length;
    const v_mV = new Float64Array(buffer, voltageAt, slots).slice();
    const spikeTimes_ms = new Float64Array(buffer, voltageAt + F64 * (current.length + 1), count).slice();
    const failed = new Int32Array(buffer, 0, 1)[0];
    if (failed < 0) return { spikeTimes_ms, v_mV };
    if (every > 0) v_mV.fill(Number.NaN, Math.ceil(failed / every));
    return { spikeTimes_ms, v_mV, failure: failureAt(failed, dt_ms, "v") };
  }

  #ensure(bytes: number): void {
    const missing = bytes - this.wasm.buffer.byteLength;
    if (missing <= 0) return;
    this.wasm.grow(Math.ceil(missing / PAGE));
  }
}

/** Hands out local variables of one function by name. */
class Locals {
  readonly types: WasmType[] = [];
  readonly #index = new Map<string, number>();
  readonly #first: number;

  constructor(parameters: readonly string[]) {
    parameters.forEach((name, index) => {
      this.#index.set(name, index);
    });
    this.#first = parameters.length;
  }

  declare(type: WasmType, ...names: string[]): void {
    for (const name of names) {
      this.#index.set(name, this.#first + this.types.length);
      this.types.push(type);
    }
  }

  at(name: string): number {
    const index = this.#index.get(name);
    if (index === undefined) throw new Error(`internal: no local "${name}"`);
    return index;
  }
}

/** Gates have a namespace of their own among the locals: `g` or `v` may be the name of a gate too. */
const gateLocal = (gate: string) => `gate ${gate}`;

/** See `runStaggered` in reference.ts for the scheme and `loopSource` in javascript.ts for the same loop in JavaScript. */
function loopModule(model: ConductanceModel, gates: GatePreparation, dt_ms: number): Uint8Array<ArrayBuffer> {
  const { layout } = gates;
  const { parametersAt, gatesAt, tableAt, sweepAt } = offsets(model, gates);
  const parameters = ["steps", "every", "v0", "level"] as const;
  const locals = new Locals(parameters);
  const pairs = Array.from({ length: layout.gainAt / 2 }, (_, k) => `pair${k}`);
  locals.declare("i32", "step", "next", "slotAt", "spikeAt", "currentAt", "row", "count");
  locals.declare("f64", "v", "before", "at", "rounded", "conductance", "drive", "g", "doubled");
  locals.declare("f64", ...layout.instant.map((gate) => `last_${gateLocal(gate)}`));
  const moving = layout.moving.map(gateLocal);
  const instant = layout.instant.map(gateLocal);
  locals.declare("f64", ...moving, ...instant, ...model.parameters.map(({ name }) => name));
  locals.declare("v128", "part", "looked", ...pairs);

  const code = new Assembler();
  const get = (name: string) => code.localGet(locals.at(name));
  const set = (name: string) => code.localSet(locals.at(name));
  const rowBytes = F64 * layout.width;

  /** Finds the row of v and the part of the way to the next. */
  const locate = () => {
    get("v")
      .f64(GRID.low_mV)
      .op("f64.sub")
      .f64(1 / GRID.step_mV)
      .op("f64.mul")
      .localTee(locals.at("at"));
    // Branches that are never taken on a sound trace cost less than min and max.
    code.f64(0).op("f64.ge").op("i32.eqz");
    code.if(() => set0("at", 0));
    get("at")
      .f64(GRID.rows - 2)
      .op("f64.le")
      .op("i32.eqz");
    code.if(() => set0("at", GRID.rows - 2));
    get("at").f64(0.5).op("f64.sub").f64(ROUND).op("f64.add").localTee(locals.at("rounded"));
    code.op("i64.reinterpret_f64").op("i32.wrap_i64").i32(rowBytes).op("i32.mul");
    set("row");
    get("at");
    get("rounded").f64(ROUND).op("f64.sub").op("f64.sub").op("f64x2.splat");
    set("part");
  };
  const set0 = (name: string, value: number) => code.f64(value).localSet(locals.at(name));
  /** Pushes two neighbouring columns of the table, interpolated. */
  const look = (column: number) => {
    const offset = tableAt + F64 * column;
    get("row").v128Load(offset);
    get("part");
    get("row").v128Load(offset + rowBytes);
    get("row").v128Load(offset).op("f64x2.sub");
    code.op("f64x2.mul").op("f64x2.add");
  };
  const open = (expression: Expression): void =>
    emitArithmetic(expression, code, (name) => get(gateLocal(name)));

  model.parameters.forEach(({ name }, index) => {
    code.i32(0).f64Load(parametersAt + F64 * index);
    set(name);
  });
  pairs.forEach((pair, k) => {
    code.i32(0).v128Load(gatesAt + F64 * 2 * k);
    set(pair);
  });
  const unpack = () =>
    moving.forEach((gate, index) => {
      get(pairs[index >> 1]).extractLane((index & 1) as 0 | 1);
      set(gate);
    });
  unpack();
  instant.forEach((gate, index) => {
    code
      .i32(0)
      .f64Load(gatesAt + F64 * (layout.moving.length + index))
      .localTee(locals.at(gate));
    set(`last_${gate}`);
  });
  get("v0");
  set("v");
  get("v0");
  set("before");
  code.f64(2);
  get(model.parameters[parameterIndex(model, model.capacitance)].name);
  code.op("f64.mul").f64(dt_ms).op("f64.div");
  set("doubled");
  code.i32(sweepAt);
  set("currentAt");
  // Voltage lies behind the current, spikes behind the voltage.
  get("steps").i32(F64).op("i32.mul").i32(sweepAt).op("i32.add");
  set("slotAt");
  get("slotAt");
  get("steps").i32(1).op("i32.add").i32(F64).op("i32.mul").op("i32.add");
  set("spikeAt");
  get("every");
  set("next");
  const store = () => {
    get("slotAt");
    get("v").f64Store();
    get("slotAt").i32(F64).op("i32.add");
    set("slotAt");
  };
  get("every").if(store);

  /** Instantaneous gates, extrapolated to the middle of the coming step. */
  const settle = () => {
    for (let column = 0; column < layout.instant.length; column += 2) {
      look(layout.instantAt + column);
      set("looked");
      instant.slice(column, column + 2).forEach((gate, lane) => {
        get("looked")
          .extractLane(lane as 0 | 1)
          .localTee(locals.at("g"))
          .f64(1.5)
          .op("f64.mul")
          .f64(0.5);
        get(`last_${gate}`).op("f64.mul").op("f64.sub");
        set(gate);
        get("g");
        set(`last_${gate}`);
      });
    }
  };
  const step = () => {
    model.currents.forEach((current, index) => {
      get(current.conductance);
      open(current.open);
      code.op("f64.mul").localTee(locals.at("g"));
      if (index > 0) {
        get("conductance");
        code.op("f64.add");
      }
      set("conductance");
      get("g");
      get(current.reversal).op("f64.mul");
      if (index > 0) {
        get("drive");
        code.op("f64.add");
      }
      set("drive");
    });
    get("drive");
    get("currentAt").f64Load().op("f64.add");
    set("drive");
    get("v");
    set("before");
    get("v");
    get("doubled");
    get("conductance").op("f64.sub").op("f64.mul").f64(2);
    get("drive").op("f64.mul").op("f64.add");
    get("doubled");
    get("conductance").op("f64.add").op("f64.div").localTee(locals.at("v"));
    // NaN compares false, so that it fails like a voltage that runs away.
    code.op("f64.abs").f64(VOLTAGE_LIMIT_MV).op("f64.lt").op("i32.eqz");
    code.if(() => {
      code.i32(0);
      get("step").i32(1).op("i32.add");
      code.i32Store();
      get("count").op("return");
    });
    get("v");
    get("level").op("f64.ge");
    get("before");
    get("level").op("f64.lt").op("i32.and");
    code.if(() => {
      get("spikeAt");
      get("step").op("f64.convert_i32_s");
      get("level");
      get("before").op("f64.sub");
      get("v");
      get("before").op("f64.sub").op("f64.div").op("f64.add").f64(dt_ms).op("f64.mul").f64Store();
      get("spikeAt").i32(F64).op("i32.add");
      set("spikeAt");
      get("count").i32(1).op("i32.add");
      set("count");
    });
    locate();
    pairs.forEach((pair, k) => {
      look(2 * k);
      get(pair).op("f64x2.mul");
      look(layout.gainAt + 2 * k);
      code.op("f64x2.add");
      set(pair);
    });
    unpack();
    settle();
    get("step").i32(1).op("i32.add").localTee(locals.at("step"));
    get("next").op("i32.eq");
    code.if(() => {
      store();
      get("next");
      get("every").op("i32.add");
      set("next");
    });
    get("currentAt").i32(F64).op("i32.add");
    set("currentAt");
  };

  code.block(() => {
    code.loop(() => {
      get("step");
      get("steps").op("i32.lt_s").op("i32.eqz").brIf(1);
      step();
      code.br(0);
    });
  });
  get("count");
  return wasmModule({
    parameters: ["i32", "i32", "f64", "f64"],
    result: "i32",
    locals: locals.types,
    body: code,
  });
}

/** A polynomial of gates and numbers; the functions of rate equations never reach the loop, they are in the table. */
function emitArithmetic(expression: Expression, code: Assembler, get: (name: string) => Assembler): void {
  const inner = (part: Expression) => emitArithmetic(part, code, get);
  switch (expression.kind) {
    case "number":
      code.f64(expression.value);
      break;
    case "name":
      get(expression.name);
      break;
    case "negate":
      inner(expression.of);
      code.op("f64.neg");
      break;
    case "binary":
      inner(expression.left);
      inner(expression.right);
      code.op(
        ({ "+": "f64.add", "-": "f64.sub", "*": "f64.mul", "/": "f64.div" } as const)[expression.operator],
      );
      break;
    case "power":
      inner(expression.base);
      for (let power = 1; power < expression.exponent; power++) {
        inner(expression.base);
        code.op("f64.mul");
      }
      break;
    case "call":
      throw new Error(`internal: ${expression.fn}() in the open fraction of a current`);
    default:
      expression satisfies never;
  }
}
