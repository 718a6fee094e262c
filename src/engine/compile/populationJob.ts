import type { Model } from "../model.ts";
import type { PartRun, PopulationOptions, ResultArrays } from "../population.ts";
import { CellMemory } from "./cellMemory.ts";
import { checkRun } from "./checkRequest.ts";
import type { CompiledLoop } from "./loop.ts";
import type { CellPreparation } from "./preparation.ts";
import { PartResults } from "./results.ts";

/** Steps of one call: enough to make the call itself cheap, few enough for the lists that it fills. */
const CHUNK = 2048;

/** Runs some cells: block after block through the same memory, each from its first step to its last. */
export class PopulationJob {
  readonly #memory: CellMemory;
  readonly #dt_ms: number;
  readonly #request: PopulationOptions;
  readonly #results: PartResults;
  readonly #from: number;
  readonly #to: number;
  readonly #sums: Float64Array;

  constructor(
    loop: CompiledLoop,
    model: Model,
    dt_ms: number,
    preparation: CellPreparation,
    parameters: Float64Array,
    request: PopulationOptions,
    arrays: ResultArrays,
    from: number,
    to: number,
  ) {
    this.#dt_ms = dt_ms;
    this.#request = request;
    checkRun(loop.inputs, request, parameters.length / model.parameters.length);
    const steps = Math.min(CHUNK, request.steps);
    const room = { blocks: 1, steps, streamSteps: steps, reuse: true };
    this.#memory = new CellMemory(loop, model, dt_ms, preparation, parameters, request, room);
    this.#from = from;
    this.#to = to;
    this.#results = new PartResults(arrays, request, from, to);
    this.#sums = new Float64Array(loop.layout.cells);
  }

  run(goOn: (cells: number) => boolean = () => true): PartRun {
    const { cells } = this.#memory.loop.layout;
    for (let first = this.#from; first < this.#to; first += cells) {
      this.#runBlock(first);
      if (!goOn(Math.min(first + cells, this.#to) - this.#from)) break;
    }
    this.#memory.release();
    return this.#results.finish();
  }

  #runBlock(first: number): void {
    const memory = this.#memory;
    const { steps, settle_steps = 0, recordEvery = 0 } = this.#request;
    const { spikeLevel_mV = 0, plateauLevel_mV = 0 } = this.#request;
    memory.fill(first);
    const noise = memory.noise(first);
    this.#clearStatistics();
    this.#sums.fill(0);
    let samples = this.#takeFirstSample(first);
    let untilRecord = recordEvery || 1;
    for (let step = 0; step < steps; ) {
      const chunk = Math.min(CHUNK, (step < settle_steps ? settle_steps : steps) - step);
      for (const write of noise) write(chunk, 0);
      const end = memory.run(
        0,
        1,
        step,
        chunk,
        memory.blocksAt,
        memory.spikesAt,
        memory.recordAt,
        untilRecord,
        recordEvery,
        spikeLevel_mV,
        plateauLevel_mV,
        ...memory.inputArguments(step, 0),
      );
      if (step >= settle_steps) this.#takeSpikes(first, end);
      if (step >= settle_steps) this.#takeSums();
      if (recordEvery > 0) {
        const fresh = Math.floor((recordEvery - untilRecord + chunk) / recordEvery);
        this.#takeSamples(first, samples, fresh);
        samples += fresh;
        untilRecord += fresh * recordEvery - chunk;
      }
      step += chunk;
      memory.noteRunaways(step);
      if (step === settle_steps) this.#clearStatistics();
    }
    this.#takeCells(first);
  }

  #setLanes(slot: number, value: number): void {
    const start = this.#memory.lanes(slot);
    this.#memory.values().fill(value, start, start + this.#memory.loop.layout.cells);
  }

  #clearStatistics(): void {
    const { layout, features } = this.#memory.loop;
    this.#setLanes(layout.slots.count, 0);
    if (features.statistics) {
      this.#setLanes(layout.slots.statistics, Number.POSITIVE_INFINITY);
      this.#setLanes(layout.slots.statistics + 1, Number.NEGATIVE_INFINITY);
      this.#setLanes(layout.slots.statistics + 2, 0);
    }
    if (features.plateau) for (let n = 0; n < 3; n++) this.#setLanes(layout.slots.plateau + n, 0);
  }

  #takeSpikes(first: number, end: number): void {
    if (!this.#memory.loop.features.spikeTimes) return;
    this.#memory.eachSpike(end, (lane, steps) => {
      if (this.#results.has(first + lane)) this.#results.addSpike(first + lane, steps * this.#dt_ms);
    });
  }

  /** Long sums of f32 lose digits: they are gathered chunk by chunk. */
  #takeSums(): void {
    const { layout, features } = this.#memory.loop;
    if (!features.statistics) return;
    const values = this.#memory.values();
    const start = this.#memory.lanes(layout.slots.statistics + 2);
    for (let lane = 0; lane < layout.cells; lane++) this.#sums[lane] += values[start + lane];
    this.#setLanes(layout.slots.statistics + 2, 0);
  }

  /** The voltage before the first step. Returns how many samples there are now. */
  #takeFirstSample(first: number): number {
    const { layout, features } = this.#memory.loop;
    if (!features.record) return 0;
    const values = this.#memory.values();
    const start = this.#memory.lanes(layout.slots.states);
    for (let lane = 0; lane < layout.cells && this.#results.has(first + lane); lane++)
      this.#results.setVoltages(first + lane, 0, 1, values, start + lane, 0);
    return 1;
  }

  #takeSamples(first: number, sample: number, fresh: number): void {
    const { layout, shape } = this.#memory.loop;
    const values = this.#memory.values();
    const start = this.#memory.recordAt / shape.bytes;
    for (let lane = 0; lane < layout.cells && this.#results.has(first + lane); lane++)
      this.#results.setVoltages(first + lane, sample, fresh, values, start + lane, layout.cells);
  }

  #takeCells(first: number): void {
    const memory = this.#memory;
    const { layout, features } = memory.loop;
    const { slots } = layout;
    const values = memory.values();
    for (let lane = 0; lane < layout.cells && this.#results.has(first + lane); lane++) {
      const cell = first + lane;
      const value = (slot: number) => values[memory.lanes(slot) + lane];
      this.#results.setCount(cell, memory.whole(slots.count, lane));
      if (features.statistics)
        this.#results.setStatistics(
          cell,
          value(slots.statistics),
          value(slots.statistics + 1),
          this.#sums[lane],
        );
      if (features.plateau)
        this.#results.setPlateau(cell, value(slots.plateau + 1) * this.#dt_ms, value(slots.plateau + 2));
      const failed = memory.failure(cell, lane);
      if (failed) this.#results.fail(failed.failure, failed.step);
    }
  }
}
