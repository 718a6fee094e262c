import { z } from "zod";
import { lengthOf } from "../lazy-sweep.ts";
import type { Sweep } from "../recording.ts";
import { defineMethod, samplewise, sweepwise } from "./method.ts";

/**
 * Bridge balance after the fact: takes the voltage drop over a series resistance off, V - R I.
 *
 * With `electrodeTau_ms` the drop follows the current with one exponential (an electrode with capacitance: the simplest
 * kernel of Brette et al. 2008, Neuron 59:379), tau dU/dt = R I - U, solved exactly for a current that is constant over
 * the interval before each sample; the sweep starts in the steady state.
 *
 * `resistance_MOhm` is what the quality check `bridge imbalance` shows: positive where the bridge took off too little, negative
 * where it took off too much. Not to be trusted where the resistance changed between sweeps.
 */
export const bridge = defineMethod({
  step: "bridge",
  schema: z.strictObject({
    step: z.literal("bridge"),
    resistance_MOhm: z.number().min(-1000).max(1000),
    electrodeTau_ms: z.number().positive().max(10).optional(),
  }),
  apply(recording, { resistance_MOhm, electrodeTau_ms }) {
    const change = (sweep: Sweep) =>
      electrodeTau_ms === undefined
        ? samplewise(recording, sweep, {
            v_mV: ({ v_mV, i_pA }) => v_mV.map((v, k) => v - (resistance_MOhm / 1000) * i_pA[k]),
          })
        : sweepwise(recording, sweep, {
            v_mV: (one) => withoutElectrode(one, recording.dt_ms, resistance_MOhm / 1000, electrodeTau_ms),
          });
    const electrode =
      electrodeTau_ms === undefined
        ? ""
        : ` through an electrode with a time constant of ${electrodeTau_ms} ms`;
    return {
      recording: resistance_MOhm === 0 ? recording : { ...recording, sweeps: recording.sweeps.map(change) },
      description: `Took the voltage drop over ${resistance_MOhm} MOhm${electrode} off the voltage (bridge).`,
      parameters: { resistance_MOhm, ...(electrodeTau_ms !== undefined && { electrodeTau_ms }) },
    };
  },
});

function withoutElectrode(
  sweep: Sweep,
  dt_ms: number,
  resistance_GOhm: number,
  tau_ms: number,
): Float64Array {
  const { v_mV, i_pA } = sweep;
  const kept = Math.exp(-dt_ms / tau_ms);
  let drop_mV = lengthOf(sweep) > 0 ? resistance_GOhm * i_pA[0] : 0;
  return v_mV.map((v, k) => {
    drop_mV = kept * drop_mV + (1 - kept) * resistance_GOhm * i_pA[k];
    return v - drop_mV;
  });
}
