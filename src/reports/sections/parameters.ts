import type { Twin, TwinParameter } from "../../cloning/twin.ts";
import { inUnit, isNumber, percent, prettyUnit } from "../format.ts";
import { html, list, type Markup, table, trusted } from "../markup.ts";
import { identificationSentence, notIdentified, tradeOffSentences } from "../words.ts";

/** Parameters of the model with their spread over the population, and which of them the recording does not fix. */
export function parameterSection(twin: Twin): Markup {
  const open = new Set(notIdentified(twin));
  return html`<section aria-labelledby="parameters"><h2 id="parameters">Parameters</h2>
<p>${identificationSentence(twin)}</p>
${list(tradeOffSentences(twin))}
${table<TwinParameter>(
  "Parameters of the clone, with the 5–95 % range over the population",
  [
    { header: "Parameter", cell: (p) => html`<code>${p.name}</code>` },
    { header: "Unit", cell: (p) => prettyUnit(p.unit) || "no unit" },
    { header: "Best clone", numeric: true, cell: (p) => inUnit(p.best, p.unit) },
    { header: "5 %", numeric: true, cell: (p) => inUnit(p.low, p.unit) },
    { header: "Median", numeric: true, cell: (p) => inUnit(p.median, p.unit) },
    { header: "95 %", numeric: true, cell: (p) => inUnit(p.high, p.unit) },
    { header: "Range over search box (%)", numeric: true, cell: spreadCell },
    {
      header: "Identified",
      cell: (p) => (open.has(p) ? html`<span class="tag mark">not identified</span>` : ""),
    },
  ],
  twin.parameters,
)}
</section>\n`;
}

function spreadCell(parameter: TwinParameter): Markup {
  const share = Math.min(1, Math.max(0, isNumber(parameter.relativeSpread) ? parameter.relativeSpread : 0));
  const bar = trusted(
    `<span class="meter" aria-hidden="true"><span style="width:${(100 * share).toFixed(0)}%"></span></span>`,
  );
  return html`${bar}${percent(parameter.relativeSpread).replace(" %", "")}`;
}
