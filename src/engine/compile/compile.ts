import { InputError } from "../../errors.ts";
import { RandomStream } from "../../random.ts";
import { failureAt, VOLTAGE_LIMIT_MV } from "../kernel.ts";
import { defaultSolver, type Model, parameterIndex } from "../model.ts";
import type {
  CellFailure,
  CompileOptions,
  Drive,
  PopulationKernel,
  PopulationOptions,
  PopulationRun,
  Precision,
} from "../population.ts";
import { lowestZero } from "../resting.ts";
import { type NodeFunction, nodeFunction } from "./nodeFunction.ts";
import {
  type BlockLayout,
  type InputCode,
  type LoopFeatures,
  type LoopModule,
  loopModule,
  SPIKE_BYTES,
} from "./populationModule.ts";
import { buildStep, type CompiledSolver, FIRST_VOLTAGE, type Step } from "./schemes.ts";
import { shapeOf, type VectorShape } from "./vectorShape.ts";

/**
 * Compiles a model into WebAssembly that integrates thousands of parameter sets in lock-step: cells side by side in the lanes of
 * a vector, several vectors interleaved, time innermost, states in registers. See docs/decisions/0005 for how and why.
 *
 * `dt_ms` > 0. Throws InputError for a solver that has no compiled form and for a fixed parameter that the model does not have.
 */
export function compile(model: Model, options: CompileOptions): PopulationKernel {
  const solver = options.solver ?? defaultSolver(model);
  const precision = options.precision ?? "f64";
  const fixed = options.fixed ?? {};
  checkCompile(model, solver, fixed);
  const exact = model.kind === "reset" && precision === "f64";
  const step = buildStep(model, solver as CompiledSolver, options.dt_ms, fixed, exact);
  const preparation = prepareCells(model, step);
  const loops = new Map<string, CompiledLoop>();
  return {
    model,
    solver,
    precision,
    dt_ms: options.dt_ms,
    run(parameters, request) {
      const features = featuresOf(step.inputs, request, interleaveOf(model, precision));
      const key = JSON.stringify(features);
      const loop = loops.get(key) ?? compileLoop(model, step, precision, features);
      loops.set(key, loop);
      return new PopulationJob(model, options.dt_ms, preparation, loop, parameters, request).run();
    },
  };
}

/** Vectors side by side: short steps wait for each other's results, long ones fill the registers by themselves. */
function interleaveOf(model: Model, precision: Precision): number {
  if (INTERLEAVE) return INTERLEAVE;
  return model.kind === "reset" ? 4 : precision === "f64" ? 2 : 2;
}
const INTERLEAVE = Number(globalThis.process?.env?.PT_K ?? 0);

function checkCompile(model: Model, solver: string, fixed: Readonly<Record<string, number>>): void {
  const compiled =
    model.kind === "reset" ? ["euler", "midpoint"] : ["staggered", "euler", "midpoint", "exponential-euler"];
  if (!compiled.includes(solver)) {
    throw new InputError({
      code: "solver-not-available",
      what: `${model.id} has no compiled kernel for this scheme`,
      got: solver,
      expected: compiled.join(", "),
      next: "Take one of these, or the interpreter for single cells.",
    });
  }
  for (const name of Object.keys(fixed)) parameterIndex(model, name);
}

interface CompiledLoop {
  readonly features: LoopFeatures;
  readonly shape: VectorShape;
  readonly layout: BlockLayout;
  readonly inputs: readonly string[];
  readonly states: readonly string[];
  readonly invariants: NodeFunction;
  readonly invariantCount: number;
  readonly memory: WebAssembly.Memory;
  readonly run: (...args: number[]) => number;
}

function compileLoop(model: Model, step: Step, precision: Precision, features: LoopFeatures): CompiledLoop {
  const shape = shapeOf(precision);
  const loop: LoopModule = loopModule(step, shape, features);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(loop.bytes), { env: { memory } });
  return {
    features,
    shape,
    layout: loop.layout,
    inputs: step.inputs,
    states: step.states.map(({ name }) => name),
    invariants: nodeFunction(loop.invariants, parameterNames(model)),
    invariantCount: loop.invariants.length,
    memory,
    run: instance.exports.run as CompiledLoop["run"],
  };
}

