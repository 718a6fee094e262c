import { EFEL_SETTINGS, measureTrace } from "../../src/features/catalogue/index.ts";
import { askEfel, efelPython, type NamedTrace, SHARED } from "../../test/features/efel.ts";
import { tracesOfRepository } from "../../test/features/traces.ts";
import { median, spread } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, type Section, type Settings } from "./section.ts";

/** The features that we share with eFEL on the sweeps of this repository: ours, and efel with all of them in one call a sweep. */
export async function featuresBesideEfel({ rounds, tell }: Settings): Promise<Section> {
  if (!efelPython)
    return { title: TITLE, text: "There is no Python with eFEL here: `npm run peers`.", data: null };
  const all = tracesOfRepository();
  // eFEL ends with a segmentation fault on some traces: those are timed by neither.
  const { version, traces: answers = [] } = askEfel(efelPython, all);
  const traces = all.filter((_, k) => "values" in answers[k]);
  const ours_s: number[] = [];
  const efel_s: number[] = [];
  measureAll(traces);
  for (let round = 0; round < rounds; round++) {
    tell(`  round ${round + 1}`);
    ours_s.push(measureAll(traces));
    efel_s.push(...(askEfel(efelPython, traces, { rounds: 1 }).seconds ?? []));
  }
  const row = (tool: string, seconds: readonly number[]) => [
    tool,
    digits((1000 * median(seconds)) / traces.length),
    `${Math.round(100 * spread(seconds))} %`,
    digits(median(efel_s) / median(seconds)),
  ];
  const samples = traces.reduce((sum, { input }) => sum + input.v_mV.length, 0);
  return {
    title: TITLE,
    text: `${SHARED.length} features of ${traces.length} sweeps (${digits(samples / 1e6)} million samples) under eFEL's settings, by the clock, reading left out; eFEL gets all of them in one call a sweep, in a new process each round, ours runs once before the clock starts and stays in one.

${table(["tool ", "ms a sweep", "spread", "times eFEL's speed"], [row("Patchtwin", ours_s), row(`eFEL ${version}`, efel_s)])}`,
    data: { efel: version, features: SHARED.length, sweeps: traces.length, samples, ours_s, efel_s },
  };
}

const TITLE = "Features beside eFEL";

/** Seconds for all traces, the reading of files left out. */
function measureAll(traces: readonly NamedTrace[]): number {
  const start = performance.now();
  for (const { input } of traces) measureTrace(input, EFEL_SETTINGS, SHARED);
  return (performance.now() - start) / 1000;
}
