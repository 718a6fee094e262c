import type { ArrivalRing } from "../engine/index.ts";
import type { Projection } from "./network.ts";
import { PlasticityState } from "./plasticity.ts";
import type { SpikeList } from "./spikeList.ts";

/** Delays in whole steps, at least one: one for all or one a synapse. */
export function delaySteps({ delay_ms }: Projection, dt_ms: number): number | Int32Array {
  const steps = (delay: number) => Math.round(delay / dt_ms);
  return typeof delay_ms === "number" ? steps(delay_ms) : Int32Array.from(delay_ms, steps);
}

/** Shortest and longest delay in steps; of a projection without synapses the longest is 0. */
export function delayRange(delays: number | Int32Array): { shortest: number; longest: number } {
  if (typeof delays === "number") return { shortest: delays, longest: delays };
  let [shortest, longest] = [Number.POSITIVE_INFINITY, 0];
  for (const delay of delays) {
    shortest = Math.min(shortest, delay);
    longest = Math.max(longest, delay);
  }
  return { shortest, longest };
}

/**
 * Brings the spikes of one projection under way: a spike at time t reaches its targets at the start of step round(t) + delay. Nothing
 * is allocated for a spike.
 */
export class Delivery {
  readonly spikes: SpikeList;
  readonly #ring: ArrivalRing;
  readonly #starts: Uint32Array;
  readonly #targets: Uint32Array;
  readonly #weight: number;
  readonly #weights: Float64Array | undefined;
  readonly #delay: number;
  readonly #delays: Int32Array | undefined;
  readonly #plasticity: PlasticityState | undefined;
  readonly #dt_ms: number;

  constructor(projection: Projection, spikes: SpikeList, ring: ArrivalRing, dt_ms: number) {
    const { connectivity, weight, plasticity } = projection;
    const delays = delaySteps(projection, dt_ms);
    this.spikes = spikes;
    this.#ring = ring;
    this.#starts = connectivity.starts;
    this.#targets = connectivity.targets;
    this.#weight = typeof weight === "number" ? weight : 0;
    this.#weights = typeof weight === "number" ? undefined : Float64Array.from(weight);
    this.#delay = typeof delays === "number" ? delays : 0;
    this.#delays = typeof delays === "number" ? undefined : delays;
    this.#plasticity = plasticity && new PlasticityState(plasticity, connectivity.sources);
    this.#dt_ms = dt_ms;
  }

  /** Spikes `from` to `to - 1` of the list. */
  deliver(from: number, to: number): void {
    const { cells, times } = this.spikes;
    for (let n = from; n < to; n++) {
      const cell = cells[n];
      const released = this.#plasticity ? this.#plasticity.release(cell, times[n] * this.#dt_ms) : 1;
      this.#send(cell, Math.round(times[n]), released);
    }
  }

  #send(cell: number, step: number, released: number): void {
    const [first, end] = [this.#starts[cell], this.#starts[cell + 1]];
    if (this.#delays) this.#sendEach(first, end, step, released, this.#delays);
    else if (this.#weights) this.#sendWeights(first, end, this.#rowOf(step + this.#delay), released);
    else this.#sendEqual(first, end, this.#rowOf(step + this.#delay), this.#weight * released);
  }

  #rowOf(step: number): number {
    const { start, steps, row } = this.#ring;
    return start + (step % steps) * row;
  }

  #sendEqual(first: number, end: number, row: number, weight: number): void {
    const { values } = this.#ring;
    const targets = this.#targets;
    for (let s = first; s < end; s++) values[row + targets[s]] += weight;
  }

  #sendWeights(first: number, end: number, row: number, released: number): void {
    const { values } = this.#ring;
    const targets = this.#targets;
    const weights = this.#weights as Float64Array;
    for (let s = first; s < end; s++) values[row + targets[s]] += weights[s] * released;
  }

  #sendEach(first: number, end: number, step: number, released: number, delays: Int32Array): void {
    const { values, start, steps, row } = this.#ring;
    const targets = this.#targets;
    const weights = this.#weights;
    for (let s = first; s < end; s++) {
      const place = start + ((step + delays[s]) % steps) * row + targets[s];
      values[place] += (weights ? weights[s] : this.#weight) * released;
    }
  }
}