const parameterNames = (model: Model) => model.parameters.map(({ name }) => name);

interface CellPreparation {
  readonly initial: NodeFunction;
  rest(parameters: ArrayLike<number>, base: number, injected: number): number;
}

function prepareCells(model: Model, step: Step): CellPreparation {
  const names = parameterNames(model);
  const initial = nodeFunction(
    step.states.map((state) => state.initial),
    names,
    FIRST_VOLTAGE,
  );
  if (model.kind === "reset") {
    const rest = parameterIndex(model, model.rest);
    return { initial, rest: (parameters, base) => parameters[base + rest] };
  }
  if (!step.steadyCurrent) throw new Error("internal: a conductance model without a steady current");
  const steady = nodeFunction([step.steadyCurrent], names, FIRST_VOLTAGE);
  const out = [0];
  const rest = (parameters: ArrayLike<number>, base: number, injected: number) =>
    lowestZero((v) => {
      steady(parameters, base, v, out, 0, 1);
      return out[0] - injected;
    });
  return { initial, rest };
}

function featuresOf(inputs: readonly string[], request: PopulationOptions, interleave: number): LoopFeatures {
  return {
    inputs: Object.fromEntries(inputs.map((name) => [name, inputCodeOf(driveOf(request, name))])),
    spikeTimes: request.spikeTimes ?? false,
    statistics: request.statistics ?? false,
    plateau: request.plateauLevel_mV !== undefined,
    record: (request.recordEvery ?? 0) > 0,
    interleave,
  };
}

const SILENT: Drive = { kind: "constant", value: 0 };

function driveOf(request: PopulationOptions, name: string): Drive {
  return name === "i" ? request.i : (request.inputs?.[name] ?? SILENT);
}

function inputCodeOf(drive: Drive): InputCode {
  switch (drive.kind) {
    case "constant":
      return { kind: "constant" };
    case "noise":
      return { kind: "stream" };
    case "waveforms":
      return {
        kind: drive.waveforms.length === 1 ? "shared" : "each",
        scaled: drive.scale !== undefined || drive.offset !== undefined,
      };
    default:
      return drive satisfies never;
  }
}

/** Steps of one call: enough to make the call itself cheap, few enough for the lists that it fills. */
const CHUNK = 2048;

const at = (values: number | ArrayLike<number>, cell: number) =>
  typeof values === "number" ? values : values[cell];

/** One run: block after block, each from its first step to its last. */
class PopulationJob {
  readonly #model: Model;
  readonly #dt_ms: number;
  readonly #preparation: CellPreparation;
  readonly #loop: CompiledLoop;
  readonly #parameters: Float64Array;
  readonly #request: PopulationOptions;
  readonly #count: number;
  readonly #places: Places;
  readonly #spikes: SpikeList;
  readonly #result: Results;

