import * as Plot from "@observablehq/plot";
import type { DoseResult, FiPoint, Trial } from "../../trials/trial.ts";
import { dose } from "../format.ts";
import { dosesInOrder, VERDICT_NAMES } from "../words.ts";
import type { Figure, Panel } from "./figure.ts";
import { AFTER, BEFORE } from "./palette.ts";
import { spreadOver } from "./spread-over.ts";
import { axisX, axisY, draw, extent, gridY } from "./svg.ts";

const AT_MOST = 6;

/** Spike rate against current before and at each dose, one panel a dose; null without curves. */
export function firingCurves(trial: Trial): Figure | null {
  const before = inOrder(trial.baseline.fi);
  const doses = dosesInOrder(trial).filter((d) => d.fi.length > 0);
  if (doses.length === 0) return null;
  const shown = spreadOver(doses, AT_MOST);
  const all = [...before, ...shown.flatMap((d) => d.fi)];
  const x = extent(
    all.map((p) => p.i_pA),
    0.03,
  );
  const [, top] = extent(all.flatMap((p) => [p.rate_Hz, p.high_Hz]));
  const left = doses.length > shown.length ? ` ${shown.length} of ${doses.length} doses are drawn.` : "";
  return {
    title: "Spike rate against current, before and with the drug",
    caption: `Median over ${trial.clones} clones with their 5–95 % range. All panels share the axes.${left}`,
    legend: [
      { shape: "dash", colour: BEFORE, text: "before" },
      { shape: "line", colour: AFTER, text: "with the drug" },
      { shape: "band", colour: AFTER, text: "5–95 % of clones" },
    ],
    panels: shown.map((d) => panel(trial, d, before, x, [0, Math.max(5, top * 1.06)])),
    size: "thirds",
  };
}

function panel(
  trial: Trial,
  at: DoseResult,
  before: readonly FiPoint[],
  x: [number, number],
  y: [number, number],
): Panel {
  const after = inOrder(at.fi);
  const label =
    `Spike rate (Hz) against injected current (pA) before and at ${dose(at.dose_uM)} ${trial.drug.name}: ` +
    `${VERDICT_NAMES[at.verdict.label]}.`;
  return {
    title: dose(at.dose_uM),
    tag: { text: VERDICT_NAMES[at.verdict.label], tone: "plain" },
    svg: draw(label, {
      width: 340,
      height: 220,
      marginLeft: 42,
      marginRight: 10,
      marginTop: 24,
      marginBottom: 38,
      x: { domain: x },
      y: { domain: y },
      marks: [
        gridY(),
        axisY("Spike rate (Hz)"),
        axisX("Injected current (pA)"),
        ...curve(before, BEFORE, "4,3"),
        ...curve(after, AFTER),
      ],
    }),
  };
}

function curve(points: readonly FiPoint[], colour: string, dash?: string): Plot.Markish[] {
  return [
    Plot.areaY(points, { x: "i_pA", y1: "low_Hz", y2: "high_Hz", fill: colour, fillOpacity: 0.2 }),
    Plot.line(points, {
      x: "i_pA",
      y: "rate_Hz",
      stroke: colour,
      strokeWidth: 1.8,
      ...(dash ? { strokeDasharray: dash } : {}),
    }),
    Plot.dot(points, { x: "i_pA", y: "rate_Hz", fill: colour, r: dash ? 0 : 2.2, stroke: "none" }),
  ];
}

function inOrder(points: readonly FiPoint[]): FiPoint[] {
  return [...points].sort((a, b) => a.i_pA - b.i_pA);
}
