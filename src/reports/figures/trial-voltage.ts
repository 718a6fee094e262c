import * as Plot from "@observablehq/plot";
import type { Trial, TrialTrace } from "../../trials/trial.ts";
import { current, dose, isNumber } from "../format.ts";
import { decimate } from "./decimate.ts";
import type { Figure, Panel } from "./figure.ts";
import { AFTER, BEFORE } from "./palette.ts";
import { spreadOver } from "./spread-over.ts";
import { axisX, axisY, draw, extent, gridY } from "./svg.ts";

const AT_MOST = 6;

interface Scales {
  readonly t_ms: [number, number];
  readonly v_mV: [number, number];
}

/** Voltage of the best clone before and at chosen doses, on one pair of axes; null without traces. */
export function trialVoltage(trial: Trial): Figure | null {
  const traces = [...trial.traces]
    .filter((t) => t.t_ms.length > 0)
    .sort((a, b) => a.dose_uM - b.dose_uM || a.i_pA - b.i_pA);
  if (traces.length === 0) return null;
  const shown = spreadOver(traces, AT_MOST);
  const scales = {
    t_ms: extent(shown.flatMap((t) => t.t_ms)),
    v_mV: extent(
      shown.flatMap((t) => t.v_mV),
      0.04,
    ),
  };
  const steps = [...new Set(shown.map((t) => `${current(t.i_pA)} pA`))].join(", ");
  const length = isNumber(trial.protocol.step_ms) ? `${current(trial.protocol.step_ms)} ms` : "the protocol";
  return {
    title: "Voltage of the best clone",
    caption: `A current step of ${steps} for ${length}, before and with the drug. One clone is drawn; the figures before show the spread over all of them.`,
    legend: [
      { shape: "line", colour: BEFORE, text: "before" },
      { shape: "line", colour: AFTER, text: "with the drug" },
    ],
    panels: shown.map((trace) => panel(trial, trace, scales)),
    size: "thirds",
  };
}

function panel(trial: Trial, trace: TrialTrace, scales: Scales): Panel {
  const isBefore = trace.dose_uM <= 0;
  const title = isBefore ? "before" : dose(trace.dose_uM);
  const label = `Voltage (mV) of the best clone against time (ms), ${isBefore ? "before the drug" : `at ${title} ${trial.drug.name}`}, step of ${current(trace.i_pA)} pA.`;
  return {
    title,
    svg: draw(label, {
      width: 340,
      height: 190,
      marginLeft: 46,
      marginRight: 10,
      marginTop: 24,
      marginBottom: 38,
      x: { domain: scales.t_ms },
      y: { domain: scales.v_mV },
      marks: [
        gridY(),
        axisY("Voltage (mV)"),
        axisX("Time (ms)"),
        Plot.line(decimate(trace.t_ms, trace.v_mV), { stroke: isBefore ? BEFORE : AFTER, strokeWidth: 1.2 }),
      ],
    }),
  };
}