  constructor(
    model: Model,
    dt_ms: number,
    preparation: CellPreparation,
    loop: CompiledLoop,
    parameters: Float64Array,
    request: PopulationOptions,
  ) {
    this.#model = model;
    this.#dt_ms = dt_ms;
    this.#preparation = preparation;
    this.#loop = loop;
    this.#parameters = parameters;
    this.#request = request;
    this.#count = parameters.length / model.parameters.length;
    if (!Number.isInteger(this.#count))
      throw new Error("internal: the parameters are no whole number of cells");
    this.#places = placesOf(loop, request);
    this.#spikes = new SpikeList(this.#count);
    this.#result = new Results(this.#count, request);
    ensure(loop.memory, this.#places.bytes);
  }

  run(): PopulationRun {
    this.#writeWaveforms();
    const { cells } = this.#loop.layout;
    const blocks = Math.ceil(this.#count / cells);
    for (let block = 0; block < blocks; block++) {
      this.#runBlock(block * cells);
      this.#request.progress?.((block + 1) / blocks);
    }
    return this.#result.finish(this.#spikes);
  }

  #values(): Float64Array | Float32Array {
    const { buffer } = this.#loop.memory;
    return this.#loop.shape.precision === "f64" ? new Float64Array(buffer) : new Float32Array(buffer);
  }

  #writeWaveforms(): void {
    const values = this.#values();
    const { bytes } = this.#loop.shape;
    for (const { at: start, waveform } of this.#places.waveforms) values.set(waveform, start / bytes);
  }

  /** Which cell a lane of the block takes; those past the end repeat the last. */
  #cellOf(first: number, lane: number): number {
    return Math.min(first + lane, this.#count - 1);
  }

  #runBlock(first: number): void {
    const { layout, features, run } = this.#loop;
    const noise = this.#fill(first);
    const {
      steps,
      settle_steps = 0,
      recordEvery = 0,
      spikeLevel_mV = 0,
      plateauLevel_mV = 0,
    } = this.#request;
    this.#clearStatistics();
    this.#record(first, 0, 0);
    let untilRecord = recordEvery || 1;
    let recorded = 1;
    for (let step = 0; step < steps; ) {
      const chunk = Math.min(CHUNK, (step < settle_steps ? settle_steps : steps) - step);
      for (const fill of noise) fill(chunk);
      const listed = run(
        0,
        1,
        step,
        chunk,
        BLOCK_AT,
        this.#places.spikesAt,
        this.#places.recordAt,
        untilRecord,
        recordEvery,
        spikeLevel_mV,
        plateauLevel_mV,
        ...this.#places.arguments(step),
      );
      if (step >= settle_steps) {
        this.#takeSpikes(first, listed);
        if (features.statistics) this.#foldSum(first);
      }
      if (recordEvery > 0) {
        const slots = Math.floor((chunk - untilRecord) / recordEvery) + 1;
        const fresh = chunk >= untilRecord ? slots : 0;
        this.#takeRecord(first, recorded, fresh);
        recorded += fresh;
        untilRecord = fresh > 0 ? recordEvery - ((chunk - untilRecord) % recordEvery) : untilRecord - chunk;
      }
      step += chunk;
      if (step === settle_steps) this.#clearStatistics();
    }
    this.#takeCells(first, layout);
  }

  /** Writes parameters and first states of a block; gives the functions that make its noise. */
  #fill(first: number): ((steps: number) => void)[] {
    const { layout, inputs, invariants, shape } = this.#loop;
    const { slots } = layout;
    const values = this.#values();
    values.fill(0, BLOCK_AT / shape.bytes, (BLOCK_AT + layout.blockBytes) / shape.bytes);
    const pointers = new Int32Array(this.#loop.memory.buffer);
    const slot = (index: number) => (BLOCK_AT + index * layout.slotBytes) / shape.bytes;
    const perSlot = layout.slotBytes / shape.bytes;
    for (let lane = 0; lane < layout.cells; lane++) {
      const cell = this.#cellOf(first, lane);
      const base = cell * this.#model.parameters.length;
      invariants(this.#parameters, base, 0, values, slot(slots.invariants) + lane, perSlot);
      const v0 = this.#request.v0_mV;
      const start =
        v0 === undefined
          ? this.#preparation.rest(this.#parameters, base, firstValue(this.#request.i, cell))
          : at(v0, cell);
      this.#preparation.initial(this.#parameters, base, start, values, slot(slots.states) + lane, perSlot);
      for (const name of inputs) {
        const drive = driveOf(this.#request, name);
        const place = slots.inputs.get(name);
        if (!place) continue;
        if (drive.kind === "constant") values[slot(place.value) + lane] = at(drive.value, cell);
        if (drive.kind !== "waveforms") continue;
        if (drive.scale !== undefined || drive.offset !== undefined) {
          values[slot(place.value) + lane] = at(drive.offset ?? 0, cell);
          values[slot(place.value + 1) + lane] = at(drive.scale ?? 1, cell);
        }
        if (drive.waveforms.length > 1)
          pointers[(BLOCK_AT + place.pointers * layout.slotBytes) / 4 + lane] =
            this.#places.waveformAt(name, at(drive.which ?? 0, cell)) ?? 0;
      }
    }
    return inputs.flatMap((name) => {
      const drive = driveOf(this.#request, name);
      return drive.kind === "noise" ? [this.#noise(name, drive, first)] : [];
    });
  }

  #noise(name: string, drive: Drive & { kind: "noise" }, first: number): (steps: number) => void {
    const { layout, shape } = this.#loop;
    const start = this.#places.streamAt(name) / shape.bytes;
    const sources = Array.from({ length: layout.cells }, (_, lane) => {
      const cell = this.#cellOf(first, lane);
      return ornsteinUhlenbeck(
        at(drive.mean, cell),
        at(drive.sd, cell),
        drive.tau_ms,
        this.#dt_ms,
        RandomStream.fromSeed(drive.seed).split(drive.stream ? drive.stream[cell] : cell),
      );
    });
    return (steps) => {
      const values = this.#values();
      sources.forEach((next, lane) => {
        for (let step = 0; step < steps; step++) values[start + step * layout.cells + lane] = next();
      });
    };
  }

  #clearStatistics(): void {
    const { layout, features, shape } = this.#loop;
    const values = this.#values();
    const set = (slot: number, value: number) => {
      const start = (BLOCK_AT + slot * layout.slotBytes) / shape.bytes;
      values.fill(value, start, start + layout.cells);
    };
    if (features.statistics) {
      set(layout.slots.statistics, Number.POSITIVE_INFINITY);
      set(layout.slots.statistics + 1, Number.NEGATIVE_INFINITY);
      set(layout.slots.statistics + 2, 0);
    }
    if (features.plateau) for (let n = 0; n < 3; n++) set(layout.slots.plateau + n, 0);
    set(layout.slots.count, 0);
  }

  #takeSpikes(first: number, end: number): void {
    if (!this.#loop.features.spikeTimes) return;
    const view = new DataView(this.#loop.memory.buffer);
    for (let place = this.#places.spikesAt; place < end; place += SPIKE_BYTES) {
      const cell = first + view.getInt32(place, true);
      if (cell < this.#count) this.#spikes.add(cell, view.getFloat64(place + 8, true) * this.#dt_ms);
    }
  }

  /** Sums of f32 lose digits: they are gathered chunk by chunk. */
  #foldSum(first: number): void {
    const { layout, shape } = this.#loop;
    const values = this.#values();
    const start = (BLOCK_AT + (layout.slots.statistics + 2) * layout.slotBytes) / shape.bytes;
    for (let lane = 0; lane < layout.cells; lane++) {
      this.#result.addSum(first + lane, values[start + lane]);
      values[start + lane] = 0;
    }
  }

  /** The voltage as it stands in the block. */
  #record(first: number, sample: number, slot: number): void {
    if (!this.#loop.features.record) return;
    const { layout, shape } = this.#loop;
    const values = this.#values();
    const start = (BLOCK_AT + slot * layout.slotBytes) / shape.bytes;
    for (let lane = 0; lane < layout.cells; lane++)
      this.#result.setVoltage(first + lane, sample, values[start + lane]);
  }

  #takeRecord(first: number, sample: number, fresh: number): void {
    const { layout, shape } = this.#loop;
    const values = this.#values();
    const start = this.#places.recordAt / shape.bytes;
    for (let lane = 0; lane < layout.cells; lane++)
      for (let n = 0; n < fresh; n++)
        this.#result.setVoltage(first + lane, sample + n, values[start + n * layout.cells + lane]);
  }

  #takeCells(first: number, layout: BlockLayout): void {
    const { shape, features, states } = this.#loop;
    const values = this.#values();
    const whole =
      shape.precision === "f64"
        ? new BigInt64Array(this.#loop.memory.buffer)
        : new Int32Array(this.#loop.memory.buffer);
    const lanesAt = (slot: number) => (BLOCK_AT + slot * layout.slotBytes) / shape.bytes;
    for (let lane = 0; lane < layout.cells; lane++) {
      const cell = first + lane;
      if (cell >= this.#count) return;
      const value = (slot: number) => values[lanesAt(slot) + lane];
      this.#result.setCount(cell, Number(whole[lanesAt(layout.slots.count) + lane]));
      if (features.statistics)
        this.#result.setExtremes(cell, value(layout.slots.statistics), value(layout.slots.statistics + 1));
      if (features.plateau)
        this.#result.setPlateau(
          cell,
          value(layout.slots.plateau + 1) * this.#dt_ms,
          value(layout.slots.plateau + 2),
        );
      const failed = Number(whole[lanesAt(layout.slots.failedAt) + lane]);
      if (failed === 0) continue;
      const culprit = states.find((_, index) => !Number.isFinite(value(layout.slots.dump + index)));
      const beyond = Math.abs(value(layout.slots.dump)) >= VOLTAGE_LIMIT_MV;
      const state = beyond ? "v" : (culprit ?? "v");
      this.#result.fail({ cell, ...failureAt(failed, this.#dt_ms, state) }, failed);
    }
  }
}

/** Exact in distribution at every step: x' = mean + (x - mean) e + sd sqrt(1 - e²) N(0, 1) with e = exp(-dt/tau). */
function ornsteinUhlenbeck(
  mean: number,
  sd: number,
  tau_ms: number,
  dt_ms: number,
  stream: RandomStream,
): () => number {
  const keep = Math.exp(-dt_ms / tau_ms);
  const kick = Math.sqrt(-Math.expm1((-2 * dt_ms) / tau_ms));
  let x = stream.normal();
  return () => {
    const now = mean + sd * x;
    x = keep * x + kick * stream.normal();
    return now;
  };
}

function firstValue(drive: Drive, cell: number): number {
  switch (drive.kind) {
    case "constant":
      return at(drive.value, cell);
    case "noise":
      return at(drive.mean, cell);
    case "waveforms": {
      const waveform = drive.waveforms[at(drive.which ?? 0, cell)];
      return at(drive.offset ?? 0, cell) + at(drive.scale ?? 1, cell) * (waveform[0] ?? 0);
    }
    default:
      return drive satisfies never;
  }
}

/** Where everything lies: the block, then lists of spikes and voltages, streams, waveforms. */
interface Places {
  readonly spikesAt: number;
  readonly recordAt: number;
  readonly waveforms: readonly { at: number; waveform: Float64Array }[];
  readonly bytes: number;
  waveformAt(input: string, index: number): number | undefined;
  streamAt(input: string): number;
  /** Address, block stride and step stride of each input that is read, at a step. */
  arguments(step: number): number[];
}

const BLOCK_AT = 1024;

function placesOf(loop: CompiledLoop, request: PopulationOptions): Places {
  const { layout, features, shape, inputs } = loop;
  let next = BLOCK_AT + layout.blockBytes;
  const take = (bytes: number) => {
    const start = next;
    next += Math.ceil(bytes / 16) * 16;
    return start;
  };
  const spikesAt = take(features.spikeTimes ? layout.cells * CHUNK * SPIKE_BYTES : 0);
  const recordAt = take(features.record ? layout.slotBytes * (CHUNK + 1) : 0);
  const streams = new Map<string, number>();
  const pointers = new Map<string, number[]>();
  const waveforms: { at: number; waveform: Float64Array }[] = [];
  const known = new Map<Float64Array, number>();
  for (const name of inputs) {
    const drive = driveOf(request, name);
    if (drive.kind === "noise") streams.set(name, take(layout.slotBytes * CHUNK));
    if (drive.kind !== "waveforms") continue;
    pointers.set(
      name,
      drive.waveforms.map((waveform) => {
        const start = known.get(waveform) ?? take(waveform.length * shape.bytes);
        if (!known.has(waveform)) waveforms.push({ at: start, waveform });
        known.set(waveform, start);
        return start;
      }),
    );
  }
  return {
    spikesAt,
    recordAt,
    waveforms,
    bytes: next,
    waveformAt: (input, index) => pointers.get(input)?.[index],
    streamAt: (input) => streams.get(input) ?? 0,
    arguments: (step) =>
      inputs.flatMap((name) => {
        const code = features.inputs[name];
        const stride = shape.bytes;
        if (code.kind === "constant") return [];
        if (code.kind === "stream") return [streams.get(name) ?? 0, 0, layout.slotBytes];
        const start = code.kind === "shared" ? (pointers.get(name)?.[0] ?? 0) : 0;
        return [start + step * stride, 0, stride];
      }),
  };
}

const PAGE = 65536;

function ensure(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
}

/** Spikes as they come, block after block. */
class SpikeList {
  readonly #times: number[][];

  constructor(count: number) {
    this.#times = Array.from({ length: count }, () => []);
  }

  add(cell: number, time_ms: number): void {
    this.#times[cell].push(time_ms);
  }

  pack(): { times_ms: Float64Array; starts: Uint32Array } {
    const starts = new Uint32Array(this.#times.length + 1);
    this.#times.forEach((list, cell) => {
      starts[cell + 1] = starts[cell] + list.length;
    });
    const times_ms = new Float64Array(starts[this.#times.length]);
    this.#times.forEach((list, cell) => times_ms.set(list, starts[cell]));
    return { times_ms, starts };
  }
}

class Results {
  readonly #count: number;
  readonly #steps: number;
  readonly #samples: number;
  readonly #every: number;
  readonly #spikeCounts: Uint32Array;
  readonly #vMin: Float64Array | undefined;
  readonly #vMax: Float64Array | undefined;
  readonly #vSum: Float64Array | undefined;
  readonly #plateau: Float64Array | undefined;
  readonly #crossings: Uint32Array | undefined;
  readonly #v: Float64Array | undefined;
  readonly #failures: CellFailure[] = [];

  constructor(count: number, request: PopulationOptions) {
    const { steps, recordEvery = 0, settle_steps = 0, statistics, plateauLevel_mV } = request;
    this.#count = count;
    this.#steps = steps - settle_steps;
    this.#every = recordEvery;
    this.#samples = recordEvery > 0 ? 1 + Math.floor(steps / recordEvery) : 0;
    this.#spikeCounts = new Uint32Array(count);
    if (statistics) [this.#vMin, this.#vMax, this.#vSum] = [0, 0, 0].map(() => new Float64Array(count));
    if (plateauLevel_mV !== undefined) {
      this.#plateau = new Float64Array(count);
      this.#crossings = new Uint32Array(count);
    }
    if (recordEvery > 0) this.#v = new Float64Array(count * this.#samples);
  }

  setCount(cell: number, count: number): void {
    this.#spikeCounts[cell] = count;
  }
  addSum(cell: number, sum: number): void {
    if (this.#vSum && cell < this.#count) this.#vSum[cell] += sum;
  }
  setExtremes(cell: number, lowest: number, highest: number): void {
    if (this.#vMin && this.#vMax) [this.#vMin[cell], this.#vMax[cell]] = [lowest, highest];
  }
  setPlateau(cell: number, longest_ms: number, crossings: number): void {
    if (this.#plateau && this.#crossings)
      [this.#plateau[cell], this.#crossings[cell]] = [longest_ms, crossings];
  }
  setVoltage(cell: number, sample: number, v: number): void {
    if (this.#v && cell < this.#count && sample < this.#samples) this.#v[cell * this.#samples + sample] = v;
  }

  fail(failure: CellFailure, step: number): void {
    this.#failures.push(failure);
    for (const values of [this.#vMin, this.#vMax, this.#vSum, this.#plateau])
      if (values) values[failure.cell] = Number.NaN;
    const start = failure.cell * this.#samples;
    if (this.#v) this.#v.fill(Number.NaN, start + Math.ceil(step / this.#every), start + this.#samples);
  }

  finish(spikes: SpikeList): PopulationRun {
    const vMean = this.#vSum?.map((sum) => sum / this.#steps);
    return {
      count: this.#count,
      spikeCounts: this.#spikeCounts,
      spikes: spikes.pack(),
      samples: this.#samples,
      failures: this.#failures,
      ...(this.#vMin && { vMin_mV: this.#vMin }),
      ...(this.#vMax && { vMax_mV: this.#vMax }),
      ...(vMean && { vMean_mV: vMean }),
      ...(this.#plateau && { plateau_ms: this.#plateau }),
      ...(this.#crossings && { plateauCrossings: this.#crossings }),
      ...(this.#v && { v_mV: this.#v }),
    };
  }
}
