import type { FitScore, SweepFit, Twin } from "../../cloning/twin.ts";
import { recordedAgainstCloned } from "../figures/recorded-against-cloned.ts";
import { spikeCounts } from "../figures/spike-counts.ts";
import { count, current, fixed, grouped, inUnit, isNumber, percent } from "../format.ts";
import { html, list, type Markup, table } from "../markup.ts";
import {
  countWithRange,
  currentRangeSentence,
  heldOutSentence,
  networkSentence,
  ROLE_NAMES,
  RULE_IN_WORDS,
  rangeSentence,
} from "../words.ts";
import type { FigureMaker } from "./figure-markup.ts";

/** How well the clone repeats the recording, on fitted and held-out sweeps, and whether it may be used. */
export function cloneSection(twin: Twin, figure: FigureMaker): Markup {
  return html`<section aria-labelledby="clone"><h2 id="clone">The clone</h2>
<p>Model <code>${twin.model}</code>; ${grouped(twin.posterior.samples.length)} parameter sets that repeat the fitted sweeps about
equally well (a population of acceptable clones, not a Bayesian posterior).</p>
<p><strong>${rangeSentence(twin)}.</strong> ${currentRangeSentence(twin)}</p>
${list(twin.range.reasons)}
${paragraph(networkSentence(twin))}
<p>${heldOutSentence(twin)}</p>
${scores(twin)}
${figure(recordedAgainstCloned(twin))}
${figure(spikeCounts(twin))}
${everySweep(twin)}
</section>\n`;
}

const paragraph = (sentence: string | null): Markup =>
  sentence === null ? html`` : html`<p>${sentence}</p>`;

function scores(twin: Twin): Markup {
  const { fit } = twin;
  const rows: [string, FitScore][] = [
    ["Clone, fitted sweeps", fit.trained],
    ["Clone, held-out sweeps", fit.heldOut],
    ["Interpolation of neighbours, held-out sweeps", fit.heldOut.interpolation],
  ];
  const coincidence = isNumber(fit.spikeTimeCoincidence)
    ? ` Spike-time coincidence at 4 ms: ${fixed(fit.spikeTimeCoincidence, 2)} (1 is perfect, 0 is chance; about 0 on constant steps for any model).`
    : "";
  return html`${table<[string, FitScore]>(
    "Fit to the spike counts",
    [
      { header: "Prediction", cell: ([name]) => name },
      { header: "Sweeps", numeric: true, cell: ([, s]) => grouped(s.sweeps) },
      { header: "Keep the rule (%)", numeric: true, cell: ([, s]) => bare(s.withinRule) },
      { header: "Spikes miscounted (%)", numeric: true, cell: ([, s]) => bare(s.countError) },
    ],
    rows,
  )}
<p class="small">The rule: ${RULE_IN_WORDS}. Voltage of the best clone below threshold is off by ${inUnit(fit.vRmse_mV, "mV")} mV (RMSE, fitted
sweeps).${coincidence}</p>`;
}

/** A fraction as per cent without the sign: the header has it. */
function bare(fraction: number | null): string {
  return percent(fraction).replace(" %", "");
}

function everySweep(twin: Twin): Markup {
  const sweeps = [...twin.fit.sweeps].sort((a, b) => a.amplitude_pA - b.amplitude_pA);
  return html`<details><summary>Every sweep in numbers</summary>
${table<SweepFit>(
  "Recorded and cloned spikes in every sweep",
  [
    { header: "Sweep", numeric: true, cell: (s) => String(s.index) },
    { header: "Current (pA)", numeric: true, cell: (s) => current(s.amplitude_pA) },
    { header: "Recorded (spikes)", numeric: true, cell: (s) => count(s.recordedSpikes) },
    {
      header: "Cloned, 5–95 % (spikes)",
      numeric: true,
      cell: (s) => countWithRange(s.clonedSpikes, s.clonedSpikesLow, s.clonedSpikesHigh),
    },
    { header: "Interpolated (spikes)", numeric: true, cell: (s) => count(s.interpolatedSpikes) },
    { header: "Voltage off (mV)", numeric: true, cell: (s) => inUnit(s.vRmse_mV, "mV") },
    {
      header: "Rule",
      cell: (s) => (s.role === "beyond-range" ? "not scored" : s.withinRule ? "kept" : "missed"),
    },
    { header: "Use", cell: (s) => ROLE_NAMES[s.role] },
  ],
  sweeps,
)}</details>`;
}
