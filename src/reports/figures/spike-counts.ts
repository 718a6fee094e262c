import * as Plot from "@observablehq/plot";
import type { SweepFit, Twin } from "../../cloning/twin.ts";
import { current, isNumber } from "../format.ts";
import { HELD_OUT_MARK, RULE_IN_WORDS } from "../words.ts";
import type { Figure, LegendItem, Panel } from "./figure.ts";
import { BEYOND_RANGE, CLONED, HELD_OUT, INTERPOLATED, MUTED, RECORDED } from "./palette.ts";
import { axisX, axisY, draw, extent, gridY, type Layer } from "./svg.ts";

const LAYOUT = { width: 440, height: 280, marginLeft: 48, marginRight: 14, marginTop: 26, marginBottom: 40 };

/** Spikes recorded and cloned in every sweep against current, and how far each prediction is off; null without sweeps. */
export function spikeCounts(twin: Twin): Figure | null {
  const sweeps = [...twin.fit.sweeps].sort((a, b) => a.amplitude_pA - b.amplitude_pA);
  if (sweeps.length === 0) return null;
  return {
    title: "Spikes in every sweep",
    caption:
      `Spike count: recorded and cloned; bars are the 5–95 % range over the population of clones. Count error: how far the best clone and ` +
      `the mean of the two neighbouring fitted sweeps are off; grey is the rule (${RULE_IN_WORDS}). ` +
      "Interpolation is what a clone has to beat inside its own series of currents.",
    legend: legend(sweeps),
    panels: [counts(sweeps), errors(sweeps)],
    size: "halves",
  };
}

function legend(sweeps: readonly SweepFit[]): LegendItem[] {
  const has = (role: SweepFit["role"]) => sweeps.some((s) => s.role === role);
  const items: (LegendItem | false)[] = [
    { shape: "ring", colour: RECORDED, text: "recorded" },
    { shape: "range", colour: CLONED, text: "clone, 5–95 %" },
    { shape: "cross", colour: INTERPOLATED, text: "interpolation of neighbours" },
    { shape: "band", colour: MUTED, text: "within the rule" },
    has("held-out") && { shape: "area", colour: HELD_OUT, text: HELD_OUT_MARK },
    has("beyond-range") && { shape: "area", colour: BEYOND_RANGE, text: "beyond range: not scored" },
  ];
  return items.filter((item) => item !== false);
}

function counts(sweeps: readonly SweepFit[]): Panel {
  const [, top] = extent(sweeps.flatMap((s) => [s.recordedSpikes, s.clonedSpikes, s.clonedSpikesHigh]));
  const interpolated = withInterpolation(sweeps);
  const layer: Layer = {
    ...LAYOUT,
    x: { domain: currentDomain(sweeps) },
    y: { domain: [0, Math.max(5, top * 1.06)] },
    marks: [
      ...roleStrips(sweeps),
      gridY(),
      axisY("Spikes in the sweep (count)"),
      axisX("Injected current (pA)", { ticks: 7 }),
      Plot.ruleX(sweeps, {
        x: "amplitude_pA",
        y1: "clonedSpikesLow",
        y2: "clonedSpikesHigh",
        stroke: CLONED,
        strokeWidth: 4,
        strokeOpacity: 0.35,
        strokeLinecap: "round",
      }),
      Plot.dot(sweeps, { x: "amplitude_pA", y: "clonedSpikes", r: 2.6, fill: CLONED, stroke: "none" }),
      Plot.dot(interpolated, {
        x: "amplitude_pA",
        y: "interpolatedSpikes",
        symbol: "times",
        r: 4,
        stroke: INTERPOLATED,
        strokeWidth: 1.8,
      }),
      Plot.dot(sweeps, {
        x: "amplitude_pA",
        y: "recordedSpikes",
        r: 5,
        fill: "none",
        stroke: RECORDED,
        strokeWidth: 1.4,
      }),
    ],
  };
  return {
    title: "Spike count",
    svg: draw(
      `Spikes recorded and cloned (count) against injected current (pA) for ${sweeps.length} sweeps.${heldOutWords(sweeps)}`,
      layer,
    ),
  };
}

