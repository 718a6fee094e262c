import { RandomStream } from "../../random.ts";
import { failureAt, VOLTAGE_LIMIT_MV } from "../kernel.ts";
import type { Model } from "../model.ts";
import type { CellFailure, Drive } from "../population.ts";
import { at, driveOf, holdingCurrent, ornsteinUhlenbeck, type RequestedInputs } from "./inputs.ts";
import { type CompiledLoop, instantiate, type LoopFunction } from "./loop.ts";
import { SPIKE_BYTES } from "./populationModule.ts";
import type { CellPreparation } from "./preparation.ts";

/** What is asked of the cells beside their parameters. */
export interface CellRequest extends RequestedInputs {
  readonly v0_mV?: number | ArrayLike<number>;
}

const FIRST_BLOCK_AT = 1024;
const PAGE = 65536;

/**
 * The memory that a loop works in: blocks of cells, then the list of spikes, the stored voltages, the inputs. It holds
 * `blocks` blocks; a population takes one after the other through the same place, a network keeps all of them.
 */
export class CellMemory {
  readonly loop: CompiledLoop;
  readonly run: LoopFunction;
  readonly blocksAt = FIRST_BLOCK_AT;
  readonly spikesAt: number;
  readonly recordAt: number;
  readonly #memory: WebAssembly.Memory;
  readonly #model: Model;
  readonly #dt_ms: number;
  readonly #preparation: CellPreparation;
  readonly #parameters: Float64Array;
  readonly #request: CellRequest;
  readonly #count: number;
  readonly #streams = new Map<string, number>();
  readonly #waveforms = new Map<string, number[]>();
  readonly #blocks: number;
  #next: number;

