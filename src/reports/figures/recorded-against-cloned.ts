import * as Plot from "@observablehq/plot";
import type { Twin } from "../../cloning/twin.ts";
import { count, current } from "../format.ts";
import type { Markup } from "../markup.ts";
import { HELD_OUT_MARK } from "../words.ts";
import { type ChosenSweep, chooseSweeps } from "./choose-sweeps.ts";
import { decimate, decimateSteps } from "./decimate.ts";
import type { Figure, Panel } from "./figure.ts";
import { CLONED, CURRENT, RECORDED } from "./palette.ts";
import { axisX, axisY, drawStack, extent, gridY, type Layer } from "./svg.ts";

const WIDTH = 340;
const MARGINS = { marginLeft: 46, marginRight: 10 };

interface Scales {
  readonly t_ms: [number, number];
  readonly spiking_mV: [number, number];
  readonly i_pA: [number, number];
}

/** Recorded and cloned voltage over each other for a handful of sweeps, the injected current below; null without traces. */
export function recordedAgainstCloned(twin: Twin): Figure | null {
  const sweeps = chooseSweeps(twin);
  if (sweeps.length === 0) return null;
  const scales = commonScales(sweeps);
  return {
    title: "Recorded and cloned voltage",
    caption:
      `${howMany(sweeps.length, twin.fit.sweeps.length)}, from the most hyperpolarised to the strongest, ` +
      "with the best clone drawn over the recording and the injected current below. Sweeps with spikes share one voltage " +
      "scale; silent sweeps have their own. Spike times need not coincide: under a constant current they do not even " +
      "from one repeat of a recording to the next.",
    legend: [
      { shape: "line", colour: RECORDED, text: "recorded" },
      { shape: "line", colour: CLONED, text: "best clone" },
      { shape: "line", colour: CURRENT, text: "injected current" },
    ],
    panels: sweeps.map((sweep) => panel(sweep, scales)),
    size: "thirds",
  };
}

function howMany(shown: number, all: number): string {
  if (shown < all) return `${shown} of ${all} sweeps`;
  return shown === 1 ? "The only sweep" : `All ${shown} sweeps`;
}

function commonScales(sweeps: readonly ChosenSweep[]): Scales {
  const traces = sweeps.map((s) => s.trace);
  const spiking = sweeps.filter((s) => !isSilent(s)).map((s) => s.trace);
  return {
    t_ms: extent(traces.flatMap((t) => t.t_ms)),
    spiking_mV: extent(
      spiking.flatMap((t) => [...t.recorded_mV, ...t.cloned_mV]),
      0.04,
    ),
    i_pA: extent(
      traces.flatMap((t) => t.i_pA),
      0.1,
    ),
  };
}

function isSilent(sweep: ChosenSweep): boolean {
  return sweep.recordedSpikes === 0 && sweep.clonedSpikes === 0;
}

function panel(sweep: ChosenSweep, scales: Scales): Panel {
  const { trace } = sweep;
  const spikes = `${count(sweep.recordedSpikes)} spikes recorded, ${count(sweep.clonedSpikes)} cloned`;
  const tag =
    trace.role === "held-out"
      ? HELD_OUT_MARK
      : trace.role === "beyond-range"
        ? "beyond range: not scored"
        : undefined;
  return {
    title: `${current(trace.amplitude_pA)} pA`,
    tag: tag === undefined ? undefined : { text: tag, tone: "mark" },
    note: spikes,
    svg: drawSweep(sweep, scales, spikes, tag),
  };
}

function drawSweep(sweep: ChosenSweep, scales: Scales, spikes: string, tag: string | undefined): Markup {
  const { trace } = sweep;
  const label =
    `Sweep ${trace.index}, ${current(trace.amplitude_pA)} pA${tag ? `, ${tag}` : ""}: recorded and cloned voltage in mV ` +
    `and injected current in pA against time in ms; ${spikes}.`;
  return drawStack(label, [voltage(sweep, scales), injected(sweep, scales)]);
}

function voltage(sweep: ChosenSweep, scales: Scales): Layer {
  const { t_ms, recorded_mV, cloned_mV } = sweep.trace;
  const domain = isSilent(sweep) ? extent([...recorded_mV, ...cloned_mV], 0.08) : scales.spiking_mV;
  return {
    ...MARGINS,
    width: WIDTH,
    height: 180,
    marginTop: 24,
    marginBottom: 12,
    x: { domain: scales.t_ms, axis: null },
    y: { domain, nice: true },
    marks: [
      gridY(),
      axisY("Voltage (mV)"),
      Plot.line(decimate(t_ms, recorded_mV), { stroke: RECORDED, strokeWidth: 2 }),
      Plot.line(decimate(t_ms, cloned_mV), { stroke: CLONED, strokeWidth: 1 }),
    ],
  };
}

function injected(sweep: ChosenSweep, scales: Scales): Layer {
  const { t_ms, i_pA } = sweep.trace;
  return {
    ...MARGINS,
    width: WIDTH,
    height: 104,
    marginTop: 24,
    marginBottom: 36,
    x: { domain: scales.t_ms },
    y: { domain: scales.i_pA },
    marks: [
      gridY(2),
      axisY("Current (pA)", { ticks: 2 }),
      axisX("Time (ms)"),
      Plot.line(decimateSteps(t_ms, i_pA), { stroke: CURRENT, strokeWidth: 1.4 }),
    ],
  };
}
