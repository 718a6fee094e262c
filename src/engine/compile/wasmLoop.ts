import type { Expression } from "../expression.ts";
import { VOLTAGE_LIMIT_MV } from "../kernel.ts";
import { type ConductanceModel, parameterIndex } from "../model.ts";
import { type GatePreparation, GRID, ROUND } from "./gateTable.ts";
import { Assembler, type WasmType, wasmModule } from "./wasmBytes.ts";
import { countAt, F64, failedAt, HEADER_BYTES, offsets } from "./wasmMemory.ts";

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

  declare(type: WasmType, names: readonly string[]): void {
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

/** Locals of a lane end in its number; gates have a namespace of their own: `g` or `v` may be the name of a gate too. */
const gateLocal = (gate: string) => `gate ${gate}`;

/** See `runStaggered` in reference.ts for the scheme and `loopSource` in javascript.ts for the same loop in JavaScript. */
export function loopModule(
  model: ConductanceModel,
  gates: GatePreparation,
  dt_ms: number,
  lanes: 1 | 2,
): Uint8Array<ArrayBuffer> {
  const { parametersAt } = offsets(model, gates);
  const each = Array.from({ length: lanes }, (_, lane) => lane);
  const parameters = [
    "steps",
    "every",
    "level",
    ...each.map((lane) => `v0 ${lane}`),
    ...each.map((lane) => `base ${lane}`),
  ];
  const locals = new Locals(parameters);
  const code = new Assembler();
  locals.declare("i32", ["step", "next"]);
  locals.declare("f64", ["doubled", ...model.parameters.map(({ name }) => name)]);
  const steps = each.map((lane) => new LaneCode(code, locals, model, gates, dt_ms, lane));

  const get = (name: string) => code.localGet(locals.at(name));
  const set = (name: string) => code.localSet(locals.at(name));
  model.parameters.forEach(({ name }, index) => {
    code.i32(0).f64Load(parametersAt + F64 * index);
    set(name);
  });
  code.f64(2);
  get(model.parameters[parameterIndex(model, model.capacitance)].name).op("f64.mul").f64(dt_ms).op("f64.div");
  set("doubled");
  get("every");
  set("next");
  for (const lane of steps) lane.start();
  code.block(() => {
    code.loop(() => {
      get("step");
      get("steps").op("i32.lt_s").op("i32.eqz").brIf(1);
      for (const lane of steps) lane.advanceVoltage();
      for (const lane of steps) lane.advanceGates();
      get("step").i32(1).op("i32.add").localTee(locals.at("step"));
      get("next").op("i32.eq");
      code.if(() => {
        for (const lane of steps) lane.store();
        get("next");
        get("every").op("i32.add");
        set("next");
      });
      code.br(0);
    });
  });
  for (const lane of steps) lane.end();
  code.i32(0);
  const types = parameters.map(
    (name): WasmType => (name === "level" || name.startsWith("v0") ? "f64" : "i32"),
  );
  return wasmModule({ parameters: types, result: "i32", locals: locals.types, body: code });
}

/** Writes the code of one lane. */
class LaneCode {
  readonly #code: Assembler;
  readonly #locals: Locals;
  readonly #model: ConductanceModel;
  readonly #gates: GatePreparation;
  readonly #dt_ms: number;
  readonly #lane: number;
  readonly #pairs: readonly string[];
  readonly #own: ReadonlySet<string>;

  constructor(
    code: Assembler,
    locals: Locals,
    model: ConductanceModel,
    gates: GatePreparation,
    dt_ms: number,
    lane: number,
  ) {
    this.#code = code;
    this.#locals = locals;
    this.#model = model;
    this.#gates = gates;
    this.#dt_ms = dt_ms;
    this.#lane = lane;
    const { layout } = gates;
    this.#pairs = Array.from({ length: layout.gainAt / 2 }, (_, k) => `pair${k}`);
    const i32 = ["slotAt", "spikeAt", "currentAt", "row", "count"];
    const f64 = ["v", "before", "at", "rounded", "conductance", "drive", "g"];
    const gateValues = [...layout.moving, ...layout.instant].map(gateLocal);
    const last = layout.instant.map((gate) => `last ${gate}`);
    const v128 = ["part", "looked", ...this.#pairs];
    const named = (names: readonly string[]) => names.map((name) => `${name} ${lane}`);
    this.#own = new Set([...i32, ...f64, ...gateValues, ...last, ...v128, "v0", "base"]);
    locals.declare("i32", named(i32));
    locals.declare("f64", named([...f64, ...gateValues, ...last]));
    locals.declare("v128", named(v128));
  }

  /** First values. The gates start at their steady state, which the first half step does not move. */
  start(): void {
    const { layout } = this.#gates;
    const gatesAt = offsets(this.#model, this.#gates).gatesAt(this.#lane);
    this.#pairs.forEach((pair, k) => {
      this.#code.i32(0).v128Load(gatesAt + F64 * 2 * k);
      this.#set(pair);
    });
    this.#unpack();
    layout.instant.forEach((gate, index) => {
      this.#code.i32(0).f64Load(gatesAt + F64 * (layout.moving.length + index));
      this.#tee(gateLocal(gate));
      this.#set(`last ${gate}`);
    });
    this.#get("v0");
    this.#tee("v");
    this.#set("before");
    this.#get("base");
    this.#set("currentAt");
    this.#get("base");
    this.#get("steps").i32(F64).op("i32.mul").op("i32.add");
    this.#tee("slotAt");
    this.#get("steps").i32(1).op("i32.add").i32(F64).op("i32.mul").op("i32.add");
    this.#set("spikeAt");
    this.#get("every").if(() => this.store());
  }

  /** Voltage by the trapezoidal rule with the gates of the middle of the step, and the spike if there is one. */
  advanceVoltage(): void {
    const code = this.#code;
    this.#model.currents.forEach((current, index) => {
      this.#get(current.conductance);
      emitArithmetic(current.open, code, (name) => this.#get(gateLocal(name)));
      code.op("f64.mul");
      this.#tee("g");
      if (index > 0) this.#get("conductance").op("f64.add");
      this.#set("conductance");
      this.#get("g");
      this.#get(current.reversal).op("f64.mul");
      if (index > 0) this.#get("drive").op("f64.add");
      this.#set("drive");
    });
    this.#get("drive");
    this.#get("currentAt").f64Load().op("f64.add");
    this.#set("drive");
    this.#get("currentAt").i32(F64).op("i32.add");
    this.#set("currentAt");
    this.#get("v");
    this.#tee("before");
    this.#get("doubled");
    this.#get("conductance").op("f64.sub").op("f64.mul").f64(2);
    this.#get("drive").op("f64.mul").op("f64.add");
    this.#get("doubled");
    this.#get("conductance").op("f64.add").op("f64.div");
    this.#tee("v");
    // NaN compares false, so that it fails like a voltage that runs away.
    code.op("f64.abs").f64(VOLTAGE_LIMIT_MV).op("f64.lt").op("i32.eqz");
    code.if(() => {
      code.i32(0);
      this.#get("step").i32(1).op("i32.add").i32Store(failedAt(this.#lane));
      this.end();
      code.i32(0).op("return");
    });
    this.#get("v");
    this.#get("level").op("f64.ge");
    this.#get("before");
    this.#get("level").op("f64.lt").op("i32.and");
    code.if(() => this.#recordSpike());
  }

  #recordSpike(): void {
    this.#get("spikeAt");
    this.#get("step").op("f64.convert_i32_s");
    this.#get("level");
    this.#get("before").op("f64.sub");
    this.#get("v");
    this.#get("before").op("f64.sub").op("f64.div").op("f64.add").f64(this.#dt_ms).op("f64.mul").f64Store();
    this.#get("spikeAt").i32(F64).op("i32.add");
    this.#set("spikeAt");
    this.#get("count").i32(1).op("i32.add");
    this.#set("count");
  }

  /** Moving gates by their tabulated exponential update; instantaneous ones extrapolated to the middle of the coming step. */
  advanceGates(): void {
    const { layout } = this.#gates;
    this.#locate();
    this.#pairs.forEach((pair, k) => {
      this.#look(2 * k);
      this.#get(pair).op("f64x2.mul");
      this.#look(layout.gainAt + 2 * k);
      this.#code.op("f64x2.add");
      this.#set(pair);
    });
    this.#unpack();
    for (let column = 0; column < layout.instant.length; column += 2) {
      this.#look(layout.instantAt + column);
      this.#set("looked");
      layout.instant.slice(column, column + 2).forEach((gate, half) => {
        this.#get("looked").extractLane(half as 0 | 1);
        this.#tee("g");
        this.#code.f64(1.5).op("f64.mul").f64(0.5);
        this.#get(`last ${gate}`).op("f64.mul").op("f64.sub");
        this.#set(gateLocal(gate));
        this.#get("g");
        this.#set(`last ${gate}`);
      });
    }
  }

  store(): void {
    this.#get("slotAt");
    this.#get("v").f64Store();
    this.#get("slotAt").i32(F64).op("i32.add");
    this.#set("slotAt");
  }

  /** Leaves the spike count in the header. */
  end(): void {
    this.#code.i32(0);
    this.#get("count").i32Store(countAt(this.#lane));
  }

  /** Finds the row of v and the part of the way to the next. */
  #locate(): void {
    const code = this.#code;
    this.#get("v")
      .f64(GRID.low_mV)
      .op("f64.sub")
      .f64(1 / GRID.step_mV)
      .op("f64.mul");
    this.#tee("at");
    // Branches that are never taken on a sound trace cost less than min and max.
    code.f64(0).op("f64.ge").op("i32.eqz");
    code.if(() => {
      code.f64(0);
      this.#set("at");
    });
    this.#get("at")
      .f64(GRID.rows - 2)
      .op("f64.le")
      .op("i32.eqz");
    code.if(() => {
      code.f64(GRID.rows - 2);
      this.#set("at");
    });
    this.#get("at").f64(0.5).op("f64.sub").f64(ROUND).op("f64.add");
    this.#tee("rounded");
    code
      .op("i64.reinterpret_f64")
      .op("i32.wrap_i64")
      .i32(F64 * this.#gates.layout.width)
      .op("i32.mul");
    this.#set("row");
    this.#get("at");
    this.#get("rounded").f64(ROUND).op("f64.sub").op("f64.sub").op("f64x2.splat");
    this.#set("part");
  }

  /** Pushes two neighbouring columns of the table, interpolated. */
  #look(column: number): void {
    const offset = HEADER_BYTES + F64 * column;
    const rowBytes = F64 * this.#gates.layout.width;
    this.#get("row").v128Load(offset);
    this.#get("part");
    this.#get("row").v128Load(offset + rowBytes);
    this.#get("row").v128Load(offset).op("f64x2.sub");
    this.#code.op("f64x2.mul").op("f64x2.add");
  }

  #unpack(): void {
    this.#gates.layout.moving.forEach((gate, index) => {
      this.#get(this.#pairs[index >> 1]).extractLane((index & 1) as 0 | 1);
      this.#set(gateLocal(gate));
    });
  }

  #get(name: string): Assembler {
    return this.#code.localGet(this.#index(name));
  }

  #set(name: string): void {
    this.#code.localSet(this.#index(name));
  }

  #tee(name: string): void {
    this.#code.localTee(this.#index(name));
  }

  #index(name: string): number {
    return this.#locals.at(this.#own.has(name) ? `${name} ${this.#lane}` : name);
  }
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