  /** `steps`: the most that one call of the loop will take; `streamSteps`: how many steps of a stream are kept. */
  constructor(
    loop: CompiledLoop,
    model: Model,
    dt_ms: number,
    preparation: CellPreparation,
    parameters: Float64Array,
    request: CellRequest,
    room: {
      readonly blocks: number;
      readonly steps: number;
      readonly streamSteps: number;
      /** Takes the memory of an earlier run of the loop, if one was released. */
      readonly reuse: boolean;
    },
  ) {
    this.loop = loop;
    this.#model = model;
    this.#dt_ms = dt_ms;
    this.#preparation = preparation;
    this.#parameters = parameters;
    this.#request = request;
    this.#blocks = room.blocks;
    this.#count = parameters.length / model.parameters.length;
    if (!Number.isInteger(this.#count))
      throw new Error("internal: the parameters are no whole number of cells");
    const { layout, features, shape } = loop;
    this.#next = FIRST_BLOCK_AT + room.blocks * layout.blockBytes;
    this.spikesAt = this.#take(
      features.spikeTimes ? room.blocks * layout.cells * room.steps * SPIKE_BYTES : 0,
    );
    this.recordAt = this.#take(features.record ? layout.slotBytes * (room.steps + 1) : 0);
    const written = new Map<Float64Array, number>();
    for (const name of loop.inputs) {
      if (features.inputs[name].kind === "stream")
        this.#streams.set(name, this.#take(room.blocks * layout.slotBytes * room.streamSteps));
      const drive = driveOf(request, name);
      if (drive.kind !== "waveforms") continue;
      const places = drive.waveforms.map((waveform) => {
        const place = written.get(waveform) ?? this.#take(waveform.length * shape.bytes);
        written.set(waveform, place);
        return place;
      });
      this.#waveforms.set(name, places);
    }
    const { memory, run } = room.reuse ? reused(loop, this.#next) : fresh(loop, this.#next);
    this.#memory = memory;
    this.run = run;
    const values = this.values();
    for (const [waveform, place] of written) values.set(waveform, place / shape.bytes);
  }

  /** Leaves the memory to the next run of the loop; nothing of this one is read any more. */
  release(): void {
    idle.set(this.loop, { memory: this.#memory, run: this.run });
  }

  /** Lanes of all blocks held: the length of a stream's row. */
  get lanesHeld(): number {
    return this.#blocks * this.loop.layout.cells;
  }

  get count(): number {
    return this.#count;
  }

  #take(bytes: number): number {
    const start = this.#next;
    this.#next += Math.ceil(bytes / 16) * 16;
    return start;
  }

  values(): Float64Array | Float32Array {
    const { buffer } = this.#memory;
    return this.loop.shape.precision === "f64" ? new Float64Array(buffer) : new Float32Array(buffer);
  }

  /** Index into `values()` of the first lane of a slot; the lanes follow. */
  lanes(slot: number, block = 0): number {
    const { layout, shape } = this.loop;
    return (FIRST_BLOCK_AT + block * layout.blockBytes + slot * layout.slotBytes) / shape.bytes;
  }

  /** Lanes past the last cell repeat it. */
  #cellOf(first: number, lane: number): number {
    return Math.min(first + lane, this.#count - 1);
  }

  /** Writes parameters, first states and constant inputs of the cells from `first` on. */
  fill(first: number, block = 0): void {
    const { layout, inputs, invariants, shape } = this.loop;
    const { slots } = layout;
    const values = this.values();
    values.fill(0, this.lanes(0, block), this.lanes(0, block + 1));
    const pointers = new Int32Array(this.#memory.buffer);
    const by = layout.slotBytes / shape.bytes;
    for (let lane = 0; lane < layout.cells; lane++) {
      const cell = this.#cellOf(first, lane);
      const base = cell * this.#model.parameters.length;
      invariants(this.#parameters, base, 0, values, this.lanes(slots.invariants, block) + lane, by);
      const start = this.#firstVoltage(cell, base);
      this.#preparation.initial(
        this.#parameters,
        base,
        start,
        values,
        this.lanes(slots.states, block) + lane,
        by,
      );
      for (const name of inputs) {
        const drive = driveOf(this.#request, name);
        const place = slots.inputs.get(name);
        if (!place) continue;
        const value = this.lanes(place.value, block) + lane;
        if (drive.kind === "constant") values[value] = at(drive.value, cell);
        if (drive.kind !== "waveforms") continue;
        if (this.loop.features.inputs[name].scaled) {
          values[value] = at(drive.offset ?? 0, cell);
          values[value + by] = at(drive.scale ?? 1, cell);
        }
        if (this.loop.features.inputs[name].kind === "each")
          pointers[(this.lanes(place.pointers, block) * shape.bytes) / 4 + lane] =
            this.#waveforms.get(name)?.[at(drive.which ?? 0, cell)] ?? 0;
      }
    }
  }

  #firstVoltage(cell: number, base: number): number {
    const { v0_mV, i } = this.#request;
    if (v0_mV !== undefined) return at(v0_mV, cell);
    return this.#preparation.rest(this.#parameters, base, holdingCurrent(i, cell));
  }

  /** Index into `values()` where a stream starts: one row of all lanes held for each step. */
  stream(name: string): number {
    const place = this.#streams.get(name);
    if (place === undefined) throw new Error(`internal: "${name}" is no stream`);
    return place / this.loop.shape.bytes;
  }

  /**
   * A function for each noisy input of a block's cells: writes the noise of the coming steps into the stream, from its row
   * `row` on.
   */
  noise(first: number, block = 0): ((steps: number, row: number) => void)[] {
    return this.loop.inputs.flatMap((name) => {
      const drive = driveOf(this.#request, name);
      return drive.kind === "noise" ? [this.#noiseOf(name, drive, first, block)] : [];
    });
  }

  #noiseOf(
    name: string,
    drive: Drive & { kind: "noise" },
    first: number,
    block: number,
  ): (steps: number, row: number) => void {
    const { layout } = this.loop;
    const start = this.stream(name) + block * layout.cells;
    // Inputs that are given the same seed are independent all the same.
    const place = this.loop.inputs.indexOf(name);
    const own = (cell: number) =>
      RandomStream.fromSeed(drive.seed).split(drive.stream ? drive.stream[cell] : cell);
    const sources = Array.from({ length: layout.cells }, (_, lane) => {
      const cell = this.#cellOf(first, lane);
      return ornsteinUhlenbeck(
        at(drive.mean, cell),
        at(drive.sd, cell),
        drive.tau_ms,
        this.#dt_ms,
        place > 0 ? own(cell).split(place) : own(cell),
      );
    });
    return (steps, row) => {
      const values = this.values();
      for (const [lane, next] of sources.entries())
        for (let step = 0; step < steps; step++)
          values[start + (row + step) * this.lanesHeld + lane] = next();
    };
  }

  /** Address, block stride and step stride of each input that is read; `streamStep`: where the streams stand. */
  inputArguments(step: number, streamStep: number): number[] {
    const { layout, features, shape, inputs } = this.loop;
    return inputs.flatMap((name) => {
      const { kind } = features.inputs[name];
      switch (kind) {
        case "constant":
          return [];
        case "stream": {
          const row = this.#blocks * layout.slotBytes;
          return [(this.#streams.get(name) ?? 0) + streamStep * row, layout.slotBytes, row];
        }
        default: {
          const start = kind === "shared" ? (this.#waveforms.get(name)?.[0] ?? 0) : 0;
          return [start + step * shape.bytes, 0, shape.bytes];
        }
      }
    });
  }

  /** Calls `take` with each spike of the list up to `end`: index of the cell among those held, and time in steps. */
  eachSpike(end: number, take: (cell: number, steps: number) => void): void {
    const view = new DataView(this.#memory.buffer);
    for (let place = this.spikesAt; place < end; place += SPIKE_BYTES)
      take(view.getInt32(place, true), view.getFloat64(place + 8, true));
  }

  /** A slot of whole numbers in one lane. */
  whole(slot: number, lane: number, block = 0): number {
    const place = this.lanes(slot, block) + lane;
    const { buffer } = this.#memory;
    return this.loop.shape.precision === "f64"
      ? Number(new BigInt64Array(buffer)[place])
      : new Int32Array(buffer)[place];
  }

  /** Notes the voltages that ran away downwards in the last step of a stretch; see `BlockLayout.lowest_mV`. */
  noteRunaways(steps: number, block = 0): void {
    const { layout, shape, states } = this.loop;
    const { lowest_mV, slots } = layout;
    if (lowest_mV === undefined) return;
    const values = this.values();
    for (let lane = 0; lane < layout.cells; lane++) {
      if (values[this.lanes(slots.states, block) + lane] > lowest_mV) continue;
      if (this.whole(slots.failedAt, lane, block) !== 0) continue;
      const place = this.lanes(slots.failedAt, block) + lane;
      const { buffer } = this.#memory;
      if (shape.precision === "f64") new BigInt64Array(buffer)[place] = BigInt(steps);
      else new Int32Array(buffer)[place] = steps;
      for (const index of states.keys())
        values[this.lanes(slots.dump + index, block) + lane] =
          values[this.lanes(slots.states + index, block) + lane];
    }
  }

  /** Why and when a lane failed, if it did. */
  failure(cell: number, lane: number, block = 0): { failure: CellFailure; step: number } | undefined {
    const { slots } = this.loop.layout;
    const step = this.whole(slots.failedAt, lane, block);
    if (step === 0) return undefined;
    const values = this.values();
    const stateAt = (index: number) => values[this.lanes(slots.dump + index, block) + lane];
    const culprit = this.loop.states.find((_, index) => !Number.isFinite(stateAt(index)));
    const runaway = Math.abs(stateAt(0)) >= VOLTAGE_LIMIT_MV;
    const state = runaway ? "v" : (culprit ?? "v");
    return { failure: { cell, ...failureAt(step, this.#dt_ms, state) }, step };
  }
}

interface Workplace {
  readonly memory: WebAssembly.Memory;
  readonly run: LoopFunction;
}

function fresh(loop: CompiledLoop, bytes: number): Workplace {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
  return { memory, run: instantiate(loop, memory) };
}

/** Memories that were released: a search runs a loop thousands of times, and each memory reserves gigabytes of addresses. */
const idle = new WeakMap<CompiledLoop, Workplace>();

function reused(loop: CompiledLoop, bytes: number): Workplace {
  const known = idle.get(loop);
  if (!known) return fresh(loop, bytes);
  idle.delete(loop);
  const missing = bytes - known.memory.buffer.byteLength;
  if (missing > 0) known.memory.grow(Math.ceil(missing / PAGE));
  return known;
}
