import { InputError } from "../../errors.ts";

/** What a table of recovery needs to know of a parameter. */
export interface RecoveredParameter {
  readonly name: string;
  readonly unit: string;
  readonly scale: "linear" | "log";
}

export interface ParameterRecovery extends RecoveredParameter {
  /** Coefficient of determination in the parameter's unit. */
  readonly r2: number;
  /** Mean squared error, unit squared. */
  readonly mse: number;
  /** The same of natural logarithms where the declared scale is logarithmic; else equal to `r2` and `mse`. */
  readonly r2InScale: number;
  readonly mseInScale: number;
}

export interface Recovery {
  readonly cells: number;
  readonly parameters: readonly ParameterRecovery[];
  /** Means over parameters. */
  readonly meanR2: number;
  readonly meanR2InScale: number;
}

/**
 * How well known parameters are found again: for each, R2 = 1 - sum (estimate - truth)² / sum (truth - mean truth)², and the
 * mean squared error. 1: perfect; 0: no better than the mean of the test cells; below 0: worse than that.
 *
 * @param truths [nCells][nParameters], in the parameters' units
 * @param estimates the same shape; the posterior mean in the declared scale is the estimate with the best R2 there
 * @throws InputError `bad-estimates` for shapes that differ or a logarithmic parameter that is not positive
 *
 * R2 depends on the spread of the test cells: compare it only between tests over the same prior.
 */
export function recovery(
  parameters: readonly RecoveredParameter[],
  truths: readonly ArrayLike<number>[],
  estimates: readonly ArrayLike<number>[],
): Recovery {
  requireSameShape(parameters.length, truths, estimates);
  const rows = parameters.map((parameter, column): ParameterRecovery => {
    const truth = truths.map((row) => row[column]);
    const estimate = estimates.map((row) => row[column]);
    const natural = agreement(truth, estimate);
    if (parameter.scale === "linear")
      return { ...parameter, ...natural, r2InScale: natural.r2, mseInScale: natural.mse };
    const inScale = agreement(logarithms(parameter, truth), logarithms(parameter, estimate));
    return { ...parameter, ...natural, r2InScale: inScale.r2, mseInScale: inScale.mse };
  });
  return {
    cells: truths.length,
    parameters: rows,
    meanR2: mean(rows.map(({ r2 }) => r2)),
    meanR2InScale: mean(rows.map(({ r2InScale }) => r2InScale)),
  };
}

function agreement(truth: readonly number[], estimate: readonly number[]): { r2: number; mse: number } {
  const centre = mean(truth);
  const residual = truth.reduce((sum, value, k) => sum + (estimate[k] - value) ** 2, 0);
  const total = truth.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return { r2: 1 - residual / total, mse: residual / truth.length };
}

function logarithms({ name, unit }: RecoveredParameter, values: readonly number[]): number[] {
  return values.map((value) => {
    if (value > 0) return Math.log(value);
    throw badEstimates(name, `${value} ${unit}`, "a positive number: its scale is logarithmic");
  });
}

function requireSameShape(
  width: number,
  truths: readonly ArrayLike<number>[],
  estimates: readonly ArrayLike<number>[],
): void {
  const wrong = [...truths, ...estimates].find((row) => row.length !== width);
  if (wrong) throw badEstimates("a cell", `${wrong.length} values`, `${width} values`);
  if (truths.length === estimates.length && truths.length > 1) return;
  throw badEstimates(
    "cells",
    `${truths.length} truths, ${estimates.length} estimates`,
    "as many of each, at least 2",
  );
}

function badEstimates(where: string, got: string, expected: string): InputError {
  return new InputError({
    code: "bad-estimates",
    where,
    what: "estimates cannot be compared with the truth",
    got,
    expected,
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
