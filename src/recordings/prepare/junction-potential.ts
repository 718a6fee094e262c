import { z } from "zod";
import { cannot, defineMethod, samplewise } from "./method.ts";

/**
 * Corrects for the liquid junction potential: V_membrane = V_recorded - LJP, with LJP = V_bath - V_pipette, the potential of
 * the bath with respect to the pipette solution (Barry & Lynch 1991, J Membr Biol 121:101; Neher 1992, Methods
 * Enzymol 207:123). The sign is that of JPCalc: about +14 mV for potassium gluconate against a usual bath, so that
 * the corrected voltage is more negative.
 *
 * Only for whole-cell recordings zeroed in the bath before the seal. In perforated patches the junction stays.
 */
export const junctionPotential = defineMethod({
  step: "liquid-junction-potential",
  schema: z.strictObject({
    step: z.literal("liquid-junction-potential"),
    ljp_mV: z.number().min(-50).max(50),
  }),
  apply(recording, { ljp_mV }, where) {
    const earlier = recording.preparation?.find(
      ({ step, parameters }) => step === "liquid-junction-potential" && parameters.ljp_mV !== 0,
    );
    if (earlier && ljp_mV !== 0)
      throw cannot("corrected-twice", where, "the junction potential was corrected before", {
        got: `${earlier.parameters.ljp_mV} mV, then ${ljp_mV} mV`,
        expected: "one correction",
        next: "Leave one of the two steps out.",
      });
    const sweeps = recording.sweeps.map((sweep) =>
      samplewise(recording, sweep, { v_mV: ({ v_mV }) => v_mV.map((v) => v - ljp_mV) }),
    );
    return {
      recording: ljp_mV === 0 ? recording : { ...recording, sweeps },
      description: `Subtracted a liquid junction potential of ${ljp_mV} mV (bath less pipette) from the voltage.`,
      parameters: { ljp_mV },
    };
  },
});
