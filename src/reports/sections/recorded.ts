import type { Twin } from "../../cloning/twin.ts";
import { FORMATS } from "../../recordings/recording.ts";
import { current, grouped, inUnit, prettyUnit, significant } from "../format.ts";
import { html, type Markup } from "../markup.ts";

/** Features of the recorded cell, as name, value and unit. */
function measuredFeatures(twin: Twin): { name: string; value: string; unit: string }[] {
  const m = twin.measured;
  const rows: [string, number | null, string][] = [
    ["Resting potential", m.restingPotential_mV, "mV"],
    ["Input resistance", m.inputResistance_MOhm, "MOhm"],
    ["Membrane time constant", m.tau_ms, "ms"],
    ["Capacitance", m.capacitance_pF, "pF"],
    ["Rheobase", m.rheobase_pA, "pA"],
    ["Spike threshold", m.spikeThreshold_mV, "mV"],
    ["Spike amplitude", m.spikeAmplitude_mV, "mV"],
    ["Spike half-width", m.spikeHalfWidth_ms, "ms"],
  ];
  return rows.map(([name, value, unit]) => ({ name, value: inUnit(value, unit), unit: prettyUnit(unit) }));
}

const FORMAT_NAMES: Readonly<Record<string, string>> = FORMATS;

/** What was recorded: the file, how the current is known, and features with units. */
export function recordedSection(twin: Twin): Markup {
  const { provenance, measured, fit } = twin;
  const missing = measuredFeatures(twin).some((f) => f.value === "–");
  return html`<section aria-labelledby="recorded"><h2 id="recorded">What was recorded</h2>
<p>${grouped(fit.sweeps.length)} sweeps (${FORMAT_NAMES[provenance.format] ?? provenance.format}), current steps of ${significant(measured.step_ms)} ms from a holding
current of ${current(measured.holding_pA)} pA. Current: ${provenance.currentDescription.replace(/\.$/, "")}.</p>
<dl class="facts">${measuredFeatures(twin).map(
    (f) =>
      html`<div><dt>${f.name}</dt><dd>${f.value}${f.value !== "–" && html` <span class="unit">${f.unit}</span>`}</dd></div>`,
  )}</dl>
${missing && html`<p class="small">A dash marks what could not be measured on this recording.</p>`}
</section>\n`;
}
