import { type Posterior, posteriorOfInput } from "./amortised.ts";
import { toUnitInterval } from "./box.ts";
import type { TrainingCell } from "./drawInputs.ts";

/** How well a posterior knows cells that it was not trained on. */
export interface HeldOut {
  readonly cells: number;
  /** Coefficient of determination of the posterior mean, in the coordinates of the box, a parameter. */
  readonly r2: Readonly<Record<string, number>>;
  readonly r2Mean: number;
  /** Mean log density of the truth over the unit box, nats; 0 for the prior itself. */
  readonly coverage: Readonly<Record<"50" | "80" | "95", number>>;
}

const LEVELS = [50, 80, 95] as const;

/**
 * Judges a posterior on fresh cells: R2 of the mean, and how often central intervals hold the truth (mean over parameters).
 *
 * @param seen is told after each cell what part is done, and the cell's embedding.
 */
export async function judgeHeldOut(
  posterior: Posterior,
  cells: readonly TrainingCell[],
  seen: (done: number, embedding: Float32Array) => void = () => {},
): Promise<HeldOut> {
  const names = posterior.prior.parameters.map(({ name }) => name);
  const truth: Float64Array[] = [];
  const means: Float64Array[] = [];
  const inside = { "50": 0, "80": 0, "95": 0 };
  for (const [k, cell] of cells.entries()) {
    const { unit, embedding } = await posteriorOfInput(posterior, cell.input, { seed: k });
    truth.push(Float64Array.from(cell.truth, toUnitInterval));
    means.push(Float64Array.from(names, (_, p) => unit.reduce((sum, u) => sum + u[p], 0) / unit.length));
    names.forEach((_, p) => {
      const below = unit.filter((u) => u[p] < truth[k][p]).length / unit.length;
      for (const level of LEVELS) if (Math.abs(below - 0.5) <= level / 200) inside[level]++;
    });
    seen((k + 1) / cells.length, embedding);
  }
  const r2 = names.map((_, p) =>
    rSquared(
      truth.map((u) => u[p]),
      means.map((u) => u[p]),
    ),
  );
  const share = (level: (typeof LEVELS)[number]) => inside[level] / (cells.length * names.length);
  return {
    cells: cells.length,
    r2: Object.fromEntries(names.map((name, p) => [name, r2[p]])),
    r2Mean: r2.reduce((sum, value) => sum + value, 0) / r2.length,
    coverage: { "50": share(50), "80": share(80), "95": share(95) },
  };
}

/** 1 less the residual over the total sum of squares; negative where the mean of the truths would do better. */
function rSquared(truth: readonly number[], guess: readonly number[]): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const residual = truth.reduce((sum, value, k) => sum + (value - guess[k]) ** 2, 0);
  return 1 - residual / truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
