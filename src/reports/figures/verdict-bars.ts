import * as Plot from "@observablehq/plot";
import { type DoseResult, type Trial, VERDICT_LABELS, type VerdictLabel } from "../../trials/trial.ts";
import { dose, isNumber, percent } from "../format.ts";
import { dosesInOrder, VERDICT_NAMES } from "../words.ts";
import type { Figure } from "./figure.ts";
import { VERDICT_COLOURS } from "./palette.ts";
import { axisX, axisY, draw } from "./svg.ts";

interface Segment {
  readonly row: string;
  readonly label: VerdictLabel;
  readonly from: number;
  readonly to: number;
}

/** Narrower segments than this share of the bar carry no number: it would not fit. */
const LABELLED_FROM = 0.07;

/** The probability of every verdict at every dose as stacked bars; null without doses. */
export function verdictBars(trial: Trial): Figure | null {
  const doses = dosesInOrder(trial);
  if (doses.length === 0) return null;
  const segments = doses.flatMap(stack);
  const used = VERDICT_LABELS.filter((label) => segments.some((s) => s.label === label));
  return {
    title: "Probability of each verdict",
    caption: `Share of ${trial.clones} clones with each verdict. The spread is over clones that fit the recording about equally well; it does not contain what the model or the drug library leave out.`,
    legend: used.map((label) => ({
      shape: "area",
      colour: VERDICT_COLOURS[label].fill,
      text: VERDICT_NAMES[label],
    })),
    panels: [{ title: `${trial.drug.name}, by dose`, svg: bars(trial, doses, segments) }],
    size: "halves",
  };
}

function stack(at: DoseResult): Segment[] {
  let from = 0;
  return VERDICT_LABELS.flatMap((label) => {
    const share = at.verdict.all[label];
    if (!isNumber(share) || share <= 0) return [];
    const segment = { row: dose(at.dose_uM), label, from, to: from + share };
    from = segment.to;
    return [segment];
  });
}

function bars(trial: Trial, doses: readonly DoseResult[], segments: readonly Segment[]) {
  const rows = [...new Set(doses.map((d) => dose(d.dose_uM)))];
  const units = [...new Set(rows.map((row) => row.split(" ")[1]))];
  return draw(describe(trial, doses), {
    width: 440,
    height: 66 + 30 * rows.length,
    marginLeft: 62,
    marginRight: 16,
    marginTop: 26,
    marginBottom: 40,
    x: { domain: [0, 1] },
    y: { domain: rows, type: "band", padding: 0.18 },
    marks: [
      Plot.barX(segments, {
        y: "row",
        x1: "from",
        x2: "to",
        fill: (s: Segment) => VERDICT_COLOURS[s.label].fill,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      Plot.text(
        segments.filter((s) => s.to - s.from >= LABELLED_FROM),
        {
          y: "row",
          x: (s: Segment) => (s.from + s.to) / 2,
          text: (s: Segment) => percent(s.to - s.from),
          fill: (s: Segment) => VERDICT_COLOURS[s.label].text,
        },
      ),
      axisY(`Dose (${units.join(", ")})`, { labelAnchor: "top" }),
      axisX("Share of clones (%)", { tickFormat: (v: number) => String(Math.round(100 * v)) }),
    ],
  });
}

function describe(trial: Trial, doses: readonly DoseResult[]): string {
  const words = doses.map((d) => {
    const shares = stack(d).map((s) => `${VERDICT_NAMES[s.label]} ${percent(s.to - s.from)}`);
    return `${dose(d.dose_uM)}: ${shares.join(", ")}`;
  });
  return `Share of clones (%) with each verdict by dose of ${trial.drug.name}. ${words.join("; ")}.`;
}
