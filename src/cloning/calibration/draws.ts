import { InputError } from "../../errors.ts";

/** One test cell: what it was made of, and what the posterior says it might be. */
export interface CellDraws {
  /** [nParameters] */
  readonly truth: ArrayLike<number>;
  /** Independent draws from the posterior, [nSamples, nParameters], one sample after the other. */
  readonly samples: ArrayLike<number>;
}

/** How many samples a cell has. Throws InputError `bad-draws` where samples and truth do not fit each other. */
export function sampleCount({ truth, samples }: CellDraws): number {
  const count = samples.length / truth.length;
  if (truth.length > 0 && count > 0 && Number.isInteger(count)) return count;
  throw new InputError({
    code: "bad-draws",
    where: "samples",
    what: "samples are not whole rows of the parameters",
    got: `${samples.length} numbers for ${truth.length} parameter(s)`,
    expected: "samples x parameters numbers, at least one row",
  });
}
