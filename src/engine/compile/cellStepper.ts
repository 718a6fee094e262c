import type { Model } from "../model.ts";
import type { ArrivalRing, CellFailure, Stepper, StepperOptions } from "../population.ts";
import type { LoopFeatures } from "./blockLayout.ts";
import { arrivalName } from "./cellEquations.ts";
import { CellMemory } from "./cellMemory.ts";
import { checkDrives, shortestWaveform } from "./checkRequest.ts";
import { featuresOf } from "./inputs.ts";
import type { CompiledLoop } from "./loop.ts";
import type { CellPreparation } from "./preparation.ts";
import type { Step } from "./schemes.ts";

/** Arrivals are streams that are used up, everything else as in a population. */
export function steppedFeatures(step: Step, options: StepperOptions, interleave: number): LoopFeatures {
  const features = featuresOf(step.inputs, { ...options, steps: 0, spikeTimes: true }, interleave);
  const arriving = step.inputs.filter((name) => arrivalName(name) !== undefined);
  const streams = arriving.map((name) => [name, { kind: "stream", clear: true }]);
  return { ...features, inputs: { ...features.inputs, ...Object.fromEntries(streams) } };
}

/** All cells in memory at once, advanced a stretch at a time. */
export class CellStepper implements Stepper {
  readonly #memory: CellMemory;
  readonly #options: StepperOptions;
  readonly #inputs: readonly string[];
  /** Steps that every waveform lasts. */
  readonly #driven: number;
  readonly #blocks: number;
  readonly #ringSteps: number;
  readonly #noise: ((steps: number, row: number) => void)[];
  #now = 0;

  constructor(
    loop: CompiledLoop,
    model: Model,
    dt_ms: number,
    preparation: CellPreparation,
    parameters: Float64Array,
    options: StepperOptions,
  ) {
    this.#options = options;
    this.#inputs = loop.inputs;
    const { cells } = loop.layout;
    const count = parameters.length / model.parameters.length;
    checkDrives(loop.inputs, options, count);
    this.#driven = shortestWaveform(options);
    this.#blocks = Math.ceil(count / cells);
    // Whole stretches, so that none runs over the ring's end.
    this.#ringSteps = (Math.ceil(options.longestDelay / options.stretch) + 1) * options.stretch;
    const room = {
      blocks: this.#blocks,
      steps: options.stretch,
      streamSteps: this.#ringSteps,
      reuse: false,
    };
    this.#memory = new CellMemory(loop, model, dt_ms, preparation, parameters, options, room);
    const blocks = Array.from({ length: this.#blocks }, (_, block) => block);
    for (const block of blocks) this.#memory.fill(block * cells, block);
    this.#noise = blocks.flatMap((block) => this.#memory.noise(block * cells, block));
  }

  get count(): number {
    return this.#memory.count;
  }

  get now(): number {
    return this.#now;
  }

  get states(): readonly string[] {
    return this.#memory.loop.states;
  }

  arrivals(name: string): ArrivalRing {
    const input = this.#memory.loop.inputs.find((candidate) => arrivalName(candidate) === name);
    if (input === undefined) throw new Error(`internal: nothing called "${name}" arrives at these cells`);
    return {
      values: this.#memory.values(),
      start: this.#memory.stream(input),
      steps: this.#ringSteps,
      row: this.#memory.lanesHeld,
    };
  }

  advance(spike: (cell: number, time_steps: number) => void): void {
    const memory = this.#memory;
    const { stretch, spikeLevel_mV = 0 } = this.#options;
    if (this.#now + stretch > this.#driven)
      checkDrives(this.#inputs, this.#options, memory.count, this.#now + stretch);
    const row = this.#now % this.#ringSteps;
    for (const write of this.#noise) write(stretch, row);
    const end = memory.run(
      0,
      this.#blocks,
      this.#now,
      stretch,
      memory.blocksAt,
      memory.spikesAt,
      memory.recordAt,
      1,
      0,
      spikeLevel_mV,
      0,
      ...memory.inputArguments(this.#now, row),
    );
    this.#now += stretch;
    for (let block = 0; block < this.#blocks; block++) memory.noteRunaways(this.#now, block);
    memory.eachSpike(end, (cell, time) => {
      if (cell < memory.count) spike(cell, time);
    });
  }

  read(state: string, out: Float64Array): void {
    const { layout, states } = this.#memory.loop;
    const index = states.indexOf(state);
    if (index < 0) throw new Error(`internal: the cells have no state "${state}"`);
    const values = this.#memory.values();
    for (let block = 0; block < this.#blocks; block++) {
      const first = block * layout.cells;
      const place = this.#memory.lanes(layout.slots.states + index, block);
      const end = Math.min(layout.cells, this.count - first);
      for (let lane = 0; lane < end; lane++) out[first + lane] = values[place + lane];
    }
  }

  failures(): CellFailure[] {
    const { cells } = this.#memory.loop.layout;
    const found: CellFailure[] = [];
    for (let cell = 0; cell < this.count; cell++) {
      const failed = this.#memory.failure(cell, cell % cells, Math.floor(cell / cells));
      if (failed) found.push(failed.failure);
    }
    return found;
  }
}
