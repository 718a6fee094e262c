import { InputError } from "../errors.ts";
import type { RecordingFeatures } from "../features/index.ts";
import type { Recording, Sweep } from "../recordings/recording.ts";
import { type HoldOut, heldOut } from "./holdOut.ts";
import type { FamilySweep } from "./target.ts";
import type { SweepRole } from "./twin.ts";

export interface RoledSweep extends FamilySweep {
  readonly role: SweepRole;
  readonly recordedSpikes: number;
}

export interface RoleChoice {
  /** Every how many-th usable sweep is held out, or the strongest third of them; 0: none. */
  readonly holdOut: HoldOut;
  /** 1-based numbers of the sweeps to use; missing: all. */
  readonly sweeps?: readonly number[];
  /** Whether sweeps past depolarisation block are trained on and held out like all others. */
  readonly trainBlock?: boolean;
}

/**
 * Says what each sweep is for. Sweeps past depolarisation block are neither trained on nor scored, unless asked for; of the rest every
 * `holdOut`-th is held out, in the order of the file, or the strongest third, as long as at least two remain to train on.
 * Throws InputError for sweep numbers that are not there, and where nothing that fires is left to train on.
 */
export function assignRoles(
  recording: Recording,
  features: RecordingFeatures,
  choice: RoleChoice,
): RoledSweep[] {
  const chosen = chooseSweeps(recording, choice.sweeps);
  const block = choice.trainBlock ? null : features.blockAbove_pA;
  const usable = chosen.map((sweep): RoledSweep => {
    const facts = describeSweep(sweep, recording.sweeps.indexOf(sweep), features);
    const beyond = block !== null && facts.amplitude_pA > block;
    return { ...facts, role: beyond ? "beyond-range" : "trained" };
  });
  const roled = withHeldOut(usable, choice.holdOut);
  if (!roled.some(({ role, recordedSpikes }) => role === "trained" && recordedSpikes > 0)) {
    throw new InputError({
      code: "no-spikes",
      where: recording.name,
      what: "no sweep that can be trained on has a spike, so the excitability of this cell cannot be cloned",
      got: `${roled.length} sweep(s), none of the trained ones fires`,
      expected: "current steps of which some make the cell fire",
      next: "Look at the sweeps with `patchtwin features`, or choose others with --sweeps or --hold-out 0.",
    });
  }
  return roled;
}

/** A sweep by the main step of its family, or by its own stimulus where there is none; `position`: where it stands in the recording. */
export function describeSweep(
  sweep: Sweep,
  position: number,
  { mainStep, sweeps }: RecordingFeatures,
): Omit<RoledSweep, "role"> {
  return {
    sweep,
    amplitude_pA: mainStep?.level_pA[position] ?? sweep.stimulus.amplitude_pA,
    onset_ms: mainStep?.start_ms ?? sweep.stimulus.start_ms,
    recordedSpikes: sweeps[position].spikeTimes_ms.length,
  };
}

/** Holds out some of the sweeps that are in range. */
function withHeldOut(sweeps: readonly RoledSweep[], holdOut: HoldOut): RoledSweep[] {
  const inRange = sweeps.filter(({ role }) => role === "trained");
  const flags = heldOut(
    inRange.map(({ amplitude_pA }) => amplitude_pA),
    holdOut,
  );
  const out = new Set(inRange.filter((_, k) => flags[k]));
  return sweeps.map((sweep) => (out.has(sweep) ? { ...sweep, role: "held-out" } : sweep));
}

function chooseSweeps(recording: Recording, numbers: readonly number[] | undefined): readonly Sweep[] {
  if (!numbers) return recording.sweeps;
  return numbers.map((number) => {
    const sweep = recording.sweeps.find(({ index }) => index === number);
    if (sweep) return sweep;
    throw new InputError({
      code: "no-such-sweep",
      where: "--sweeps",
      what: "the recording has no such sweep",
      got: String(number),
      expected: `1 to ${recording.sweeps.length}`,
    });
  });
}
