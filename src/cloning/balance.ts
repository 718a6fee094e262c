import { checkQuality } from "../features/index.ts";
import { prepareRecording, type Recording } from "../recordings/index.ts";

/** Digits of a resistance that are worth keeping, as a factor. */
const PER_MOHM = 10;

/**
 * The recording without the voltage drop over the series resistance that its bridge left, as the quality check `bridge imbalance` measures
 * it at the edges of the current steps: at 14 MOhm and 300 pA a membrane seems 4 mV more positive than it is, and a model without an
 * electrode answers with a wrong rest, threshold and trough. The step is on record in `preparation`.
 *
 * @returns the very recording where its steps do not tell, or where someone took a drop off already, be it one of 0 MOhm. Not to be trusted in cells whose large dendrites charge the soma within 1 ms,
 * which looks like a resistance of some MOhm.
 */
export function balanced(recording: Recording): Recording {
  if (isBalanced(recording)) return recording;
  const check = checkQuality(recording).find(({ check: name }) => name === "bridge imbalance");
  const resistance_MOhm = Math.round((check?.value ?? 0) * PER_MOHM) / PER_MOHM;
  return resistance_MOhm === 0
    ? recording
    : prepareRecording(recording, [{ step: "bridge", resistance_MOhm }]);
}

/** Whether a recording had a drop taken off. */
export const isBalanced = ({ preparation = [] }: Pick<Recording, "preparation">): boolean =>
  preparation.some(({ step }) => step === "bridge");
