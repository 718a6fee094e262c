import { type MainStep, stepOfSweep } from "../main-step.ts";
import { inputResistance, passiveResponses, type StepResponse, stepResponse } from "../subthreshold.ts";
import { defineCheck, type Family, measured, type SeenSweep } from "./check.ts";

const LEAST_STEP_pA = 2;

/**
 * Input resistance from the small hyperpolarising main steps (of test pulses where the main step has none). Seal and
 * membrane are in parallel, 1 / R_in = 1 / R_membrane + 1 / R_seal: it is a lower bound of the seal.
 */
export const inputResistanceCheck = defineCheck({
  name: "input resistance",
  unit: "MOhm",
  limits: { minResistance_MOhm: 20 },
  why: "Our choice. The voltage of a cell of less than 20 MOhm is shunted by a leaky seal or a damaged membrane, or it is a large cell (a motoneuron): set the limit for the cell type.",
  accepted: ({ minResistance_MOhm }) => ({ low: minResistance_MOhm }),
  look: (sweep, { mainStep, steps }) => ({
    main: mainStep ? responsesTo([mainStep], sweep) : [],
    others: responsesTo(steps, sweep),
  }),
  conclude: (seen) => {
    const main = seen.flatMap((one) => one.main);
    const useMain = main.some(({ delta_pA }) => delta_pA < 0);
    const responses = useMain ? main : seen.flatMap((one) => one.others);
    const resistance_MOhm = inputResistance(passiveResponses(responses));
    return measured(resistance_MOhm, "no current step is answered by 1 to 15 mV without firing");
  },
});

/** Away from the holding level: the return from a step carries what the step left behind. */
function responsesTo(steps: Family["steps"], sweep: SeenSweep): StepResponse[] {
  const away = (level_pA: number) => Math.abs(level_pA - sweep.stimulus.holding_pA);
  const isOutward = ({ level_pA, before_pA }: MainStep) =>
    away(level_pA[sweep.position]) > away(before_pA[sweep.position]) + LEAST_STEP_pA;
  return steps
    .filter(isOutward)
    .map((step) => responseTo(step, sweep))
    .filter((response) => response !== null);
}

/** Null if the sweep fires on the step. The samples of the response are not kept. */
export function responseTo(
  step: MainStep,
  { v_mV, dt_ms, spikes, position }: SeenSweep,
): StepResponse | null {
  const response = stepResponse(v_mV, dt_ms, stepOfSweep(step, position), spikes);
  return response && { ...response, deflection_mV: new Float64Array(0) };
}
