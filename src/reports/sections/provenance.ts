import { grouped, significant } from "../format.ts";
import type { ReportInput } from "../input.ts";
import { html, list, type Markup } from "../markup.ts";
import { fileName, RESEARCH_LINE } from "../words.ts";

/** Everything needed to make the same result again. */
export function provenanceSection({ twin, trial }: ReportInput): Markup {
  const { provenance } = twin;
  const rows: [string, string | Markup][] = [
    ["Recording", fileName(provenance.file)],
    ["SHA-256", html`<code>${provenance.sha256}</code>`],
    ["Format", provenance.format],
    ["Current", `${provenance.currentSource}: ${provenance.currentDescription}`],
    ...run("Clone", provenance),
    ...(trial
      ? [
          ...run("Trial", trial.provenance),
          ["Drug library", trial.provenance.librarySchema] as [string, string],
        ]
      : []),
  ];
  return html`<section aria-labelledby="provenance"><h2 id="provenance">Provenance</h2>
<dl class="words">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${provenance.notes.length > 0 && html`<h3>Notes</h3>${list(provenance.notes)}`}
</section>
<footer><p class="research">${RESEARCH_LINE}</p></footer>\n`;
}

interface Run {
  readonly patchtwin: string;
  readonly seed: number;
  readonly dt_ms: number;
  readonly solver: string;
  readonly precision?: "f32" | "f64";
  readonly simulations: number;
  readonly createdAt: string;
  readonly wall_s: number;
}

function run(name: string, r: Run): [string, string][] {
  return [
    [name, `Patchtwin ${r.patchtwin}, ${r.createdAt}`],
    [
      `${name}: numerics`,
      `solver ${r.solver} in ${r.precision === "f32" ? "single" : "double"} precision, dt ${significant(r.dt_ms)} ms, seed ${r.seed}, ${grouped(r.simulations)} simulations in ${significant(r.wall_s)} s`,
    ],
  ];
}
