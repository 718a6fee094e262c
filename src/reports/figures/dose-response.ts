import * as Plot from "@observablehq/plot";
import type { FeatureChange, Trial } from "../../trials/trial.ts";
import { featureTitle, inReadingOrder } from "../features.ts";
import { dose, inUnit, isNumber, prettyUnit } from "../format.ts";
import { dosesInOrder } from "../words.ts";
import { type DoseAxis, doseAxis, doseTick } from "./dose-axis.ts";
import type { Figure, LegendItem, Panel } from "./figure.ts";
import { AFTER, BEFORE, MUTED, THERAPEUTIC } from "./palette.ts";
import { axisX, axisY, draw, extent, gridY } from "./svg.ts";

const AT_MOST = 9;

interface DosePoint extends FeatureChange {
  readonly dose_uM: number;
}

/** Features of the clones against dose; null where no dose above 0 has a feature with a value. */
export function doseResponse(trial: Trial): Figure | null {
  const doses = dosesInOrder(trial).filter((d) => d.dose_uM > 0);
  const keys = inReadingOrder([...new Set(doses.flatMap((d) => Object.keys(d.features)))]);
  const series = keys.map((key) => ({
    key,
    points: doses
      .filter((d) => Object.hasOwn(d.features, key))
      .map((d): DosePoint => ({ dose_uM: d.dose_uM, ...d.features[key] })),
  }));
  const drawable = series.filter(({ points }) => points.some((p) => isNumber(p.after) || isNumber(p.before)));
  if (drawable.length === 0) return null;
  const therapeutic = trial.drug.therapeutic;
  const axis = doseAxis([
    ...doses.map((d) => d.dose_uM),
    therapeutic?.freeLow_uM ?? null,
    therapeutic?.freeHigh_uM ?? null,
  ]);
  return {
    title: "Features against dose",
    caption: caption(trial, drawable.length),
    legend: legend(trial, drawable),
    panels: drawable.slice(0, AT_MOST).map(({ key, points }) => panel(trial, key, points, axis)),
    size: "thirds",
  };
}

function caption(trial: Trial, features: number): string {
  const left = features > AT_MOST ? ` ${AT_MOST} of ${features} features are drawn.` : "";
  return `Median over ${trial.clones} clones; bars are the 5–95 % range at each dose, the band is the 5–95 % range before.${left}`;
}

function legend(trial: Trial, series: readonly { points: readonly DosePoint[] }[]): LegendItem[] {
  const gone = series.some(({ points }) => points.some((p) => !isNumber(p.after)));
  const items: (LegendItem | false)[] = [
    { shape: "dash", colour: BEFORE, text: "before" },
    { shape: "range", colour: AFTER, text: "with the drug, 5–95 %" },
    gone && { shape: "cross", colour: MUTED, text: "not measurable at this dose" },
    therapeuticRange(trial) !== null && {
      shape: "area",
      colour: THERAPEUTIC,
      text: "free therapeutic plasma range",
    },
  ];
  return items.filter((item) => item !== false);
}

/** Both ends of the free therapeutic plasma range in µM; a single known end is drawn as a narrow band. */
function therapeuticRange(trial: Trial): [number, number] | null {
  const { freeLow_uM, freeHigh_uM } = trial.drug.therapeutic ?? { freeLow_uM: null, freeHigh_uM: null };
  const low = isNumber(freeLow_uM) && freeLow_uM > 0 ? freeLow_uM : freeHigh_uM;
  const high = isNumber(freeHigh_uM) && freeHigh_uM > 0 ? freeHigh_uM : freeLow_uM;
  if (!isNumber(low) || !isNumber(high) || low <= 0) return null;
  return low < high ? [low, high] : [low / 1.03, low * 1.03];
}

function panel(trial: Trial, key: string, points: readonly DosePoint[], axis: DoseAxis): Panel {
  const unit = prettyUnit(points[0].unit);
  const title = featureTitle(key);
  const values = points.flatMap((p) => [p.after, p.low, p.high, p.before, p.beforeLow, p.beforeHigh]);
  const domain = atLeast(extent(values, 0.1), smallestSpan(unit, values));
  const measured = points.filter((p) => isNumber(p.after));
  const gone = points.filter((p) => !isNumber(p.after));
  const range = therapeuticRange(trial);
  return {
    title,
    svg: draw(describe(title, unit, trial, points), {
      width: 340,
      height: 210,
      marginLeft: 50,
      marginRight: 12,
      marginTop: 24,
      marginBottom: 38,
      x: { type: "log", domain: axis.domain_uM },
      y: { domain },
      marks: [
        range &&
          Plot.rectX([range], { x1: (r: number[]) => r[0], x2: (r: number[]) => r[1], fill: THERAPEUTIC }),
        gridY(),
        ...baseline(points),
        axisY(unit ? `${title} (${unit})` : `${title} (no unit)`),
        axisX(axis.label, { ticks: [...axis.ticks_uM], tickFormat: doseTick }),
        Plot.ruleX(
          measured.filter((p) => isNumber(p.low) && isNumber(p.high)),
          {
            x: "dose_uM",
            y1: "low",
            y2: "high",
            stroke: AFTER,
            strokeWidth: 4,
            strokeOpacity: 0.35,
            strokeLinecap: "round",
          },
        ),
        Plot.line(points, {
          x: "dose_uM",
          y: (p: DosePoint) => (isNumber(p.after) ? p.after : Number.NaN),
          stroke: AFTER,
          strokeWidth: 1.6,
        }),
        Plot.dot(measured, { x: "dose_uM", y: "after", fill: AFTER, stroke: "none", r: 3.2 }),
        Plot.dot(gone, {
          x: "dose_uM",
          y: domain[0],
          dy: -6,
          symbol: "times",
          r: 4,
          stroke: MUTED,
          strokeWidth: 1.6,
        }),
      ],
    }),
  };
}

/** A change smaller than this is noise of an electrode or a clone; an axis must not blow it up. */
function smallestSpan(unit: string, values: readonly (number | null)[]): number {
  if (unit === "mV" || unit === "Hz") return 5;
  return 0.15 * Math.max(...values.filter(isNumber).map(Math.abs));
}

function atLeast([low, high]: [number, number], span: number): [number, number] {
  const missing = Math.max(0, span - (high - low)) / 2;
  return [low - missing, high + missing];
}

function baseline(points: readonly DosePoint[]): Plot.Markish[] {
  const { before, beforeLow, beforeHigh } = points[0];
  return [
    isNumber(beforeLow) && isNumber(beforeHigh)
      ? Plot.rectY([0], { y1: beforeLow, y2: beforeHigh, fill: BEFORE, fillOpacity: 0.18 })
      : null,
    isNumber(before)
      ? Plot.ruleY([before], { stroke: BEFORE, strokeWidth: 1.6, strokeDasharray: "4,3" })
      : null,
  ];
}

function describe(title: string, unit: string, trial: Trial, points: readonly DosePoint[]): string {
  const first = points[0];
  const at = points.map((p) => `${inUnit(p.after, first.unit)} at ${dose(p.dose_uM)}`).join(", ");
  return `${title} (${unit || "no unit"}) against concentration of ${trial.drug.name}: ${inUnit(first.before, first.unit)} before, ${at}.`;
}
