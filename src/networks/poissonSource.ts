import type { ArrivalRing } from "../engine/index.ts";
import type { RandomStream } from "../random.ts";
import type { PoissonInput } from "./network.ts";

/** Poisson spikes for each cell of a population, drawn as they come: each cell has its own stream and its next spike. */
export class PoissonSource {
  readonly #ring: ArrivalRing;
  readonly #weight: number;
  readonly #streams: readonly RandomStream[];
  /** Mean time between spikes in steps. */
  readonly #interval: Float64Array;
  readonly #next: Float64Array;

  constructor(input: PoissonInput, count: number, ring: ArrivalRing, dt_ms: number, stream: RandomStream) {
    const { rate_Hz, weight, stream: which } = input;
    this.#ring = ring;
    this.#weight = weight;
    this.#streams = Array.from({ length: count }, (_, cell) => stream.split(which ? which[cell] : cell));
    const rateOf = (cell: number) => (typeof rate_Hz === "number" ? rate_Hz : rate_Hz[cell]);
    this.#interval = Float64Array.from({ length: count }, (_, cell) => 1000 / rateOf(cell) / dt_ms);
    this.#next = Float64Array.from({ length: count }, (_, cell) => this.#wait(cell));
  }

  #wait(cell: number): number {
    return -Math.log(this.#streams[cell].uniform()) * this.#interval[cell];
  }

  /** Writes what arrives in the steps before `end`; what came before is under way already. */
  advance(end: number): void {
    const { values, start, steps, row } = this.#ring;
    const next = this.#next;
    for (let cell = 0; cell < next.length; cell++) {
      while (next[cell] < end) {
        values[start + (Math.floor(next[cell]) % steps) * row + cell] += this.#weight;
        next[cell] += this.#wait(cell);
      }
    }
  }
}
