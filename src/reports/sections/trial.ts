import type { DoseResult, FeatureChange, Trial } from "../../trials/trial.ts";
import { AMPLITUDE, findFeature, HALF_WIDTH, RATE, RESTING, THRESHOLD } from "../features.ts";
import { doseResponse } from "../figures/dose-response.ts";
import { firingCurves } from "../figures/firing-curves.ts";
import { trialVoltage } from "../figures/trial-voltage.ts";
import { verdictBars } from "../figures/verdict-bars.ts";
import { dose, grouped, inUnit, isNumber, percent, prettyUnit, significant } from "../format.ts";
import { type Column, html, list, type Markup, table } from "../markup.ts";
import { dosesInOrder, RESEARCH_LINE, VERDICT_NAMES } from "../words.ts";
import type { FigureMaker } from "./figure-markup.ts";

/** Protocol, verdict and features at every dose. */
export function trialSection(trial: Trial, figure: FigureMaker): Markup {
  const { protocol } = trial;
  return html`<section aria-labelledby="trial"><h2 id="trial">The trial</h2>
<p>${grouped(trial.clones)} clones, each before and at every dose. Protocol <em>${protocol.name}</em>: ${protocol.description.replaceAll("-", "−")}.</p>
${doseTable(trial)}
<p class="research">${RESEARCH_LINE}</p>
${figure(verdictBars(trial))}
${sentences(trial)}
${figure(firingCurves(trial))}
${figure(doseResponse(trial))}
${figure(trialVoltage(trial))}
${trial.provenance.failures.length > 0 && html`<h3>Simulations that failed</h3>${list(trial.provenance.failures)}`}
</section>\n`;
}

function doseTable(trial: Trial): Markup {
  const doses = dosesInOrder(trial);
  const hasCmax = doses.some((d) => isNumber(d.timesFreeCmax));
  const columns: Column<DoseResult>[] = [
    { header: "Dose", numeric: true, cell: (d) => dose(d.dose_uM) },
    ...(hasCmax
      ? [
          {
            header: "Dose over highest free therapeutic (×)",
            numeric: true,
            cell: (d: DoseResult) => significant(d.timesFreeCmax, 2),
          },
        ]
      : []),
    ...[RATE, THRESHOLD, AMPLITUDE, HALF_WIDTH, RESTING].flatMap((key) => {
      const unit = doses.map((d) => findFeature(d.features, key)?.unit).find((u) => u !== undefined);
      if (unit === undefined) return [];
      return [
        {
          header: `${key.title}, before → after (${prettyUnit(unit)})`,
          numeric: true,
          cell: (d: DoseResult) => changeCell(findFeature(d.features, key)),
        },
      ];
    }),
    { header: "Verdict", cell: (d) => VERDICT_NAMES[d.verdict.label] },
    {
      header: "Clones that agree (%)",
      numeric: true,
      cell: (d) => percent(d.verdict.probability).replace(" %", ""),
    },
  ];
  return html`${table("Features and verdict at each dose: medians over clones, 5–95 % range below", columns, doses)}
<p class="small">A dash means that the feature does not exist there, for example the threshold of a cell that does not spike.</p>`;
}

function changeCell(change: FeatureChange | undefined): Markup | string {
  if (!change) return "–";
  const { before, after, low, high, unit } = change;
  const spread =
    isNumber(low) && isNumber(high)
      ? html`<br><span class="spread">${inUnit(low, unit)} to ${inUnit(high, unit)}</span>`
      : null;
  return html`${inUnit(before, unit)} → <strong>${inUnit(after, unit)}</strong>${spread}`;
}

function sentences(trial: Trial): Markup | null {
  const rows = dosesInOrder(trial).filter((d) => d.verdict.sentence.trim() !== "");
  if (rows.length === 0) return null;
  return html`<h3>In words</h3><dl class="words">${rows.map(
    (d) => html`<div><dt>${dose(d.dose_uM)}</dt><dd>${d.verdict.sentence}</dd></div>`,
  )}</dl>`;
}
