import * as Plot from "@observablehq/plot";
import type { Recording } from "../../recordings/recording.ts";
import { count, current } from "../format.ts";
import type { Markup } from "../markup.ts";
import { decimate, decimateSteps } from "./decimate.ts";
import type { Figure, Panel } from "./figure.ts";
import { CURRENT, MUTED, RECORDED } from "./palette.ts";
import { axisX, axisY, drawStack, extent, gridY, type Layer } from "./svg.ts";

/** A page of more panels than this is not looked at. */
const MOST_PANELS = 36;
/** More points than this cannot be told apart on a panel; the extremes of every bin are kept. */
const MOST_POINTS = 4000;
const WIDTH = 340;
const MARGINS = { marginLeft: 46, marginRight: 10 };

/** One sweep as it is drawn. */
export interface DrawnSweep {
  readonly index: number;
  readonly t_ms: readonly number[];
  readonly v_mV: readonly number[];
  readonly i_pA: readonly number[];
  readonly amplitude_pA: number;
  readonly spikeTimes_ms: readonly number[];
}

/** What is drawn of a recording whose spikes were found: at most 36 sweeps, spread evenly. */
export function drawnSweeps(
  recording: Recording,
  spikeTimes_ms: readonly (readonly number[])[],
): DrawnSweep[] {
  const all = recording.sweeps.length;
  const shown = Math.min(MOST_PANELS, all);
  const positions = Array.from({ length: shown }, (_, n) => Math.floor((n * all) / shown));
  return positions.map((position) => drawnSweep(recording, position, spikeTimes_ms[position]));
}

function drawnSweep(
  { sweeps, dt_ms }: Recording,
  position: number,
  spikeTimes_ms: readonly number[],
): DrawnSweep {
  const { index, v_mV, i_pA, stimulus } = sweeps[position];
  const kept = extremeSamples(v_mV, i_pA);
  return {
    index,
    t_ms: kept.map((k) => k * dt_ms),
    v_mV: kept.map((k) => v_mV[k]),
    i_pA: kept.map((k) => i_pA[k]),
    amplitude_pA: stimulus.kind === "none" ? stimulus.holding_pA : stimulus.amplitude_pA,
    spikeTimes_ms,
  };
}

/** Samples at which voltage or current has an extreme of its bin, in the order of time. */
function extremeSamples(v_mV: Float64Array, i_pA: Float64Array): number[] {
  const bins = Math.min(Math.ceil(MOST_POINTS / 4), v_mV.length);
  const kept = new Set<number>();
  for (let bin = 0; bin < bins; bin++) {
    const [from, to] = [bin, bin + 1].map((edge) => Math.floor((edge * v_mV.length) / bins));
    for (const values of [v_mV, i_pA]) for (const k of extremesOf(values, from, to)) kept.add(k);
  }
  return [...kept].sort((a, b) => a - b);
}

function extremesOf(values: Float64Array, from: number, to: number): [number, number] {
  let [low, high] = [from, from];
  for (let k = from; k < to; k++) {
    if (values[k] < values[low]) low = k;
    if (values[k] > values[high]) high = k;
  }
  return [low, high];
}

/** Voltage with the spikes that were found and, below it on the same time, the current as it was recovered. */
export function recordedSweeps(sweeps: readonly DrawnSweep[], all: number, source: string): Figure {
  const i_pA = extent(
    sweeps.flatMap((sweep) => sweep.i_pA),
    0.1,
  );
  const v_mV = extent(
    sweeps.flatMap((sweep) => sweep.v_mV),
    0.06,
  );
  const shown =
    sweeps.length < all ? `${sweeps.length} of ${all} sweeps, spread evenly` : `All ${all} sweeps`;
  return {
    title: "Voltage and recovered current",
    caption: `${shown}. The injected current comes from: ${source}. Check that it rises where the voltage answers; scale, sign and offset can be corrected. Ticks above the voltage are the spikes that were found.`,
    legend: [
      { shape: "line", colour: RECORDED, text: "recorded voltage" },
      { shape: "line", colour: CURRENT, text: "injected current" },
    ],
    panels: sweeps.map((sweep) => panel(sweep, v_mV, i_pA)),
    size: "thirds",
  };
}

function panel(sweep: DrawnSweep, v_mV: [number, number], i_pA: [number, number]): Panel {
  const spikes = `${count(sweep.spikeTimes_ms.length)} ${sweep.spikeTimes_ms.length === 1 ? "spike" : "spikes"}`;
  return {
    title: `Sweep ${sweep.index}`,
    note: `${current(sweep.amplitude_pA)} pA, ${spikes}`,
    svg: drawSweep(sweep, v_mV, i_pA, spikes),
  };
}

function drawSweep(
  sweep: DrawnSweep,
  v_mV: [number, number],
  i_pA: [number, number],
  spikes: string,
): Markup {
  const label = `Sweep ${sweep.index}: recorded voltage in mV and injected current in pA against time in ms; ${spikes}.`;
  const t_ms = extent(sweep.t_ms);
  return drawStack(label, [voltage(sweep, t_ms, v_mV), injected(sweep, t_ms, i_pA)]);
}

function voltage(sweep: DrawnSweep, t_ms: [number, number], domain: [number, number]): Layer {
  return {
    ...MARGINS,
    width: WIDTH,
    height: 180,
    marginTop: 24,
    marginBottom: 12,
    x: { domain: t_ms, axis: null },
    y: { domain, nice: true },
    marks: [
      gridY(),
      axisY("Voltage (mV)"),
      Plot.line(decimate(sweep.t_ms, sweep.v_mV), { stroke: RECORDED, strokeWidth: 1.2 }),
      Plot.tickX(sweep.spikeTimes_ms, { stroke: MUTED, strokeWidth: 1, insetBottom: 138 }),
    ],
  };
}

function injected(sweep: DrawnSweep, t_ms: [number, number], domain: [number, number]): Layer {
  return {
    ...MARGINS,
    width: WIDTH,
    height: 104,
    marginTop: 24,
    marginBottom: 36,
    x: { domain: t_ms },
    y: { domain },
    marks: [
      gridY(2),
      axisY("Current (pA)", { ticks: 2 }),
      axisX("Time (ms)"),
      Plot.line(decimateSteps(sweep.t_ms, sweep.i_pA), { stroke: CURRENT, strokeWidth: 1.4 }),
    ],
  };
}
