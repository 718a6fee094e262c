import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { inRoot } from "../../scripts/lib/root.mjs";
import { findReferences } from "../../scripts/peers.mjs";
import { askProcess } from "../lib/measurement.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, type Section, type Settings } from "./section.ts";

type Measure = "cpu_s" | "wall_s";

interface Answer {
  readonly version: string;
  readonly files: readonly (Record<Measure, number> & { readonly samples: number; readonly sum: number })[];
}

/** The last pass of a process counts: V8 and the file cache are warm then, for both. */
const PASSES = 6;
const TITLE = "Reading ABF beside pyABF";

/** Voltage and command of every sweep, from the file to arrays: ours and pyABF in fresh processes, in turns. */
export async function abfReading({ rounds, tell }: Settings): Promise<Section> {
  const python = await findReferences();
  if (!python)
    return { title: TITLE, text: "There is no Python with pyABF here: `npm run peers`.", data: null };
  const files = abfFiles();
  const program = (name: string) => [inRoot("bench", "recordings", name), String(PASSES), ...files];
  const ours: Answer[] = [];
  const theirs: Answer[] = [];
  const turns = [
    async () =>
      ours.push(await askProcess<Answer>(process.execPath, ["--import", "tsx", ...program("read.ts")])),
    async () => theirs.push(await askProcess<Answer>(python, program("read_pyabf.py"))),
  ];
  for (let round = 0; round < rounds; round++) {
    tell(`  round ${round + 1}`);
    for (const turn of round % 2 ? turns.toReversed() : turns) await turn();
    requireSame(files, ours[round], theirs[round]);
  }
  /** Medians of the rounds, ms; of one file or of all. */
  const medians_ms = (measure: Measure, file?: number): [number, number] => {
    const of = (answer: Answer): number =>
      answer.files.reduce((sum, one, n) => (file === undefined || n === file ? sum + one[measure] : sum), 0);
    return [median(ours.map(of)) * 1000, median(theirs.map(of)) * 1000];
  };
  const row = (title: string, [we, they]: [number, number]) => [
    title,
    digits(we),
    digits(they),
    digits(they / we),
  ];
  const folder = process.env.PATCHTWIN_SHARED ? "the shared folder" : "this repository";
  return {
    title: TITLE,
    text: `Voltage and command of every sweep of the ${files.length} ABF files of ${folder}, from the file to arrays (ours of 64 bits, pyABF's of 32); pass ${PASSES} of each process. pyABF ${theirs[0].version}. A file's row is CPU time, all threads.

${table(
  ["file ", "Patchtwin (ms)", "pyABF (ms)", "times pyABF's speed"],
  [
    row("**all files, by the clock**", medians_ms("wall_s")),
    row("all files, CPU time", medians_ms("cpu_s")),
    ...files.map((path, n) => row(basename(path), medians_ms("cpu_s", n))),
  ],
)}`,
    data: { ours, theirs, files: files.map((path) => basename(path)) },
  };
}

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

/** Whether two readers read the same: pyABF scales in single precision. */
function requireSame(files: readonly string[], ours: Answer, theirs: Answer): void {
  ours.files.forEach(({ samples, sum }, n) => {
    const other = theirs.files[n];
    const isNear = Math.abs(sum - other.sum) <= 1e-5 * Math.abs(other.sum) + 1e-3;
    if (samples !== other.samples || !isNear)
      throw new Error(`${files[n]}: ${samples} samples, sum ${sum}; pyABF ${other.samples}, ${other.sum}`);
  });
}
