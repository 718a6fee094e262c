/** The recorded trace on the time grid of the catalogue. */

export interface Grid {
  /** Sample times from the start of the sweep, [nSamples], ms. */
  readonly t_ms: Float64Array;
  readonly v_mV: Float64Array;
}

/**
 * Linear interpolation to equal steps, the last sample held to the end of the last step; a finer sampling is thinned.
 * Times are summed step by step, as eFEL sums them: its comparisons of times and voltages depend on the last bits.
 *
 * @param v_mV recorded voltage, [nSamples].
 * @param dt_ms sampling interval, > 0.
 */
export function interpolate(v_mV: Float64Array, dt_ms: number, step_ms: number): Grid {
  const last = v_mV.length - 1;
  const n = last < 0 ? 0 : Math.ceil((last * dt_ms) / step_ms) + 1;
  const t = new Float64Array(n);
  const y = new Float64Array(n);
  let time = 0;
  let j = 0;
  for (let k = 0; k < n; k++) {
    while (j < last && (j + 1) * dt_ms <= time) j++;
    t[k] = time;
    y[k] = j === last ? v_mV[last] : between(v_mV, dt_ms, j, time);
    time += step_ms;
  }
  return { t_ms: t, v_mV: y };
}

function between(v: Float64Array, dt_ms: number, j: number, time: number): number {
  const left = j * dt_ms;
  const slope = (v[j + 1] - v[j]) / ((j + 1) * dt_ms - left);
  return slope * (time - left) + v[j];
}

/** dV/dt by central differences, one-sided at the ends, mV/ms. */
export function derivative({ t_ms, v_mV }: Grid): Float64Array {
  const n = v_mV.length;
  const slope = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const left = k > 0 ? k - 1 : 0;
    const right = k < n - 1 ? k + 1 : n - 1;
    slope[k] = (v_mV[right] - v_mV[left]) / (t_ms[right] - t_ms[left]);
  }
  return slope;
}
