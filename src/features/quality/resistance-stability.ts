import type { MainStep } from "../main-step.ts";
import { median } from "../statistics.ts";
import { defineCheck, type Family, measured } from "./check.ts";
import { responseTo } from "./input-resistance.ts";

const LEAST_SWEEPS = 3;
const LEAST_STEP_pA = 5;
const SAME_FRACTION = 0.1;

/**
 * Change of the input resistance over the recording, from a step that is the same in every sweep: largest less smallest
 * of its medians over the first, the middle and the last third of the sweeps, in per cent of the median of all. Thirds,
 * so that the noise of one sweep decides nothing.
 */
export const resistanceStability = defineCheck({
  name: "input-resistance stability",
  unit: "%",
  limits: { maxResistanceChange_percent: 20 },
  why: "The change by 20 % at which recordings are commonly discarded: seal, access or cell have changed.",
  accepted: ({ maxResistanceChange_percent }) => ({ high: maxResistanceChange_percent }),
  look: (sweep, family) =>
    testPulses(family).map((step) => {
      const response = responseTo(step, sweep);
      return response && ((response.steady_mV - response.baseline_mV) / response.delta_pA) * 1000;
    }),
  conclude: (seen, family) => {
    const pulses = testPulses(family).map((_, n) =>
      seen.map((resistances) => resistances[n]).filter((resistance) => resistance !== null),
    );
    const answered = pulses.find((resistances) => resistances.length >= LEAST_SWEEPS);
    return measured(
      answered ? change(answered) : null,
      "no test pulse is the same in three or more sweeps and answered without firing",
    );
  },
});

/** Hyperpolarising ones first: they open the fewest channels. */
function testPulses({ steps }: Family): MainStep[] {
  const height = ({ level_pA, before_pA }: MainStep) => level_pA.map((level, k) => level - before_pA[k]);
  const isSame = (step: MainStep) => {
    const heights = height(step);
    const middle = Math.abs(median(heights) ?? 0);
    return middle >= LEAST_STEP_pA && Math.max(...heights) - Math.min(...heights) <= SAME_FRACTION * middle;
  };
  return steps.filter(isSame).sort((a, b) => (median(height(a)) ?? 0) - (median(height(b)) ?? 0));
}

function change(resistances: readonly number[]): number | null {
  const all = median(resistances)!;
  if (!(all > 0)) return null;
  const cut = (part: number) => Math.round((part * resistances.length) / 3);
  const thirds = [0, 1, 2].map((part) => median(resistances.slice(cut(part), cut(part + 1)))!);
  return (100 * (Math.max(...thirds) - Math.min(...thirds))) / all;
}
