/** The numbers of an evaluation as tables of text, for a terminal and for a page alike. */
import {
  EVALUATION_ROWS,
  type Method,
  type Prior,
  PUBLISHED_MEAN_R2,
  PUBLISHED_R2,
  type RowSummary,
} from "../../cloning/index.ts";
import { type EvaluationResult, symbol } from "./result.ts";

export interface ResultTable {
  readonly title: string;
  readonly note: string;
  /** The header first; all rows are as long. */
  readonly rows: readonly (readonly string[])[];
}

/** More parameters than this stand below one another. */
const MOST_COLUMNS = 10;

export function resultTables(result: EvaluationResult): ResultTable[] {
  const { prior } = result;
  const unitOf = Object.fromEntries(prior.parameters.map(({ name, unit }) => [name, unit]));
  return [
    {
      title: "R2",
      note: `Of the posterior mean against the truth, in the coordinates of the prior's box (logarithms of ${logarithmic(prior)}). 1: perfect; 0: no better than the mean of all cells.`,
      rows: byParameter(result, symbol, ({ r2 }, name) => decimals(r2[name], 3), {
        header: "mean",
        of: ({ r2Mean }) => decimals(r2Mean, 3),
        ...(prior.model === "izhikevich" && { published: publishedRow(prior) }),
      }),
    },
    {
      title: "Mean squared error",
      note: "Of the same estimate, in the parameter's unit squared.",
      rows: byParameter(
        result,
        (name) => `${symbol(name)} (${squared(unitOf[name])})`,
        ({ mse }, name) => figures(mse[name]),
      ),
    },
    {
      title: "Truths inside the 50, 80 and 95 % intervals",
      note: "Central intervals, in per cent of the cells.",
      rows: byParameter(result, symbol, ({ coverage }, name) =>
        coverage[name].map(({ covered }) => (100 * covered).toFixed(0)).join(" / "),
      ),
    },
    {
      title: "Rank tests",
      note: "p of the test that the truth's rank among the draws is uniform, after Holm's correction over the parameters of the row; below 0.01 the posterior's widths are wrong. TARP: all parameters at once; area above 0: too wide, below: too narrow.",
      rows: byParameter(result, symbol, ({ sbc }, name) => pValue(sbc[name].p), {
        header: "TARP area, p",
        of: ({ tarp }) => `${decimals(tarp.areaToDiagonal, 3)}, ${pValue(tarp.test.pDistance)}`,
      }),
    },
    {
      title: "Reported as unknown",
      note: "Share of cells for which a parameter is not shown as known, because its posterior is at least half as wide as its prior; in brackets R2 over the other cells.",
      rows: byParameter(result, symbol, ({ unknown }, name) => {
        const { share, r2OfKnown } = unknown[name];
        const rest = share > 0 && r2OfKnown !== null ? ` (${decimals(r2OfKnown, 2)})` : "";
        return `${(100 * share).toFixed(0)} %${rest}`;
      }),
    },
    runTable(result),
    ...rangeTable(result),
  ];
}

const logarithmic = (prior: Prior) =>
  prior.parameters.flatMap(({ name, scale }) => (scale === "log" ? [symbol(name)] : [])).join(", ");

interface LastColumn {
  readonly header: string;
  readonly of: (summary: RowSummary) => string;
  readonly published?: readonly string[];
}

/** A line a row and method, a column a parameter; turned round where there are many parameters. */
function byParameter(
  result: EvaluationResult,
  header: (name: string) => string,
  cell: (summary: RowSummary, name: string) => string,
  last?: LastColumn,
): string[][] {
  const names = result.prior.parameters.map(({ name }) => name);
  const lines = summaries(result).map(({ title, summary }) => [
    title,
    ...names.map((name) => cell(summary, name)),
    ...(last ? [last.of(summary)] : []),
  ]);
  const rows = [
    ["", ...names.map(header), ...(last ? [last.header] : [])],
    ...(last?.published ? [[...last.published]] : []),
    ...lines,
  ];
  return names.length > MOST_COLUMNS ? rows[0].map((_, k) => rows.map((row) => row[k])) : rows;
}

function publishedRow(prior: Prior): string[] {
  const cells = prior.parameters.map(({ name }) => {
    const figure = PUBLISHED_R2[name];
    if (!figure) return "not given";
    return figure.low === figure.high
      ? decimals(figure.low, 2)
      : `${decimals(figure.low, 2)} to ${decimals(figure.high, 2)}`;
  });
  return ["published", ...cells, decimals(PUBLISHED_MEAN_R2, 2)];
}

interface TitledSummary {
  readonly title: string;
  readonly summary: RowSummary;
}

const SHOWN: readonly Method[] = ["amortised", "refined"];

function summaries({ rows }: EvaluationResult): TitledSummary[] {
  return EVALUATION_ROWS.flatMap(({ id, title }) =>
    SHOWN.flatMap((method) => {
      const summary = rows[id]?.[method];
      return summary ? [{ title: `${title}, ${method}`, summary }] : [];
    }),
  );
}

function runTable(result: EvaluationResult): ResultTable {
  const lines = summaries(result).map(({ title, summary }) => {
    const { cells, failed, median_ms, refinement } = summary;
    return [
      title,
      String(cells),
      String(failed),
      median_ms >= 1000 ? `${decimals(median_ms / 1000, 1)} s` : `${median_ms.toFixed(0)} ms`,
      refinement ? `${(100 * refinement.notConverged).toFixed(1)} %` : "",
      refinement ? refinement.medianEffectiveSamples.toFixed(0) : "",
      refinement ? `${(100 * refinement.thin).toFixed(1)} %` : "",
    ];
  });
  return {
    title: "Cells and time",
    note: `From recording to posterior, median, one thread a cell and all threads busy. On one thread with nothing beside it, ten sweeps of 1 s at 10 kHz to 1,000 samples by the network: ${decimals(result.clone_ms, 1)} ms. Draws: Kish's effective number that refined samples rest on.`,
    rows: [
      ["", "cells", "without answer", "time", "not converged", "effective draws", "fewer than 30"],
      ...lines,
    ],
  };
}

function rangeTable({ outOfRange }: EvaluationResult): ResultTable[] {
  if (!outOfRange) return [];
  const entries = [...Object.entries(outOfRange.kinds), ["all", outOfRange.all] as const];
  return [
    {
      title: "Out of range",
      note: "Area under the ROC curve of telling each kind of recording from cells of the training world, with its 95 % interval.",
      rows: [
        ["", "AUROC", "interval", "recordings"],
        ...entries.map(([kind, { auroc, low, high, positives }]) => [
          kind,
          decimals(auroc, 3),
          `${decimals(low, 3)} to ${decimals(high, 3)}`,
          String(positives),
        ]),
      ],
    },
  ];
}

const decimals = (value: number, places: number) => (Number.isFinite(value) ? value.toFixed(places) : "-");

const pValue = (p: number) => (p < 0.001 ? "< .001" : p.toFixed(3));

/** Three significant figures. */
function figures(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const rounded = Number(value.toPrecision(3));
  return rounded !== 0 && (Math.abs(rounded) < 1e-3 || Math.abs(rounded) >= 1e5)
    ? rounded.toExponential()
    : String(rounded);
}

const squared = (unit: string) => (/^[A-Za-z]+$/.test(unit) ? `${unit}²` : `(${unit})²`);
