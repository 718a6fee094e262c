import { InputError } from "../errors.ts";
import type { Sweep } from "../recordings/recording.ts";
import { cellBlock_pA, type DescribedSweep, describeSweeps, type MeasuredRecording } from "./family.ts";
import { type HoldOut, heldOut } from "./holdOut.ts";
import type { SweepRole } from "./twin.ts";

export interface RoledSweep extends DescribedSweep {
  readonly role: SweepRole;
}

/** A sweep by its number in its recording. */
export interface SweepChoice {
  /** Which recording, from 1; missing: this number of every recording. */
  readonly file?: number;
  readonly sweep: number;
}

export interface RoleChoice {
  /** Every how many-th usable sweep is held out, or the strongest third of them, counted over all recordings; 0: none. */
  readonly holdOut: HoldOut;
  /** The sweeps to use; missing: all. */
  readonly sweeps?: readonly SweepChoice[];
  /** Whether sweeps past depolarisation block are trained on and held out like all others. */
  readonly trainBlock?: boolean;
}

/**
 * Says what each sweep of all recordings of the cell is for. Sweeps past depolarisation block (the lowest current that a recording
 * shows it at) are neither trained on nor scored, unless asked for; of the rest every `holdOut`-th is held out, in the order of the
 * recordings and of the sweeps in them, or the strongest third, as long as at least two remain to train on.
 * Throws InputError for sweeps that are not there, recordings of which none is used, and where nothing that fires is left to train on.
 */
export function assignRoles(measured: readonly MeasuredRecording[], choice: RoleChoice): RoledSweep[] {
  const block_pA = choice.trainBlock ? null : cellBlock_pA(measured);
  const chosen = measured.flatMap((one) => {
    const sweeps = chooseSweeps(one, measured, choice.sweeps);
    return describeSweeps(one).filter(({ sweep }) => sweeps.has(sweep));
  });
  const usable = chosen.map((sweep): RoledSweep => {
    const beyond = block_pA !== null && sweep.amplitude_pA > block_pA;
    return { ...sweep, role: beyond ? "beyond-range" : "trained" };
  });
  const roled = withHeldOut(usable, choice.holdOut);
  if (!roled.some(({ role, recordedSpikes }) => role === "trained" && recordedSpikes > 0)) {
    throw new InputError({
      code: "no-spikes",
      where: measured.map(({ recording }) => recording.name).join(", "),
      what: "no sweep that can be trained on has a spike, so the excitability of this cell cannot be cloned",
      got: `${roled.length} sweep(s), none of the trained ones fires`,
      expected: "current steps of which some make the cell fire",
      next: "Look at the sweeps with `patchtwin features`, or choose others with --sweeps or --hold-out 0.",
    });
  }
  return roled;
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

/** The sweeps of one recording that are used. */
function chooseSweeps(
  { recording, file }: MeasuredRecording,
  all: readonly MeasuredRecording[],
  choices: readonly SweepChoice[] | undefined,
): ReadonlySet<Sweep> {
  if (!choices) return new Set(recording.sweeps);
  for (const { file: number = 1 } of choices) if (number > all.length) throw noSuchFile(number, all.length);
  const here = choices.filter((choice) => (choice.file ?? file) === file);
  if (here.length === 0) throw unused(recording.name, file);
  return new Set(
    here.map((choice) => {
      const sweep = recording.sweeps.find(({ index }) => index === choice.sweep);
      if (sweep) return sweep;
      throw noSuchSweep(choice, recording.name, recording.sweeps.length, all.length);
    }),
  );
}

function noSuchFile(number: number, files: number): InputError {
  return new InputError({
    code: "no-such-file",
    where: "--sweeps",
    what: "a sweep is named of a file that was not given",
    got: `file ${number}`,
    expected: files === 1 ? "1: there is one file" : `1 to ${files}, in the order of the files`,
  });
}

function noSuchSweep({ sweep }: SweepChoice, name: string, sweeps: number, files: number): InputError {
  return new InputError({
    code: "no-such-sweep",
    where: "--sweeps",
    what: `${files === 1 ? "the recording" : name} has no such sweep`,
    got: String(sweep),
    expected: `1 to ${sweeps}`,
    ...(files > 1 && {
      next: "A number alone means this sweep of every file; FILE:SWEEP, such as 2:1, a sweep of one.",
    }),
  });
}

function unused(name: string, file: number | undefined): InputError {
  return new InputError({
    code: "unused-recording",
    where: "--sweeps",
    what: `${name} is given, but none of its sweeps is chosen`,
    expected: `at least one sweep of every file, e.g. ${file}:1`,
    next: "Name a sweep of it, or leave the file out.",
  });
}
