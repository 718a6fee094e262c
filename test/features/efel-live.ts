/**
 * Compares the catalogue with the package eFEL on every current-clamp sweep of a folder, and writes docs/features-efel.md.
 * usage: npx tsx test/features/efel-live.ts <folder of recordings>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../../scripts/lib/root.mjs";
import { EFEL_SETTINGS, measureTrace } from "../../src/features/catalogue/index.ts";
import { compare } from "./compare.ts";
import { askEfel, type EfelAnswer, efelPython, SHARED } from "./efel.ts";
import { agreementPage, type Tally } from "./efelPage.ts";
import { collect } from "./traces.ts";

const folder = process.argv[2];
if (!folder || !efelPython) {
  console.error(
    folder ? "There is no Python with eFEL: npm run peers." : "usage: efel-live.ts <folder of recordings>",
  );
  process.exit(2);
}

const { traces, refused } = collect(folder.replace(/\/$/, ""));
const { version, traces: answers = [] } = askEfel(efelPython, traces);
const tallies = new Map<string, Tally>(
  SHARED.map(({ name }) => [name, { equal: 0, different: 0, examples: [] }]),
);
const failed: (readonly [string, string])[] = [];
traces.forEach(({ name, input }, k) => {
  const answer = answers[k];
  if ("failed" in answer) {
    failed.push([name, answer.failed]);
    return;
  }
  const ours = measureTrace(input, EFEL_SETTINGS, SHARED);
  for (const feature of SHARED) {
    const { equal, different, example } = compare(feature, ours[feature.name], answer.values[feature.efel!]);
    const tally = tallies.get(feature.name)!;
    tally.equal += equal;
    tally.different += different;
    if (example) tally.examples.push(`${name}: ${example}`);
  }
});
const changed = changedSincePublished(
  answers[traces.findIndex(({ name }) => name.endsWith("testdata.txt sweep 1"))],
);
const page = agreementPage({
  changed,
  version,
  traces: traces.map(({ name }) => name),
  refused,
  failed,
  tallies,
});
/** The published test names no current, so that both resistances are left out. */
function changedSincePublished(answer: EfelAnswer | undefined) {
  const published = JSON.parse(readFileSync(inRoot("test", "features", "efel_published.json"), "utf8"));
  const now = answer && "values" in answer ? answer.values : {};
  return SHARED.filter(({ efel }) => efel! in published && efel! in now && !efel!.includes("resistance"))
    .filter((feature) => {
      const was = published[feature.efel!];
      const measured = was ? { values: was, unit: feature.unit } : { values: null, reason: "not published" };
      return compare(feature, measured, now[feature.efel!]).different > 0;
    })
    .map(({ efel }): [string, string, string] => [
      efel!,
      String(published[efel!] ?? "none"),
      String(now[efel!] ?? "none"),
    ]);
}

writeFileSync(inRoot("docs", "features-efel.md"), page.text);
console.log(page.summary);
