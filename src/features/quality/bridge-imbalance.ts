import { defineCheck, measured, type SeenSweep } from "./check.ts";
import { type Edge, quietEdges, type SeriesResistance, seriesResistance } from "./onset.ts";

/** Beyond this standard error nothing is said, MOhm. */
const MOST_ERROR_MOhm = 5;

/**
 * Series (access) resistance that the bridge left in the voltage: positive, it takes off too little; negative, too much.
 * See `seriesResistance`. The access resistance itself is gone from a balanced recording.
 */
export const bridgeImbalance = defineCheck({
  name: "bridge imbalance",
  unit: "MOhm",
  limits: { maxBridge_MOhm: 20 },
  why: "The access resistance of 20 MOhm that the Allen Institute accepts (Ephys QC criteria v1.1): what is left may be all of it. Its effect is judged below.",
  accepted: ({ maxBridge_MOhm }) => ({ low: -maxBridge_MOhm, high: maxBridge_MOhm }),
  look: quietEdges,
  conclude: (seen) => {
    const found = knownResistance(seen);
    if ("reason" in found) return measured(null, found.reason);
    return measured(found.resistance_MOhm, "", sentence(found));
  },
});

/** The same as the error of the voltage during the largest step of all sweeps, those with spikes included. */
export const bridgeError = defineCheck({
  name: "bridge error at largest step",
  unit: "mV",
  limits: { maxBridgeError_mV: 5 },
  why: "Our choice, as for the drift: threshold and height of spikes are off by as much. Remove it with the preparation step bridge.",
  accepted: ({ maxBridgeError_mV }) => ({ low: -maxBridgeError_mV, high: maxBridgeError_mV }),
  look: (sweep: SeenSweep) => quietEdges(sweep),
  conclude: (seen, { stimuli }) => {
    const found = knownResistance(seen);
    if ("reason" in found) return measured(null, found.reason);
    const heights = stimuli.flatMap(({ segments, holding_pA }) =>
      segments.map(({ from_pA, to_pA }) =>
        Math.max(Math.abs(from_pA - holding_pA), Math.abs(to_pA - holding_pA)),
      ),
    );
    const largest_pA = heights.reduce((a, b) => Math.max(a, b), 0);
    const detail = `at ${largest_pA.toPrecision(3)} pA from the holding current`;
    return measured((found.resistance_MOhm * largest_pA) / 1000, "there is no current step", detail);
  },
});

function knownResistance(seen: readonly (readonly Edge[])[]): SeriesResistance | { readonly reason: string } {
  const found = seriesResistance(seen.flat());
  if (!found) return { reason: "no current step of 5 ms or more has an onset without a spike" };
  if (found.error_MOhm <= MOST_ERROR_MOhm) return found;
  return { reason: `the jump at the steps is known to +-${found.error_MOhm.toPrecision(2)} MOhm only` };
}

function sentence({ resistance_MOhm, error_MOhm, edges }: SeriesResistance): string {
  const direction = resistance_MOhm > 0 ? "under-compensated" : "over-compensated";
  const balanced = Math.abs(resistance_MOhm) <= 2 * error_MOhm;
  const known = `${balanced ? "balanced" : direction}, +-${error_MOhm.toPrecision(2)} MOhm`;
  return `${known} from the onset of ${edges} ${edges === 1 ? "step" : "steps"}`;
}
