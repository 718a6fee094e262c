import pc from "picocolors";
import type { Twin } from "../cloning/twin.ts";
import type { DoseResult, FeatureChange, Trial, VerdictLabel } from "../trials/trial.ts";
import { AMPLITUDE, findFeature, HALF_WIDTH, RATE, THRESHOLD } from "./features.ts";
import { dose, inUnit, isNumber, percent, prettyUnit } from "./format.ts";
import type { ReportInput } from "./input.ts";
import {
  currentRangeSentence,
  dosesInOrder,
  fileName,
  heldOutComparison,
  heldOutSentence,
  identificationSentence,
  networkSentence,
  RESEARCH_LINE,
  rangeSentence,
  scoreWords,
  tradeOffSentences,
  VERDICT_NAMES,
  verdictSentence,
} from "./words.ts";

export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns of the terminal; no line is longer. */
  readonly width: number;
}

type Colours = ReturnType<typeof pc.createColors>;

const LABEL_WIDTH = 10;

/**
 * The result in a few lines for a terminal: cell, fit, dose table, verdict. ASCII apart from µ; control characters of
 * file names are shown as `?`, so that a file name cannot steer the terminal.
 */
export function renderTerminal({ twin, trial }: ReportInput, { colour, width }: TerminalOptions): string {
  const paint = pc.createColors(colour);
  const columns = Math.max(24, Math.floor(width));
  const lines = [
    ...cloneLines(twin, paint, columns),
    ...(trial ? ["", ...trialLines(trial, paint, columns)] : []),
    ...wrap(ascii(RESEARCH_LINE), columns).map(paint.dim),
  ];
  return `${lines.join("\n")}\n`;
}

function cloneLines(twin: Twin, paint: Colours, width: number): string[] {
  const { fit, range } = twin;
  const state = range.inRange ? paint.green : paint.red;
  return [
    ...field("Cell", fileName(twin.provenance.file), width, paint, paint.bold),
    ...field("Measured", measured(twin), width, paint),
    ...field(
      "Clone",
      `${twin.model}, ${twin.posterior.samples.length} clones; ${scoreWords(fit.trained)}`,
      width,
      paint,
    ),
    ...heldOutLines(twin, paint, width),
    ...field("Range", `${rangeSentence(twin)}. ${currentRangeSentence(twin)}`, width, paint, state),
    ...range.reasons.flatMap((reason) => field("", reason, width, paint)),
    ...networkLines(twin, paint, width),
    ...field("Known", identificationSentence(twin), width, paint),
    ...tradeOffSentences(twin).flatMap((sentence) => field("", sentence, width, paint)),
  ];
}

function networkLines(twin: Twin, paint: Colours, width: number): string[] {
  const sentence = networkSentence(twin);
  return sentence === null ? [] : field("Network", sentence, width, paint);
}

function heldOutLines(twin: Twin, paint: Colours, width: number): string[] {
  const { heldOut } = twin.fit;
  if (heldOut.sweeps === 0) return field("Held out", heldOutSentence(twin), width, paint);
  const clone = `clone: ${scoreWords(heldOut)}`;
  const neighbours = `interpolation of neighbours: ${scoreWords(heldOut.interpolation)}`;
  return [
    ...field("Held out", clone, width, paint),
    ...field("", `${neighbours}. ${heldOutComparison(twin)}`, width, paint),
  ];
}

function measured(twin: Twin): string {
  const m = twin.measured;
  const facts: [string, number | null, string][] = [
    ["rest", m.restingPotential_mV, "mV"],
    ["Rin", m.inputResistance_MOhm, "MOhm"],
    ["tau", m.tau_ms, "ms"],
    ["rheobase", m.rheobase_pA, "pA"],
    ["threshold", m.spikeThreshold_mV, "mV"],
    ["amplitude", m.spikeAmplitude_mV, "mV"],
    ["half-width", m.spikeHalfWidth_ms, "ms"],
  ];
  return facts
    .map(([name, value, unit]) => `${name} ${isNumber(value) ? `${inUnit(value, unit)} ${unit}` : "n/a"}`)
    .join(", ");
}

function trialLines(trial: Trial, paint: Colours, width: number): string[] {
  const warnings = trial.drug.warnings.flatMap((w) => field("Warning", w, width, paint, paint.yellow));
  return [
    ...field("Drug", `${trial.drug.name}, ${trial.drug.class}`, width, paint, paint.bold),
    ...field(
      "Protocol",
      `${trial.protocol.name}; ${trial.clones} clones, medians before -> after`,
      width,
      paint,
    ),
    ...doseTable(trial, paint, width),
    ...warnings,
    ...field("Verdict", verdictSentence(trial), width, paint, paint.bold),
  ];
}

interface Column {
  readonly header: string;
  readonly cells: readonly string[];
  readonly align: "left" | "right";
}

