/** The generated part of docs/cloning.md. */
import { InputError } from "../../errors.ts";
import { evaluationFigures } from "./figures.ts";
import { goalsOf } from "./goals.ts";
import type { EvaluationResult } from "./result.ts";
import { type ResultTable, resultTables } from "./tables.ts";

/** Where and when the evaluation ran. */
export interface Circumstances {
  readonly command: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: string;
  /** Of the weights. */
  readonly sha256: string;
}

const ALT: Readonly<Record<string, string>> = {
  recovery: "Posterior mean against truth, a panel a parameter",
  coverage: "Coverage against level, a panel a parameter",
  ranks: "Histograms of ranks, a panel a parameter",
};

/** Markdown between the markers, and the figures that it shows by their path beside the page. */
export function evaluationPart(
  result: EvaluationResult,
  { command, date, versions, machine, sha256 }: Circumstances,
): { readonly markdown: string; readonly figures: Readonly<Record<string, string>> } {
  const { model } = result.prior;
  const figures = Object.fromEntries(
    Object.entries(evaluationFigures(result)).map(([name, svg]) => [`cloning/${model}-${name}.svg`, svg]),
  );
  const images = Object.keys(figures).map((path) => `![${ALT[figureName(path)]}](${path})`);
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const { cells, refined } = result.request;
  const counts = `${cells} cells a row${refined > 0 ? `, ${refined} of them refined` : ""}, seed ${result.seed}`;
  const parts = [
    `\`${command}\` (${date}; ${used.join(", ")}; ${machine}; weights ${sha256.slice(0, 12)}). ${counts}, ${result.samples} draws a cell.`,
    goalsText(result),
    ...resultTables(result).map(tableText),
    ...images,
  ];
  return { markdown: parts.join("\n\n"), figures };
}

const figureName = (path: string) => /-(\w+)\.svg$/.exec(path)![1];

function goalsText(result: EvaluationResult): string {
  const rows = goalsOf(result).map(({ text, found, met }) => [text, found, met ? "yes" : "**no**"]);
  return `#### Goals\n\n${markdownTable([["goal", "found", "met"], ...rows])}`;
}

const tableText = ({ title, note, rows }: ResultTable) =>
  `#### ${title}\n\n${note}\n\n${markdownTable(rows)}`;

function markdownTable([header, ...rows]: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [row(header), row(header.map((_, k) => (k === 0 ? "---" : "---:"))), ...rows.map(row)].join("\n");
}

/**
 * The page with a model's part between `<!-- evaluate MODEL -->` and `<!-- end MODEL -->` replaced; all else stays.
 *
 * @throws InputError `no-markers`
 */
export function withEvaluationPart(page: string, model: string, markdown: string, where: string): string {
  const [start, end] = [`<!-- evaluate ${model} -->`, `<!-- end ${model} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from >= 0 && to > from)
    return `${page.slice(0, from + start.length)}\n\n${markdown}\n\n${page.slice(to)}`;
  throw new InputError({
    code: "no-markers",
    where,
    what: `the page has no place for ${model}`,
    expected: `a line ${start} and below it a line ${end}`,
    next: "Add the two lines where the figures shall stand.",
  });
}
