/** Traces with known answers, for the tests of this room. */

/** A spike-shaped bump: 1 ms rise (half a cosine), 2 ms fall; `height_mV` over the baseline. */
export function traceWithSpikes(
  times_ms: readonly number[],
  { dt_ms = 0.05, length_ms = 500, rest_mV = -65, height_mV = 100 } = {},
): Float64Array {
  const v = new Float64Array(Math.round(length_ms / dt_ms)).fill(rest_mV);
  return v.map((value, k) => {
    for (const t_ms of times_ms) {
      const phase = k * dt_ms - t_ms;
      if (phase > -1 && phase <= 0) return value + (height_mV * (1 + Math.cos(Math.PI * phase))) / 2;
      if (phase > 0 && phase < 2) return value + (height_mV * (1 + Math.cos((Math.PI * phase) / 2))) / 2;
    }
    return value;
  });
}

/** Answer of a resistor and capacitor to a current step. */
export function rcResponse(
  step: { readonly start_ms: number; readonly end_ms: number; readonly delta_pA: number },
  { resistance_MOhm = 200, tau_ms = 20, rest_mV = -70, dt_ms = 0.1, length_ms = 900 } = {},
): Float64Array {
  const plateau_mV = (step.delta_pA * resistance_MOhm) / 1000;
  const risen = (t_ms: number) => (t_ms <= 0 ? 0 : 1 - Math.exp(-t_ms / tau_ms));
  return Float64Array.from({ length: Math.round(length_ms / dt_ms) }, (_, k) => {
    const t_ms = k * dt_ms;
    return rest_mV + plateau_mV * (risen(t_ms - step.start_ms) - risen(t_ms - step.end_ms));
  });
}
