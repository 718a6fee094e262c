import { InputError } from "../../errors.ts";
import type { Drive, PopulationOptions } from "../population.ts";
import { arrivalName } from "./cellEquations.ts";
import type { CellRequest } from "./cellMemory.ts";

/**
 * Refuses what would be read past its end: waveforms shorter than the run (`steps`; left out where it is not known), arrays with
 * fewer values than cells, choices among waveforms that are not there, inputs that the model has not. Throws InputError.
 */
export function checkDrives(inputs: readonly string[], request: CellRequest, count: number, steps = 0): void {
  const own = inputs.filter((name) => name !== "i" && arrivalName(name) === undefined);
  for (const name of Object.keys(request.inputs ?? {}))
    if (!own.includes(name))
      throw badDrive("an input that the model has not", name, name, own.join(", ") || "none");
  checkEach("v0_mV", request.v0_mV, count);
  checkDrive("i", request.i, count, steps);
  for (const [name, drive] of Object.entries(request.inputs ?? {})) checkDrive(name, drive, count, steps);
}

/** The same for a run, and its numbers of steps. */
export function checkRun(inputs: readonly string[], request: PopulationOptions, count: number): void {
  const { steps, settle_steps = 0, recordEvery = 0 } = request;
  checkWhole("steps", steps, Number.MAX_SAFE_INTEGER);
  checkWhole("recordEvery", recordEvery, Number.MAX_SAFE_INTEGER);
  checkWhole("settle_steps", settle_steps, steps);
  checkDrives(inputs, request, count, steps);
}

function checkDrive(name: string, drive: Drive, count: number, steps: number): void {
  switch (drive.kind) {
    case "constant":
      checkEach(`${name}.value`, drive.value, count);
      break;
    case "noise":
      checkEach(`${name}.mean`, drive.mean, count);
      checkEach(`${name}.sd`, drive.sd, count);
      checkEach(`${name}.stream`, drive.stream, count);
      break;
    case "waveforms": {
      checkEach(`${name}.scale`, drive.scale, count);
      checkEach(`${name}.offset`, drive.offset, count);
      checkEach(`${name}.which`, drive.which, count);
      const { waveforms, which = [0] } = drive;
      const missing = Array.from(which)
        .slice(0, count)
        .find((index) => !waveforms[index]);
      if (missing !== undefined)
        throw badDrive(
          "a waveform that is not there",
          `${name}.which`,
          `${missing}`,
          `0 to ${waveforms.length - 1}`,
        );
      const ends = shortestWaveform({ i: drive });
      if (ends < steps)
        throw badDrive("a waveform that ends before the run", name, `${ends} values`, `${steps} or more`);
      break;
    }
    default:
      drive satisfies never;
  }
}

/** How many values the shortest of all waveforms has. */
export function shortestWaveform({ i, inputs = {} }: CellRequest): number {
  const lengths = [i, ...Object.values(inputs)].flatMap((drive) =>
    drive.kind === "waveforms" ? drive.waveforms.map(({ length }) => length) : [],
  );
  return lengths.reduce((shortest, length) => Math.min(shortest, length), Number.POSITIVE_INFINITY);
}

function checkEach(where: string, values: number | ArrayLike<number> | undefined, count: number): void {
  if (values === undefined || typeof values === "number" || values.length >= count) return;
  throw badDrive("fewer values than cells", where, `${values.length}`, `${count}`);
}

function checkWhole(where: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  const upTo = most < Number.MAX_SAFE_INTEGER ? ` up to ${most}` : "";
  throw badDrive("no number of steps", where, `${value}`, `a whole number${upTo}`);
}

function badDrive(what: string, where: string, got: string, expected: string): InputError {
  return new InputError({ code: "bad-drive", what, where, got, expected });
}
