import { median } from "../../features/statistics.ts";
import { RandomStream } from "../../random.ts";
import {
  type Coverage,
  centralCoverage,
  rankCalibration,
  recovery,
  type TarpCurve,
  tarpCurve,
  type UniformityTest,
} from "../calibration/index.ts";
import { fromUnit, type Prior } from "../world/index.ts";
import { type ChunkResult, columnsOfAll } from "./chunk.ts";
import { type Columns, rowsOf } from "./columns.ts";

type ByParameter<T> = Readonly<Record<string, T>>;

/** One row of the table by one method. */
export interface RowSummary {
  readonly cells: number;
  /** Cells without an answer; they are in no other number. */
  readonly failed: number;
  /** Of the posterior mean in the coordinates of the prior's box. */
  readonly r2: ByParameter<number>;
  readonly r2Mean: number;
  /** Of the posterior mean, in the parameter's unit squared. */
  readonly mse: ByParameter<number>;
  readonly coverage: ByParameter<readonly Coverage[]>;
  /** `p` after Holm's correction over all parameters of the row. */
  readonly sbc: ByParameter<UniformityTest & { readonly p: number }>;
  readonly tarp: TarpCurve;
  /** Share of cells for which a parameter is reported as unknown, and R2 over the others (null below 20 of them). */
  readonly unknown: ByParameter<{ readonly share: number; readonly r2OfKnown: number | null }>;
  /** From recording to posterior, measured with all threads busy. */
  readonly median_ms: number;
  readonly refinement?: Refinement;
}

/** What only refined rows have. */
export interface Refinement {
  readonly r2OfMode: ByParameter<number>;
  readonly medianEffectiveSamples: number;
  /** Share of cells whose draws rest on fewer than 30 effective ones. */
  readonly thin: number;
  readonly notConverged: number;
}

const THIN = 30;
const FEWEST_KNOWN = 20;

/** Null where fewer than two cells have an answer. */
export function summarise(prior: Prior, parts: readonly ChunkResult[]): RowSummary | null {
  const columns = columnsOfAll(parts);
  const width = prior.parameters.length;
  const truth = rowsOf(columns.truth, width);
  const mean = rowsOf(columns.mean, width);
  if (truth.length < 2) return null;
  const r2 = r2Of(prior, truth, mean);
  return {
    cells: truth.length,
    failed: parts.reduce((sum, { failures }) => sum + failures.length, 0),
    r2,
    r2Mean: average(Object.values(r2)),
    mse: mseOf(prior, truth, mean),
    ...calibrationOf(prior, columns),
    unknown: unknownOf(prior, columns, truth, mean),
    median_ms: median(columns.ms ?? []) ?? Number.NaN,
    ...(columns.mode && { refinement: refinementOf(prior, columns, truth) }),
  };
}

function r2Of(
  prior: Prior,
  truth: readonly ArrayLike<number>[],
  estimate: readonly ArrayLike<number>[],
): Record<string, number> {
  const coordinates = prior.parameters.map(({ name }) => ({ name, unit: "1", scale: "linear" }) as const);
  const { parameters } = recovery(coordinates, truth, estimate);
  return Object.fromEntries(parameters.map(({ name, r2 }) => [name, r2]));
}

function mseOf(prior: Prior, truth: readonly Float32Array[], estimate: readonly Float32Array[]) {
  const units = prior.parameters.map(({ name, unit }) => ({ name, unit, scale: "linear" }) as const);
  const values = (rows: readonly Float32Array[]) => rows.map((unit) => fromUnit(prior, unit));
  const { parameters } = recovery(units, values(truth), values(estimate));
  return Object.fromEntries(parameters.map(({ name, mse }) => [name, mse]));
}

function calibrationOf(prior: Prior, columns: Columns): Pick<RowSummary, "coverage" | "sbc" | "tarp"> {
  const names = prior.parameters.map(({ name }) => name);
  const ranks = rowsOf(columns.rank, names.length);
  const { tests, p } = rankCalibration(ranks);
  return {
    coverage: Object.fromEntries(names.map((name, k) => [name, centralCoverage(ranks.map((row) => row[k]))])),
    sbc: Object.fromEntries(names.map((name, k) => [name, { ...tests[k], p: p[k] }])),
    tarp: tarpCurve(columns.tarp ?? [], RandomStream.fromSeed(1)),
  };
}

function unknownOf(
  prior: Prior,
  columns: Columns,
  truth: readonly Float32Array[],
  mean: readonly Float32Array[],
): RowSummary["unknown"] {
  const flags = rowsOf(columns.unknown, prior.parameters.length);
  return Object.fromEntries(
    prior.parameters.map(({ name }, k) => {
      const known = flags.flatMap((row, cell) => (row[k] === 0 ? [cell] : []));
      const of = (rows: readonly Float32Array[]) => known.map((cell) => rows[cell]);
      const r2OfKnown = known.length < FEWEST_KNOWN ? null : r2Of(prior, of(truth), of(mean))[name];
      return [name, { share: 1 - known.length / flags.length, r2OfKnown }];
    }),
  );
}

function refinementOf(
  prior: Prior,
  { mode, effective = new Float32Array(), converged = new Float32Array() }: Columns,
  truth: readonly Float32Array[],
): Refinement {
  return {
    r2OfMode: r2Of(prior, truth, rowsOf(mode, prior.parameters.length)),
    medianEffectiveSamples: median(effective) ?? Number.NaN,
    thin: average(Array.from(effective, (count) => (count < THIN ? 1 : 0))),
    notConverged: 1 - average(Array.from(converged)),
  };
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