function errors(sweeps: readonly SweepFit[]): Panel {
  const scored = sweeps.filter((s) => s.role !== "beyond-range");
  const limit = (s: SweepFit) => Math.max(2, 0.1 * s.recordedSpikes);
  const interpolated = withInterpolation(scored);
  const values = [
    ...scored.flatMap((s) => [s.clonedSpikes - s.recordedSpikes, limit(s), -limit(s)]),
    ...interpolated.map((s) => s.interpolatedSpikes - s.recordedSpikes),
  ];
  const layer: Layer = {
    ...LAYOUT,
    x: { domain: currentDomain(sweeps) },
    y: { domain: extent(values, 0.08) },
    marks: [
      ...roleStrips(sweeps),
      Plot.areaY(scored, {
        x: "amplitude_pA",
        y1: (s: SweepFit) => -limit(s),
        y2: limit,
        fill: MUTED,
        fillOpacity: 0.14,
      }),
      gridY(),
      Plot.ruleY([0], { stroke: RECORDED, strokeWidth: 1 }),
      axisY("Predicted minus recorded (spikes)"),
      axisX("Injected current (pA)", { ticks: 7 }),
      Plot.dot(interpolated, {
        x: "amplitude_pA",
        y: (s: SweepFit) => (s.interpolatedSpikes ?? 0) - s.recordedSpikes,
        symbol: "times",
        r: 4,
        stroke: INTERPOLATED,
        strokeWidth: 1.8,
      }),
      Plot.dot(scored, {
        x: "amplitude_pA",
        y: (s: SweepFit) => s.clonedSpikes - s.recordedSpikes,
        r: 3.4,
        fill: CLONED,
        stroke: "none",
      }),
    ],
  };
  return {
    title: "Count error",
    svg: draw(
      `Predicted minus recorded spikes (spikes) against injected current (pA), for the clone and for interpolation.${heldOutWords(sweeps)}`,
      layer,
    ),
  };
}

function withInterpolation(sweeps: readonly SweepFit[]): (SweepFit & { interpolatedSpikes: number })[] {
  return sweeps.filter((s): s is SweepFit & { interpolatedSpikes: number } => isNumber(s.interpolatedSpikes));
}

function heldOutWords(sweeps: readonly SweepFit[]): string {
  const at = sweeps.filter((s) => s.role === "held-out").map((s) => current(s.amplitude_pA));
  return at.length > 0 ? ` Held out: not used for fitting: ${at.join(", ")} pA.` : "";
}

function currentDomain(sweeps: readonly SweepFit[]): [number, number] {
  return extent(
    sweeps.map((s) => s.amplitude_pA),
    0.04,
  );
}

/** Upright strips behind the sweeps that were not fitted, as wide as the spacing of the currents allows. */
function roleStrips(sweeps: readonly SweepFit[]): Plot.Markish[] {
  const half = stripHalfWidth_pA(sweeps);
  const strip = (role: SweepFit["role"], fill: string) =>
    Plot.rectX(
      sweeps.filter((s) => s.role === role),
      { x1: (s: SweepFit) => s.amplitude_pA - half, x2: (s: SweepFit) => s.amplitude_pA + half, fill },
    );
  return [strip("held-out", HELD_OUT), strip("beyond-range", BEYOND_RANGE)];
}

function stripHalfWidth_pA(sweeps: readonly SweepFit[]): number {
  const [low, high] = currentDomain(sweeps);
  const gaps = sweeps
    .slice(1)
    .map((s, k) => s.amplitude_pA - sweeps[k].amplitude_pA)
    .filter((gap) => gap > 0);
  const narrowest = Math.min(...gaps, high - low);
  return Math.min(0.4 * narrowest, 0.02 * (high - low));
}
