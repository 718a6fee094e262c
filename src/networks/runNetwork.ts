import { RandomStream } from "../random.ts";
import { checkNetwork } from "./checkNetwork.ts";
import { Delivery, delayRange, delaySteps } from "./delivery.ts";
import { CellMember, type Member, SpikeMember } from "./members.ts";
import type { CellPopulation, Network, NetworkOptions, NetworkRun, PopulationResult } from "./network.ts";
import { Recorder } from "./recorder.ts";

/** Longest stretch: what is written for one stays in the processor's cache. */
const LONGEST_STRETCH = 64;
const WORK = 4e6;

/**
 * Runs a network of compiled cells. Every population advances by the shortest delay, then spikes are exchanged: a spike at t
 * (interpolated) reaches its targets at the start of step round(t / dt) + round(delay / dt). The same network and seed give
 * the same bits.
 *
 * Sampled currents are those of the gates as the scheme holds them: half a step ahead of the voltage under the default scheme.
 *
 * @returns what happened, failures of single cells among it.
 * @throws InputError for a network that cannot be run (see {@link checkNetwork}); the reason of `signal` when it is aborted.
 */
export async function runNetwork(network: Network, options: NetworkOptions): Promise<NetworkRun> {
  const { progress, signal, work = WORK } = options;
  signal?.throwIfAborted();
  const run = new RunningNetwork(network, options);
  while (run.fraction < 1) {
    run.advance(work);
    progress?.(run.fraction);
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
  }
  return run.result();
}

/** The loop itself, without waiting. */
export class RunningNetwork {
  readonly #options: NetworkOptions;
  readonly #members: readonly Member[];
  readonly #recorders: ReadonlyMap<string, Recorder>;
  readonly #deliveries: readonly Delivery[];
  readonly #delivered: Int32Array;
  readonly #steps: number;
  readonly #every: number;
  readonly #stretch: number;
  #now = 0;

  constructor(network: Network, options: NetworkOptions) {
    checkNetwork(network, options);
    const { dt_ms, duration_ms, precision = "f64", record = {} } = options;
    this.#options = options;
    this.#steps = Math.round(duration_ms / dt_ms);
    this.#every = Math.max(1, Math.round((record.every_ms ?? 1) / dt_ms));
    const ranges = network.projections.map((projection) => delayRange(delaySteps(projection, dt_ms)));
    this.#stretch = stretchOf(ranges, this.#every);
    const root = RandomStream.fromSeed(options.seed);
    const longest = (name: string) =>
      Math.max(
        1,
        ...ranges.filter((_, n) => network.projections[n].to === name).map((range) => range.longest),
      );
    this.#members = network.populations.map((population, index) =>
      population.kind === "spikes"
        ? new SpikeMember(population, dt_ms, this.#stretch)
        : new CellMember(population, {
            dt_ms,
            precision,
            steps: Math.ceil(this.#steps / this.#stretch) * this.#stretch,
            stretch: this.#stretch,
            longestDelay: longest(population.name),
            stream: root.split(index),
          }),
    );
    this.#deliveries = network.projections.map((projection) => {
      const target = this.#member(projection.to) as CellMember;
      const { spikes } = this.#member(projection.from);
      return new Delivery(projection, spikes, target.stepper.arrivals(projection.synapse), dt_ms);
    });
    this.#delivered = new Int32Array(this.#deliveries.length);
    const samples = Math.floor(this.#steps / this.#every) + 1;
    const cells = network.populations.filter(
      (population): population is CellPopulation => population.kind === "cells",
    );
    this.#recorders = new Map(
      cells.map((population) => {
        const member = this.#member(population.name) as CellMember;
        return [population.name, new Recorder(population, member, record, samples)];
      }),
    );
    this.#sample();
  }

  #member(name: string): Member {
    const member = this.#members.find((candidate) => candidate.name === name);
    if (!member) throw new Error(`internal: no population "${name}"`);
    return member;
  }

  get fraction(): number {
    return Math.min(1, this.#now / this.#steps);
  }

  /** At least one stretch, then stretches until so many cell steps are done. */
  advance(work: number): void {
    const cells = this.#members.reduce((sum, { count }) => sum + count, 0);
    const until = Math.min(this.#steps, this.#now + Math.ceil(work / Math.max(1, cells)));
    while (this.#now < until) {
      for (const member of this.#members) member.advance();
      this.#now += this.#stretch;
      // After all have advanced: what arrives now must not overtake a population that is still in the old stretch.
      for (let n = 0; n < this.#deliveries.length; n++) this.#deliver(n);
      if (this.#now % this.#every === 0 && this.#now <= this.#steps) this.#sample();
    }
  }

  #deliver(n: number): void {
    const delivery = this.#deliveries[n];
    const { length } = delivery.spikes;
    delivery.deliver(this.#delivered[n], length);
    this.#delivered[n] = length;
  }

  #sample(): void {
    for (const recorder of this.#recorders.values()) recorder.take();
  }

  result(): NetworkRun {
    const { dt_ms, seed } = this.#options;
    const samples = Math.floor(this.#steps / this.#every) + 1;
    const duration_ms = this.#steps * dt_ms;
    return {
      populations: Object.fromEntries(this.#members.map((member) => [member.name, this.#resultOf(member)])),
      sampleTimes_ms: Float64Array.from({ length: samples }, (_, sample) => sample * this.#every * dt_ms),
      failures: this.#members
        .flatMap((member) => member.failures())
        .filter(({ t_ms }) => t_ms <= duration_ms),
      seed,
      dt_ms,
      duration_ms,
      exchange_ms: this.#stretch * dt_ms,
    };
  }

  #resultOf({ name, count, spikes }: Member): PopulationResult {
    const { dt_ms } = this.#options;
    const { cells, times } = spikes.sorted(this.#steps);
    const spikeCounts = new Uint32Array(count);
    for (const cell of cells) spikeCounts[cell]++;
    const recorder = this.#recorders.get(name);
    return {
      count,
      spikes: { cell: cells, time_ms: times.map((time) => time * dt_ms) },
      rate_Hz: count > 0 ? (cells.length / count / (this.#steps * dt_ms)) * 1000 : 0,
      spikeCounts,
      currents: recorder?.currents ?? {},
      v_mV: recorder?.v_mV ?? [],
    };
  }
}

/** The longest stretch that no delay is shorter than, and that samples end with. */
function stretchOf(ranges: readonly { readonly shortest: number }[], every: number): number {
  const shortest = Math.min(LONGEST_STRETCH, ...ranges.map((range) => range.shortest));
  for (let stretch = shortest; stretch > 1; stretch--) if (every % stretch === 0) return stretch;
  return 1;
}
