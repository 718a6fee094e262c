/** A recording as a page: what is in it, how its current was recovered, its quality, every sweep drawn. */
import type { QualityCheck } from "../features/index.ts";
import { FORMATS, type Recording } from "../recordings/recording.ts";
import { drawnSweeps, recordedSweeps } from "./figures/recorded-sweeps.ts";
import { grouped, inUnit, prettyUnit, significant } from "./format.ts";
import { html, list, type Markup, table, trusted } from "./markup.ts";
import { numberedFigures } from "./sections/figure-markup.ts";
import { STYLE } from "./style.ts";
import { fileName } from "./words.ts";

export interface RecordingPage {
  readonly recording: Recording;
  /** The sweeps to be drawn: the recording, or pieces of a long one. */
  readonly drawn: Recording;
  readonly sha256: string;
  readonly quality: readonly QualityCheck[];
  /** Times of the spikes that were found, one list a sweep of `drawn`. */
  readonly spikeTimes_ms: readonly (readonly number[])[];
  /** One line a protocol. */
  readonly protocols: readonly string[];
  readonly notes: readonly string[];
}

/**
 * One HTML file that needs nothing else. The same input gives the same text.
 *
 * @returns a complete HTML document; at most 36 sweeps are drawn.
 */
export function renderRecording(page: RecordingPage): string {
  const { recording } = page;
  const figure = numberedFigures();
  const drawn = drawnSweeps(page.drawn, page.spikeTimes_ms);
  const name = fileName(recording.name);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}: recording</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<header><h1>${name}</h1></header>
${facts(page)}
${figure(recordedSweeps(drawn, page.drawn.sweeps.length, recording.currentDescription))}
${qualityTable(page.quality)}
${page.notes.length > 0 && html`<section aria-labelledby="notes"><h2 id="notes">Notes</h2>${list(page.notes)}</section>`}
</main>
</body>
</html>
`.text;
}

function facts({ recording, sha256, protocols }: RecordingPage): Markup {
  const { sweeps, dt_ms, format, currentSource, currentDescription, preparation = [] } = recording;
  const rows: [string, string | Markup][] = [
    ["Format", FORMATS[format]],
    ...(recording.protocol ? [["Protocol", recording.protocol] as [string, string]] : []),
    ["Sweeps", `${grouped(sweeps.length)} at ${significant(1 / dt_ms, 4)} kHz`],
    ["Current", `${currentSource}: ${currentDescription}`],
    ...protocols.map((line): [string, string] => ["Sweeps by stimulus", line]),
    ...preparation.map(({ description }): [string, string] => ["Prepared", description]),
    ["SHA-256", html`<code>${sha256}</code>`],
  ];
  return html`<section aria-labelledby="recorded"><h2 id="recorded">What was recorded</h2>
<dl class="words">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
</section>\n`;
}

function qualityTable(quality: readonly QualityCheck[]): Markup {
  const verdict = (ok: boolean | null) => (ok === null ? "not known" : ok ? "within" : "outside");
  return html`<section aria-labelledby="quality"><h2 id="quality">Quality</h2>
${table(
  "Checks and their limits",
  [
    { header: "Check", cell: ({ check }) => check },
    {
      header: "Value",
      numeric: true,
      cell: ({ value, unit }) => (value === null ? "–" : `${inUnit(value, unit)} ${prettyUnit(unit)}`),
    },
    { header: "Limit", cell: ({ limit, unit }) => `${limit} ${prettyUnit(unit)}` },
    { header: "Verdict", cell: ({ ok }) => verdict(ok) },
    { header: "Remark", cell: ({ reason, detail }) => reason ?? detail ?? "" },
  ],
  quality,
)}</section>\n`;
}
