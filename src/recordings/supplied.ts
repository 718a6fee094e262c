/** An injected current that comes from a file of its own, as rows of time and value. */

export interface SuppliedCurrent {
  /** File name, for the description of the recording. */
  readonly name: string;
  /** Strictly increasing, ms from the start of each sweep. */
  readonly t_ms: Float64Array;
  /** Each value holds until the next row's time, the last one to the end of the sweep, pA. */
  readonly i_pA: Float64Array;
}

/** The current on the samples of a sweep, [nSamples], pA. Before the first row no current is injected. */
export function sampleSupplied(current: SuppliedCurrent, samples: number, dt_ms: number): Float64Array {
  const i_pA = new Float64Array(samples);
  // A sample on a row's time gets the row's value even when k * dt is a hair below the written decimal.
  const slack_ms = dt_ms * 1e-6;
  let row = -1;
  for (let k = 0; k < samples; k++) {
    while (row + 1 < current.t_ms.length && current.t_ms[row + 1] <= k * dt_ms + slack_ms) row++;
    i_pA[k] = row < 0 ? 0 : current.i_pA[row];
  }
  return i_pA;
}
