import type { DoseResult, ParameterChange, Trial } from "../../trials/trial.ts";
import { dose as doseText, fixed, isNumber, significant } from "../format.ts";
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
  const range = [freeLow_uM, freeHigh_uM].filter(isNumber).map(doseText);
  const words = range.length > 0 ? `Free therapeutic plasma range: ${range.join(" to ")}.` : "";
  return [words, text].filter(Boolean).join(" ");
}

/** A column of the table of changes: one action on one parameter. */
interface ChangeColumn {
  readonly parameter: string;
  readonly target: string;
}

/** Doses down, parameters across: a sweep has many doses but a drug few actions, and paper is narrow. */
function parameterChanges(trial: Trial): Markup | null {
  const columns = changeColumns(trial);
  if (columns.length === 0) return null;
  return table<DoseResult>(
    "What each dose does to the parameters (× factor, or shift in mV)",
    [
      { header: "Dose", numeric: true, cell: (d) => doseText(d.dose_uM) },
      ...columns.map((column) => ({
        header: `${column.parameter}, ${column.target}`,
        numeric: true,
        cell: (d: DoseResult) => changeText(findChange(d, column)),
      })),
    ],
    dosesInOrder(trial),
  );
}

function changeColumns(trial: Trial): ChangeColumn[] {
  const all = dosesInOrder(trial).flatMap((d) => d.parameters);
  return [...new Map(all.map((p) => [`${p.parameter}\n${p.target}`, p])).values()];
}

function findChange(at: DoseResult, { parameter, target }: ChangeColumn): ParameterChange | undefined {
  return at.parameters.find((p) => p.parameter === parameter && p.target === target);
}

/** `× 0.42` or `−3.1 mV`. */
function changeText(change: ParameterChange | undefined): string {
  const { scale, shift_mV } = change ?? { scale: null, shift_mV: null };
  const parts = [
    isNumber(scale) ? `× ${significant(scale, 3)}` : "",
    isNumber(shift_mV) ? `${shift_mV >= 0.05 ? "+" : ""}${fixed(shift_mV, 1)} mV` : "",
  ];
  return parts.filter(Boolean).join(", ") || "no change";
}
