/** What a MATLAB file holds, without its tree: every array of numbers and every short text, under its path. */
import { InputError } from "../../../errors.ts";
import type { StoredNumbers } from "../numbers.ts";

export interface Numbers {
  readonly kind: "numbers";
  /** As one would write it in MATLAB: `Pars.sampleRate`, `sweep(3).Vm`, `data{2}`. */
  readonly path: string;
  /** At least two, the first runs fastest. */
  readonly sizes: readonly number[];
  readonly stored: StoredNumbers;
}

export interface Text {
  readonly kind: "text";
  readonly path: string;
  readonly text: string;
}

export type Variable = Numbers | Text;

/** More than anyone keeps in a recording; each takes some hundred bytes of memory. */
const MAX_VARIABLES = 100_000;

/** Collects variables up to a limit. */
export class Variables {
  readonly list: Variable[] = [];
  private seen = 0;
  private readonly fileName: string;

  constructor(fileName: string) {
    this.fileName = fileName;
  }

  /** Counts one more array of any kind. Throws InputError `unsupported` past the limit. */
  count(): void {
    this.seen++;
    if (this.seen <= MAX_VARIABLES) return;
    throw new InputError({
      code: "unsupported",
      what: "the file holds too many variables",
      where: this.fileName,
      got: `more than ${MAX_VARIABLES}`,
      expected: "the arrays of a recording",
      next: "Save the voltage, the current and the sampling rate as variables of their own: save('cell.mat', 'v_mV', 'i_pA', 'rate_Hz', '-v7').",
    });
  }

  add(variable: Variable): void {
    this.list.push(variable);
  }
}

export const pointsOf = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
