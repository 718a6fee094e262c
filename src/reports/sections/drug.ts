import type { Trial } from "../../trials/trial.ts";
import { dose as doseText, fixed, significant } from "../format.ts";
import { html, list, type Markup, table } from "../markup.ts";
import { dosesInOrder } from "../words.ts";

/** What the drug is taken to do, where the numbers come from, what is left out, and what to beware of. */
export function drugSection(trial: Trial): Markup {
  const { drug } = trial;
  return html`<section aria-labelledby="drug"><h2 id="drug">The drug</h2>
<p><strong>${drug.name}</strong>, ${drug.class}. ${therapeuticSentence(trial)}</p>
<h3>Modelled actions and their sources</h3>
${list(drug.actions) ?? html`<p>None: no action of this drug in the library has a counterpart in this cell.</p>`}
<h3>Not modelled</h3>
${list(drug.notModelled) ?? html`<p>Nothing that the library knows of.</p>`}
${drug.warnings.length > 0 && html`<div class="alert" role="note"><h3>Warnings</h3>${list(drug.warnings)}</div>`}
${parameterChanges(trial)}
</section>\n`;
}

function therapeuticSentence(trial: Trial): string {
  const { therapeutic } = trial.drug;
  if (therapeutic === null) return "The library has no free therapeutic plasma range for it.";
  const { freeLow_uM, freeHigh_uM, text } = therapeutic;
  const range = [freeLow_uM, freeHigh_uM].filter((v) => v !== null).map(doseText);
  const words = range.length > 0 ? `Free therapeutic plasma range: ${range.join(" to ")}.` : "";
  return [words, text].filter(Boolean).join(" ");
}

interface ChangeRow {
  readonly parameter: string;
  readonly target: string;
  /** One text a dose. */
  readonly cells: readonly string[];
}

function parameterChanges(trial: Trial): Markup | null {
  const doses = dosesInOrder(trial);
  const rows = changeRows(trial);
  if (rows.length === 0) return null;
  return table<ChangeRow>(
    "What each dose does to the parameters (× factor, or shift in mV)",
    [
      { header: "Parameter", cell: (r) => html`<code>${r.parameter}</code>` },
      { header: "Target", cell: (r) => r.target },
      ...doses.map((d, k) => ({
        header: doseText(d.dose_uM),
        numeric: true,
        cell: (r: ChangeRow) => r.cells[k],
      })),
    ],
    rows,
  );
}

function changeRows(trial: Trial): ChangeRow[] {
  const doses = dosesInOrder(trial);
  const all = doses.flatMap((d) => d.parameters);
  const keys = new Map(all.map((p) => [`${p.parameter}\n${p.target}`, p]));
  return [...keys.values()].map(({ parameter, target }) => ({
    parameter,
    target,
    cells: doses.map((d) => {
      const change = d.parameters.find((p) => p.parameter === parameter && p.target === target);
      return change ? changeText(change.scale, change.shift_mV) : "no change";
    }),
  }));
}

/** `× 0.42` or `−3.1 mV`. */
function changeText(scale: number | null, shift_mV: number | null): string {
  const parts = [
    scale === null ? "" : `× ${significant(scale, 3)}`,
    shift_mV === null ? "" : `${shift_mV > 0 ? "+" : ""}${fixed(shift_mV, 1)} mV`,
  ];
  return parts.filter(Boolean).join(", ") || "no change";
}
