/** From the numbers in a header, of either version, to the table that an output plays. */
import type { Doubt } from "../../content.ts";
import type { EpochShape } from "./epoch-shapes.ts";
import { constant, type Epoch, type EpochTable, type PerSweep, stepping } from "./epochs.ts";
import {
  describeParameter,
  epochNumber,
  perSweep,
  type UnreadableList,
  type UserList,
} from "./user-lists.ts";

/** An epoch as it is stored. */
export interface StoredEpoch {
  /** 0 for epoch A. */
  readonly number: number;
  readonly type: number;
  /** Of a type that the version of the format does not know: none. */
  readonly shape: EpochShape | undefined;
  readonly firstLevel: number;
  readonly deltaLevel: number;
  readonly firstDuration_samples: number;
  readonly deltaDuration_samples: number;
  readonly pulsePeriod_samples: number;
  readonly pulseWidth_samples: number;
}

/** What the header says of one output. */
export interface StoredDac {
  readonly number: number;
  /** 0 nothing, 1 the epoch table, 2 a stimulus file. */
  readonly source: number;
  readonly epochs: readonly StoredEpoch[];
  readonly holding: number;
  readonly keepsLastLevel: boolean;
  /** Pulses before every sweep, which are not recorded; the level that they leave when its duration is not 0. */
  readonly conditioning?: { readonly postDuration: number; readonly postLevel: number };
  /** Pulses of a leak subtraction; 0 for none. */
  readonly leakPulses: number;
  /** Name without folders; may be empty. */
  readonly stimulusFile: string;
}

/** What the header says of all outputs together. */
export interface SharedProtocol {
  readonly lists: readonly (UserList | UnreadableList)[];
  readonly alternates: boolean;
}

export interface PlayedTable {
  readonly table: EpochTable;
  readonly doubt?: Doubt;
  readonly notes: readonly string[];
}

export function playedTable(stored: StoredDac, shared: SharedProtocol): PlayedTable {
  const used = stored.epochs.filter(({ type }) => type !== 0);
  const own = ownLists(stored.number, shared);
  const doubt = doubtOf(stored, used, shared);
  const levelAfterTrain = stored.conditioning && afterTrain(stored.conditioning, stored.holding, own);
  const table: EpochTable = {
    epochs: used.flatMap((epoch) => (epoch.shape ? [listedEpoch(epoch, epoch.shape, own)] : [])),
    holding: holdingOf(stored, shared),
    keepsLastLevel: stored.keepsLastLevel,
    ...(levelAfterTrain && { levelAfterTrain }),
    ...(shared.alternates && stored.number < 2 && { plays: (sweep) => sweep % 2 === stored.number }),
  };
  return { table, ...(doubt && { doubt }), notes: notesOf(stored, shared, own) };
}

function isRead(list: UserList | UnreadableList): list is UserList {
  return list.parameter !== undefined;
}

function ownLists(dac: number, { lists }: SharedProtocol): UserList[] {
  return lists.filter(isRead).filter((list) => list.dac === dac);
}

function listedEpoch(epoch: StoredEpoch, shape: EpochShape, lists: readonly UserList[]): Epoch {
  const { number, firstLevel, deltaLevel, firstDuration_samples, deltaDuration_samples } = epoch;
  return {
    shape,
    level: epochNumber(lists, "level", number, stepping(firstLevel, deltaLevel)),
    duration_samples: epochNumber(
      lists,
      "duration",
      number,
      stepping(firstDuration_samples, deltaDuration_samples),
    ),
    pulsePeriod_samples: epochNumber(lists, "period", number, constant(epoch.pulsePeriod_samples)),
    pulseWidth_samples: epochNumber(lists, "width", number, constant(epoch.pulseWidth_samples)),
  };
}

/** The first two outputs can vary each other's holding level by their lists. */
function holdingOf({ number, holding }: StoredDac, { lists }: SharedProtocol): PerSweep {
  const list = lists
    .filter(isRead)
    .find(({ dac, parameter }) => parameter.of === "other-holding" && number < 2 && dac === 1 - number);
  return list ? perSweep(list) : constant(holding);
}

function afterTrain(
  { postDuration, postLevel }: NonNullable<StoredDac["conditioning"]>,
  holding: number,
  lists: readonly UserList[],
): PerSweep {
  const find = (of: "post-train-duration" | "post-train-level") =>
    lists.find(({ parameter }) => parameter.of === of);
  const [durations, levels] = [find("post-train-duration"), find("post-train-level")];
  const duration = durations ? perSweep(durations) : constant(postDuration);
  const level = levels ? perSweep(levels) : constant(postLevel);
  return (sweep) => (duration(sweep) > 0 ? level(sweep) : holding);
}

const unsupported = (what: string): Doubt => ({ code: "unsupported", what });

function doubtOf(
  { source, number, stimulusFile }: StoredDac,
  used: readonly StoredEpoch[],
  { lists }: SharedProtocol,
): Doubt | undefined {
  if (source === 2) {
    const name = stimulusFile ? `the stimulus file "${stimulusFile}"` : "a stimulus file";
    return {
      code: "stimulus-file",
      what: `the command came from ${name}, which is not part of the recording`,
    };
  }
  const strange = used.find(({ shape }) => shape === undefined);
  if (strange)
    return unsupported(`the epoch table has an epoch of type ${strange.type}, which is not known here`);
  if (lists.some((list) => list.dac === number && !isRead(list)))
    return unsupported("the command was changed from sweep to sweep by a user list that cannot be read");
  return undefined;
}

function notesOf(
  { conditioning, leakPulses, number }: StoredDac,
  { alternates }: SharedProtocol,
  lists: readonly UserList[],
): string[] {
  const varied = lists.flatMap(({ parameter }) => describeParameter(parameter) ?? []);
  return [
    ...(varied.length > 0 ? [`A user list varied ${varied.join(" and ")} from sweep to sweep.`] : []),
    ...(conditioning ? ["A conditioning train was played before every sweep; it was not recorded."] : []),
    ...(leakPulses > 0
      ? [
          `Leak subtraction with ${leakPulses} pulses was on: the samples may have been corrected by the acquisition program.`,
        ]
      : []),
    ...(alternates && number < 2
      ? [`DAC 0 and DAC 1 took turns: DAC ${number} played in every second sweep.`]
      : []),
  ];
}
