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
    const left = j * dt_ms;
    y[k] =
      j === last
        ? v_mV[last]
        : ((v_mV[j + 1] - v_mV[j]) / ((j + 1) * dt_ms - left)) * (time - left) + v_mV[j];
    time += step_ms;
  }
  return { t_ms: t, v_mV: y };
}

/** dV/dt by central differences, one-sided at the ends, mV/ms. */
export function derivative({ t_ms, v_mV }: Grid): Float64Array {
  const last = v_mV.length - 1;
  const slope = new Float64Array(v_mV.length);
  for (let k = 1; k < last; k++) slope[k] = (v_mV[k + 1] - v_mV[k - 1]) / (t_ms[k + 1] - t_ms[k - 1]);
  if (last > 0) {
    slope[0] = (v_mV[1] - v_mV[0]) / (t_ms[1] - t_ms[0]);
    slope[last] = (v_mV[last] - v_mV[last - 1]) / (t_ms[last] - t_ms[last - 1]);
  }
  return slope;
}
