import type { Twin, TwinParameter } from "../../cloning/twin.ts";
import { inUnit, isNumber, percent, prettyUnit } from "../format.ts";
import { html, type Markup, table, trusted } from "../markup.ts";

/** From this share of the search box on, the recording has not narrowed a parameter down. */
const NOT_IDENTIFIED_FROM = 0.8;

/** Whether the recording says little about this parameter: the population fills most of the search box. */
function isNotIdentified(parameter: TwinParameter): boolean {
  return isNumber(parameter.relativeSpread) && parameter.relativeSpread >= NOT_IDENTIFIED_FROM;
}

/** Parameters of the model with their spread over the population, and which of them the recording does not fix. */
export function parameterSection(twin: Twin): Markup {
  const loose = twin.parameters.filter(isNotIdentified);
  return html`<section aria-labelledby="parameters"><h2 id="parameters">Parameters</h2>
<p>${identification(twin, loose)}</p>
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
      cell: (p) => (isNotIdentified(p) ? html`<span class="tag mark">not identified</span>` : ""),
    },
  ],
  twin.parameters,
)}
</section>\n`;
}

function identification(twin: Twin, loose: readonly TwinParameter[]): string {
  if (twin.parameters.length === 0) return "The twin lists no parameters.";
  if (loose.length === 0) return "The recording narrows every parameter down to a part of the search box.";
  return `${loose.length} of ${twin.parameters.length} parameters ${loose.length === 1 ? "is" : "are"} not identified: there the clones spread over nearly the whole search box, and a single value means little.`;
}

function spreadCell(parameter: TwinParameter): Markup {
  const share = Math.min(1, Math.max(0, isNumber(parameter.relativeSpread) ? parameter.relativeSpread : 0));
  const bar = trusted(
    `<span class="meter" aria-hidden="true"><span style="width:${(100 * share).toFixed(0)}%"></span></span>`,
  );
  return html`${bar}${percent(parameter.relativeSpread).replace(" %", "")}`;
}
