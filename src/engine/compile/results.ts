import type { CellFailure, PartRun, PopulationOptions, PopulationRun, ResultArrays } from "../population.ts";

/** Numbers of samples of voltage that a run stores of each cell. */
function samplesOf({ steps, recordEvery = 0 }: PopulationOptions): number {
  return recordEvery > 0 ? 1 + Math.floor(steps / recordEvery) : 0;
}

/** Arrays for everything that a run is asked for; `buffer` makes their memory, so that threads can share it. */
export function allocateResults(
  count: number,
  request: PopulationOptions,
  buffer: (bytes: number) => ArrayBufferLike = (bytes) => new ArrayBuffer(bytes),
): ResultArrays {
  const numbers = (length: number) => new Float64Array(buffer(8 * length));
  const counts = () => new Uint32Array(buffer(4 * count));
  return {
    spikeCounts: counts(),
    ...(request.statistics && { vMin_mV: numbers(count), vMax_mV: numbers(count), vMean_mV: numbers(count) }),
    ...(request.plateauLevel_mV !== undefined && {
      plateau_ms: numbers(count),
      plateauCrossings: counts(),
    }),
    v_mV: numbers(count * samplesOf(request)),
  };
}

/** Puts the parts of a run together: they follow each other and cover all cells. */
export function joinParts(
  count: number,
  request: PopulationOptions,
  arrays: ResultArrays,
  parts: readonly PartRun[],
): PopulationRun {
  const starts = new Uint32Array(count + 1);
  const times_ms = new Float64Array(parts.reduce((sum, part) => sum + part.times_ms.length, 0));
  let total = 0;
  for (const part of parts) {
    times_ms.set(part.times_ms, total);
    for (let cell = part.from; cell < part.to; cell++)
      starts[cell + 1] = total + part.starts[cell + 1 - part.from];
    total += part.times_ms.length;
  }
  const failures = parts.flatMap((part) => part.failures);
  return { count, ...arrays, samples: samplesOf(request), spikes: { times_ms, starts }, failures };
}

/** Writes what a run says about the cells from `from` to `to` into the arrays of all. */
export class PartResults {
  readonly #arrays: ResultArrays;
  readonly #request: PopulationOptions;
  readonly #samples: number;
  readonly #from: number;
  readonly #to: number;
  readonly #times: number[][];
  readonly #failures: CellFailure[] = [];

  constructor(arrays: ResultArrays, request: PopulationOptions, from: number, to: number) {
    this.#arrays = arrays;
    this.#request = request;
    this.#samples = samplesOf(request);
    this.#from = from;
    this.#to = to;
    this.#times = Array.from({ length: to - from }, () => []);
  }

  /** Lanes past the last cell repeat it and are not asked. */
  has(cell: number): boolean {
    return cell < this.#to;
  }

  addSpike(cell: number, time_ms: number): void {
    this.#times[cell - this.#from].push(time_ms);
  }
  setCount(cell: number, count: number): void {
    this.#arrays.spikeCounts[cell] = count;
  }
  setStatistics(cell: number, lowest: number, highest: number, sum: number): void {
    const { vMin_mV, vMax_mV, vMean_mV } = this.#arrays;
    const { steps, settle_steps = 0 } = this.#request;
    if (vMin_mV) vMin_mV[cell] = lowest;
    if (vMax_mV) vMax_mV[cell] = highest;
    if (vMean_mV) vMean_mV[cell] = sum / (steps - settle_steps);
  }
  setPlateau(cell: number, longest_ms: number, crossings: number): void {
    const { plateau_ms, plateauCrossings } = this.#arrays;
    if (plateau_ms) plateau_ms[cell] = longest_ms;
    if (plateauCrossings) plateauCrossings[cell] = crossings;
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
    const first = cell * this.#samples + sample;
    const v = this.#arrays.v_mV;
    for (let n = 0, from = start; n < count; n++, from += by) v[first + n] = values[from];
  }

  /** A failed cell's numbers are NaN, its voltage from the failure on. */
  fail(failure: CellFailure, step: number): void {
    this.#failures.push(failure);
    const { vMin_mV, vMax_mV, vMean_mV, plateau_ms, v_mV } = this.#arrays;
    for (const values of [vMin_mV, vMax_mV, vMean_mV, plateau_ms])
      if (values) values[failure.cell] = Number.NaN;
    if (this.#samples === 0) return;
    const start = failure.cell * this.#samples;
    const last = Math.ceil(step / (this.#request.recordEvery ?? 1));
    v_mV.fill(Number.NaN, start + last, start + this.#samples);
  }

  finish(): PartRun {
    const starts = new Uint32Array(this.#times.length + 1);
    for (const [cell, list] of this.#times.entries()) starts[cell + 1] = starts[cell] + list.length;
    const times_ms = new Float64Array(starts[this.#times.length]);
    for (const [cell, list] of this.#times.entries()) times_ms.set(list, starts[cell]);
    return { from: this.#from, to: this.#to, times_ms, starts, failures: this.#failures };
  }
}
