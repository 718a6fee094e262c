/**
 * User lists: one parameter of the protocol takes the values of a list from sweep to sweep.
 *
 * The parameters are numbered in blocks of one number per possible epoch: 10 epochs up to pCLAMP 10, 50 since pCLAMP 11.
 * Level lists were checked against a recorded current (pCLAMP 11); the other numbers follow the maker's published header
 * (ABFHEADR.H) and were not met in a recording.
 */
import type { PerSweep } from "./epochs.ts";

/** What of an epoch a list can vary; `digital` does not reach the analog outputs. */
type EpochBlock = "digital" | "level" | "duration" | "period" | "width";

export type ListedParameter =
  | { readonly of: "epoch"; readonly block: EpochBlock; readonly epoch: number }
  | { readonly of: "post-train-duration" | "post-train-level" | "other-holding" }
  /** What is played between or before the sweeps, or on the digital outputs only. */
  | { readonly of: "nothing-recorded" };

export interface UserList {
  /** Number of the DAC that the list belongs to. */
  readonly dac: number;
  readonly parameter: ListedParameter;
  readonly values: readonly number[];
  /** Whether the list starts again after its end; otherwise its last value stays. */
  readonly repeats: boolean;
}

/** A list whose parameter or values are not known. */
export interface UnreadableList {
  readonly dac: number;
  readonly parameter: undefined;
}

const FIRST_BLOCK = 11;
const MAX_EPOCHS = 50;
const BLOCKS: readonly EpochBlock[] = ["digital", "level", "duration", "period", "width"];

/** The parameter by its number in the file; `undefined` when there is none of that number. */
export function listedParameter(number: number, epochsPerBlock: number): ListedParameter | undefined {
  if (number === 5) return { of: "post-train-duration" };
  if (number === 6) return { of: "post-train-level" };
  if (number === 8) return { of: "other-holding" };
  if (number >= 0 && number < FIRST_BLOCK) return { of: "nothing-recorded" };
  const block = BLOCKS[Math.floor((number - FIRST_BLOCK) / epochsPerBlock)];
  return block && { of: "epoch", block, epoch: (number - FIRST_BLOCK) % epochsPerBlock };
}

/** A list from its text; without values it cannot be read, unless what it varies leaves no trace anyway. */
export function userList(
  dac: number,
  parameter: ListedParameter | undefined,
  text: string,
  repeats: boolean,
): UserList | UnreadableList {
  const values = listedValues(text);
  if (parameter && (values || !describeParameter(parameter)))
    return { dac, parameter, values: values ?? [0], repeats };
  return { dac, parameter: undefined };
}

/** Values as they are typed, between commas or spaces; `undefined` when there is none or one is no number. */
function listedValues(text: string): number[] | undefined {
  const values = text.split(/[,\s]+/).filter((entry) => entry !== "");
  const numbers = values.map(Number);
  return numbers.length > 0 && numbers.every(Number.isFinite) ? numbers : undefined;
}

export function perSweep({ values, repeats }: UserList): PerSweep {
  return (sweep) => values[repeats ? sweep % values.length : Math.min(sweep, values.length - 1)];
}

/** The list's values where a list of that DAC varies this number of this epoch, else `plain`. */
export function epochNumber(
  lists: readonly UserList[],
  block: EpochBlock,
  epoch: number,
  plain: PerSweep,
): PerSweep {
  const list = lists.find(
    ({ parameter }) => parameter.of === "epoch" && parameter.block === block && parameter.epoch === epoch,
  );
  return list ? perSweep(list) : plain;
}

/** For the user: `the level of epoch B`; `undefined` for what leaves no trace in the recording. */
export function describeParameter(parameter: ListedParameter): string | undefined {
  switch (parameter.of) {
    case "epoch":
      return parameter.block === "digital"
        ? undefined
        : `the ${EPOCH_WORDS[parameter.block]} of epoch ${epochLetter(parameter.epoch)}`;
    case "other-holding":
      return "the holding level of the other output";
    case "post-train-duration":
    case "post-train-level":
      return "the level after the conditioning train";
    case "nothing-recorded":
      return undefined;
    default:
      return parameter satisfies never;
  }
}

const EPOCH_WORDS = {
  level: "level",
  duration: "duration",
  period: "train period",
  width: "pulse width",
} as const;

/** A to Z, then AA, BB, ... as the waveform editor shows them. */
export function epochLetter(epoch: number): string {
  if (!(epoch >= 0 && epoch < MAX_EPOCHS)) return `number ${epoch + 1}`;
  return String.fromCharCode(65 + (epoch % 26)).repeat(1 + Math.floor(epoch / 26));
}
