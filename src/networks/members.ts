import {
  type ArrivalRing,
  compile,
  defaultParameters,
  type Precision,
  type Stepper,
} from "../engine/index.ts";
import type { RandomStream } from "../random.ts";
import { lengthened } from "./drives.ts";
import type { CellPopulation, NetworkFailure, SpikePopulation } from "./network.ts";
import { PoissonSource } from "./poissonSource.ts";
import { SpikeList } from "./spikeList.ts";

/** A population at work. */
export interface Member {
  readonly name: string;
  readonly count: number;
  readonly spikes: SpikeList;
  /** One stretch: new spikes go to the list. */
  advance(): void;
  failures(): NetworkFailure[];
}

/** Given trains: a spike at t belongs to the stretch that t ends in, as those of cells do. */
export class SpikeMember implements Member {
  readonly name: string;
  readonly count: number;
  readonly spikes = new SpikeList();
  readonly #trains: { readonly cells: Uint32Array; readonly times: Float64Array };
  readonly #stretch: number;
  #now = 0;
  #next = 0;

  constructor({ name, times_ms }: SpikePopulation, dt_ms: number, stretch: number) {
    this.name = name;
    this.count = times_ms.length;
    this.#stretch = stretch;
    const all = new SpikeList();
    for (const [cell, times] of times_ms.entries())
      for (let n = 0; n < times.length; n++) all.add(cell, times[n] / dt_ms);
    this.#trains = all.sorted(Number.POSITIVE_INFINITY);
  }

  advance(): void {
    const { cells, times } = this.#trains;
    this.#now += this.#stretch;
    for (; this.#next < times.length && times[this.#next] <= this.#now; this.#next++)
      this.spikes.add(cells[this.#next], times[this.#next]);
  }

  failures(): NetworkFailure[] {
    return [];
  }
}

export interface CellSettings {
  readonly dt_ms: number;
  readonly precision: Precision;
  /** Of all stretches together. */
  readonly steps: number;
  readonly stretch: number;
  readonly longestDelay: number;
  readonly stream: RandomStream;
}

export class CellMember implements Member {
  readonly name: string;
  readonly count: number;
  readonly spikes = new SpikeList();
  readonly parameters: Float64Array;
  readonly stepper: Stepper;
  readonly #stretch: number;
  readonly #poisson: readonly PoissonSource[];
  readonly #take: (cell: number, time: number) => void;

  constructor(population: CellPopulation, settings: CellSettings) {
    const { name, count, model, solver, fixed = {}, inputs = {} } = population;
    const { i = { kind: "constant", value: 0 } } = population;
    const { dt_ms, precision, steps, stretch, longestDelay, stream } = settings;
    this.name = name;
    this.count = count;
    this.#stretch = stretch;
    this.parameters = parametersOf(population);
    this.stepper = compile(model, { dt_ms, precision, fixed, ...(solver && { solver }) }).open(
      this.parameters,
      {
        i: lengthened(i, steps),
        stretch,
        longestDelay,
        inputs: Object.fromEntries(
          Object.entries(inputs).map(([input, drive]) => [input, lengthened(drive, steps)]),
        ),
        ...(population.v0_mV !== undefined && { v0_mV: population.v0_mV }),
        ...(population.spikeLevel_mV !== undefined && { spikeLevel_mV: population.spikeLevel_mV }),
      },
    );
    for (const [synapse, weights] of Object.entries(population.first ?? {}))
      addFirst(this.stepper.arrivals(synapse), weights);
    this.#poisson = (population.poisson ?? []).map((input, index) => {
      const ring = this.stepper.arrivals(input.synapse);
      return new PoissonSource(input, count, ring, dt_ms, stream.split(index));
    });
    // The last crossing of a cell that fails may have no time: it is no spike.
    this.#take = (cell, time) => {
      if (Number.isFinite(time)) this.spikes.add(cell, time);
    };
  }

  advance(): void {
    const end = this.stepper.now + this.#stretch;
    for (const source of this.#poisson) source.advance(end);
    this.stepper.advance(this.#take);
  }

  failures(): NetworkFailure[] {
    return this.stepper.failures().map((failure) => ({ population: this.name, ...failure }));
  }
}

function addFirst({ values, start }: ArrivalRing, weights: ArrayLike<number>): void {
  for (let cell = 0; cell < weights.length; cell++) values[start + cell] += weights[cell];
}

/** Cell after cell, with what is fixed in place. */
function parametersOf({ model, count, parameters, fixed = {} }: CellPopulation): Float64Array {
  const each = model.parameters.length;
  const all = new Float64Array(count * each);
  const defaults = defaultParameters(model);
  for (let cell = 0; cell < count; cell++)
    all.set(parameters ? parameters.subarray(cell * each, (cell + 1) * each) : defaults, cell * each);
  for (const [index, { name }] of model.parameters.entries()) {
    const value = fixed[name];
    if (value !== undefined) for (let cell = 0; cell < count; cell++) all[cell * each + index] = value;
  }
  return all;
}
