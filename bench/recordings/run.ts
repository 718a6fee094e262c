/**
 * Reading ABF files with us and with pyABF, side by side. usage: tsx bench/recordings/run.ts [--rounds 7] [--passes 4]
 * Each round starts both in fresh processes, in reversed order every other time; the last pass of a process counts. CPU
 * time (user and system, all threads) for each file, so that other work on the machine matters less; the total by the
 * clock, too. The files are those of the folder that PATCHTWIN_SHARED names, without it those of this repository.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { inRoot } from "../../scripts/lib/root.mjs";
import { ensureReferences } from "../../scripts/peers.mjs";
import { thisMachine } from "../lib/machine.ts";
import { askProcess } from "../lib/measurement.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits } from "../sections/section.ts";

type Measure = "cpu_s" | "wall_s";

interface Answer {
  readonly version: string;
  readonly files: readonly (Record<Measure, number> & { readonly samples: number; readonly sum: number })[];
}

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, passes: { type: "string", default: "4" } },
});

function abfFiles(): string[] {
  const shared = process.env.PATCHTWIN_SHARED;
  const folders = shared
    ? ["pyabf", "swhlab", "wyart_opsin"].map((folder) => join(shared, "recordings", folder))
    : [inRoot("test", "recordings"), inRoot("examples")];
  return folders
    .filter(existsSync)
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith(".abf"));
}

const files = abfFiles();
const python = await ensureReferences();
const contenders = {
  ours: () => askProcess<Answer>(process.execPath, ["--import", "tsx", ...program("read.ts")]),
  pyabf: () => askProcess<Answer>(python, program("read_pyabf.py")),
};

function program(name: string): string[] {
  return [inRoot("bench", "recordings", name), values.passes, ...files];
}

/** Whether two readers read the same: pyABF scales in single precision. */
function requireSame(ours: Answer, theirs: Answer): void {
  ours.files.forEach(({ samples, sum }, n) => {
    const other = theirs.files[n];
    const isNear = Math.abs(sum - other.sum) <= 1e-5 * Math.abs(other.sum) + 1e-3;
    if (samples !== other.samples || !isNear)
      throw new Error(`${files[n]}: ${samples} samples, sum ${sum}; pyABF ${other.samples}, ${other.sum}`);
  });
}

const rounds: Record<keyof typeof contenders, Answer[]> = { ours: [], pyabf: [] };
for (let round = 0; round < Number(values.rounds); round++) {
  const order = ["ours", "pyabf"] as const;
  for (const id of round % 2 ? order.toReversed() : order) rounds[id].push(await contenders[id]());
  requireSame(rounds.ours[round], rounds.pyabf[round]);
}

/** Medians of the rounds, ms; of one file or of all. */
function medians_ms(measure: Measure, file?: number): [ours: number, theirs: number] {
  const of = (answer: Answer): number =>
    answer.files.reduce((sum, one, n) => (file === undefined || n === file ? sum + one[measure] : sum), 0);
  return [median(rounds.ours.map(of)) * 1000, median(rounds.pyabf.map(of)) * 1000];
}

const row = (title: string, [ours, theirs]: [number, number]): string[] => [
  title,
  digits(ours),
  digits(theirs),
  digits(theirs / ours),
];
const { processor, cores, node, load } = thisMachine();
console.log(
  `Medians of ${values.rounds} rounds, pass ${values.passes} of each process; ${processor}, ${cores} cores, load ${load.toFixed(1)}, Node ${node}, pyABF ${rounds.pyabf[0].version}.\n`,
);
console.log(
  table(
    ["file ", "Patchtwin, ms", "pyABF, ms", "times faster"],
    [
      ...files.map((path, n) => row(basename(path), medians_ms("cpu_s", n))),
      row("all files, CPU time", medians_ms("cpu_s")),
      row("all files, by the clock", medians_ms("wall_s")),
    ],
  ),
);
