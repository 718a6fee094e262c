/**
 * Times the features that we share with eFEL on the same sweeps: ours and efel.get_feature_values with all of them in one
 * call per sweep, in rounds of which each tool runs one after the other.
 * usage: npx tsx bench/features/run.ts [--rounds 5] [--out file.json] [folder of recordings]   without a folder: the sweeps of this repository
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EFEL_SETTINGS, measureTrace } from "../../src/features/catalogue/index.ts";
import { askEfel, efelPython, type NamedTrace, SHARED } from "../../test/features/efel.ts";
import { collect, tracesOfRepository } from "../../test/features/traces.ts";
import { thisMachine } from "../lib/machine.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" }, out: { type: "string" } },
});
if (!efelPython) {
  console.error("There is no Python with eFEL: npm run peers.");
  process.exit(3);
}

const rounds = Number(values.rounds);
const all = positionals[0] ? collect(positionals[0].replace(/\/$/, "")).traces : tracesOfRepository();
// eFEL ends with a segmentation fault on some traces: those are timed by neither.
const { version, traces: answers = [] } = askEfel(efelPython, all);
const traces = all.filter((_, k) => "values" in answers[k]);

const ours_s: number[] = [];
const efel_s: number[] = [];
measureAll(traces);
for (let round = 0; round < rounds; round++) {
  ours_s.push(measureAll(traces));
  efel_s.push(...(askEfel(efelPython, traces, { rounds: 1 }).seconds ?? []));
}

/** Seconds for all traces, the reading of files left out. */
function measureAll(measured: readonly NamedTrace[]): number {
  const start = performance.now();
  for (const { input } of measured) measureTrace(input, EFEL_SETTINGS, SHARED);
  return (performance.now() - start) / 1000;
}

const median = (seconds: readonly number[]) => [...seconds].sort((a, b) => a - b)[seconds.length >> 1];
const samples = traces.reduce((sum, { input }) => sum + input.v_mV.length, 0);
const result = {
  machine: thisMachine(),
  efel: version,
  features: SHARED.length,
  sweeps: traces.length,
  samples,
  ours_s,
  efel_s,
  ours_ms_per_sweep: (1000 * median(ours_s)) / traces.length,
  efel_ms_per_sweep: (1000 * median(efel_s)) / traces.length,
  ratio: median(efel_s) / median(ours_s),
};
if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
console.log(
  `${SHARED.length} features, ${traces.length} sweeps (${(samples / 1e6).toFixed(1)} million samples), median of ${rounds} rounds\n` +
    `ours        ${result.ours_ms_per_sweep.toFixed(2)} ms a sweep\n` +
    `eFEL ${version} ${result.efel_ms_per_sweep.toFixed(2)} ms a sweep\n` +
    `ratio       ${result.ratio.toFixed(1)}`,
);
