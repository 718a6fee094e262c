import type { Twin } from "../../cloning/twin.ts";
import type { Trial } from "../../trials/trial.ts";
import { VERDICT_COLOURS } from "../figures/palette.ts";
import { dose, grouped, percent } from "../format.ts";
import type { ReportInput } from "../input.ts";
import { html, type Markup, trusted } from "../markup.ts";
import {
  dosesInOrder,
  fileName,
  heldOutSentence,
  RESEARCH_LINE,
  rangeSentence,
  VERDICT_NAMES,
  verdictSentence,
} from "../words.ts";

/** Title, the verdict (or what the clone is worth, without a trial) in a sentence, and what the tool is not for. */
export function headline({ twin, trial }: ReportInput): Markup {
  return html`<header>
<p class="brand">Patchtwin report</p>
<h1>${title(twin, trial)}</h1>
${trial ? verdictBox(trial) : cloneBox(twin)}
${!twin.range.inRange && html`<p class="alert" role="note"><strong>Out of range.</strong> ${outOfRange(twin, trial)}</p>`}
</header>\n`;
}

function title(twin: Twin, trial: Trial | undefined): Markup {
  const cell = html`<span class="file">${fileName(twin.provenance.file)}</span>`;
  return trial ? html`${trial.drug.name} on a clone of ${cell}` : html`Clone of ${cell}`;
}

function verdictBox(trial: Trial): Markup {
  const largest = dosesInOrder(trial).at(-1);
  const colour = largest ? VERDICT_COLOURS[largest.verdict.label].fill : "transparent";
  return html`<div class="verdict" style="border-color:${trusted(colour)}">
<p class="sentence">${verdictSentence(trial)}</p>
${largest && html`<p class="support">${support(trial)}</p>`}
<p class="research">${RESEARCH_LINE}</p>
</div>`;
}

/** The largest dose, its verdict and how many clones agree. */
function support(trial: Trial): string {
  const largest = dosesInOrder(trial).at(-1)!;
  const { label, probability } = largest.verdict;
  return `Largest dose, ${dose(largest.dose_uM)}: ${VERDICT_NAMES[label]} in ${percent(probability)} of ${grouped(trial.clones)} clones.`;
}

function cloneBox(twin: Twin): Markup {
  return html`<div class="verdict">
<p class="sentence">${rangeSentence(twin)}.</p>
<p class="support">${heldOutSentence(twin)}</p>
<p class="research">${RESEARCH_LINE}</p>
</div>`;
}

function outOfRange(twin: Twin, trial: Trial | undefined): string {
  const why = twin.range.reasons.map((reason) => reason.trim().replace(/\.?$/, ".")).join(" ");
  return `${trial ? "Do not trust the verdict above: this" : "This"} clone does not describe the recorded cell well enough. ${why}`;
}
