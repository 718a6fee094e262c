import type { CellFailure, PopulationOptions, PopulationRun } from "../population.ts";

/** Spikes as they come, block after block. */
export class SpikeList {
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
    for (const [cell, list] of this.#times.entries()) times_ms.set(list, starts[cell]);
    return { times_ms, starts };
  }
}

/** Collects what a run says about each cell. */
export class Results {
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
  readonly #v: Float64Array;
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
    this.#v = new Float64Array(count * this.#samples);
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
  /** Samples of one cell from `sample` on, read from `values` at `start`, `start + by`, ... */
  setVoltages(
    cell: number,
    sample: number,
    count: number,
    values: ArrayLike<number>,
    start: number,
    by: number,
  ): void {
    if (cell >= this.#count) return;
    const first = cell * this.#samples + sample;
    const v = this.#v;
    for (let n = 0, from = start; n < count; n++, from += by) v[first + n] = values[from];
  }

  fail(failure: CellFailure, step: number): void {
    this.#failures.push(failure);
    for (const values of [this.#vMin, this.#vMax, this.#vSum, this.#plateau])
      if (values) values[failure.cell] = Number.NaN;
    const start = failure.cell * this.#samples;
    this.#v.fill(Number.NaN, start + Math.ceil(step / this.#every), start + this.#samples);
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
      v_mV: this.#v,
    };
  }
}