/** The dose table; on narrow terminals half-width, amplitude and threshold give way, in this order. */
function doseTable(trial: Trial, paint: Colours, width: number): string[] {
  const doses = dosesInOrder(trial);
  if (doses.length === 0) return [];
  const optional = [
    featureColumn("threshold", THRESHOLD, doses),
    featureColumn("amplitude", AMPLITUDE, doses),
    featureColumn("half-width", HALF_WIDTH, doses),
  ].filter((column) => column !== null);
  const layout = () => [...always.slice(0, -1), ...optional, ...always.slice(-1)];
  const always = [doseColumn(doses), featureColumn("rate", RATE, doses), verdictColumn(doses)].filter(
    (c) => c !== null,
  );
  while (optional.length > 0 && tableWidth(layout()) > width) optional.pop();
  const columns = layout();
  const row = (k: number) =>
    paintVerdict(
      tableRow(columns, (c) => c.cells[k], width),
      doses[k].verdict.label,
      paint,
    );
  return [paint.dim(tableRow(columns, (c) => c.header, width)), ...doses.map((_, k) => row(k))];
}

function doseColumn(doses: readonly DoseResult[]): Column {
  return { header: "dose", cells: doses.map((d) => dose(d.dose_uM)), align: "right" };
}

function verdictColumn(doses: readonly DoseResult[]): Column {
  const words = (d: DoseResult) => `${VERDICT_NAMES[d.verdict.label]} ${percent(d.verdict.probability)}`;
  return { header: "verdict, clones that agree", cells: doses.map(words), align: "left" };
}

function featureColumn(name: string, key: typeof RATE, doses: readonly DoseResult[]): Column | null {
  const changes = doses.map((d) => findFeature(d.features, key));
  const unit = changes.find((c) => c !== undefined)?.unit;
  if (unit === undefined) return null;
  return { header: `${name} (${prettyUnit(unit)})`, cells: changes.map(changeText), align: "right" };
}

function changeText(change: FeatureChange | undefined): string {
  const text = (value: number | null) =>
    change && isNumber(value) ? ascii(inUnit(value, change.unit)) : "n/a";
  return change ? `${text(change.before)} -> ${text(change.after)}` : "n/a";
}

function columnWidth(column: Column): number {
  return Math.max(...[column.header, ...column.cells].map(textLength));
}

function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column) + 2, -2);
}

function tableRow(columns: readonly Column[], cell: (column: Column) => string, width: number): string {
  const cells = columns.map((column) => {
    const blank = " ".repeat(columnWidth(column) - textLength(cell(column)));
    return column.align === "right" ? blank + cell(column) : cell(column) + blank;
  });
  return clip(ascii(cells.join("  ")).trimEnd(), width);
}

function paintVerdict(line: string, label: VerdictLabel, paint: Colours): string {
  switch (label) {
    case "no-effect":
      return line;
    case "excited":
      return paint.yellow(line);
    case "inhibited":
      return paint.cyan(line);
    case "silenced":
      return paint.blue(line);
    case "depolarisation-block":
      return paint.red(line);
    case "mixed":
      return paint.magenta(line);
    default:
      return label satisfies never;
  }
}

/** `Name      text`, wrapped under the text. */
function field(
  name: string,
  text: string,
  width: number,
  paint: Colours,
  style: (line: string) => string = (line) => line,
): string[] {
  const indent = width >= 50 ? LABEL_WIDTH : 2;
  const body = wrap(ascii(text), width - indent).map((line) => " ".repeat(indent) + style(line));
  if (name === "") return body;
  if (indent < LABEL_WIDTH) return [paint.dim(name), ...body];
  return [paint.dim(name.padEnd(indent)) + body[0].slice(indent), ...body.slice(1)];
}

/** Lines of at most `width` characters, broken between words; a longer word is broken inside. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((w) => pieces(w, width))) {
    if (line !== "" && textLength(line) + 1 + textLength(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const letters = [...word];
  const parts = Math.max(1, Math.ceil(letters.length / width));
  return Array.from({ length: parts }, (_, k) => letters.slice(k * width, (k + 1) * width).join(""));
}

function clip(line: string, width: number): string {
  const letters = [...line];
  return letters.length <= width ? line : `${letters.slice(0, width - 3).join("")}...`;
}

function textLength(text: string): number {
  return [...text].length;
}

/** Typographic signs as ASCII, control characters as `?`. */
function ascii(text: string): string {
  return text
    .replace(/[−–]/g, "-")
    .replace(/→/g, "->")
    .replace(/×/g, "x")
    .replace(/[\u202f\u2009\u00a0]/g, " ")
    .replace(/\s+/g, (space) => (/[^ ]/.test(space) ? " " : space))
    .replace(/\p{Cc}/gu, "?");
}
