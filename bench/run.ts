/**
 * Our kernels and the established simulators side by side. usage: npm run bench -- [--only hh,izh,pospi,coba,equal-error,compile,workers,memory,features,abf,long-recording,
 * training,posterior,sbi] [--rounds 5] [--short] [--write]
 * --short: a twentieth of the simulated time, to see that all of it works. --write: docs/performance.md and docs/performance.json.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { inRoot, SetupError, toExitCode } from "../scripts/lib/root.mjs";
import { CASES } from "./engine/cases/index.ts";
import { type Machine, thisMachine } from "./lib/machine.ts";
import { providePeers } from "./lib/peers.ts";
import { abfReading } from "./sections/abfReading.ts";
import { compileTimes } from "./sections/compileTimes.ts";
import { equalError } from "./sections/equalError.ts";
import { featuresBesideEfel } from "./sections/featuresBesideEfel.ts";
import { longRecording } from "./sections/longRecording.ts";
import { memory } from "./sections/memory.ts";
import { posteriorSpeed } from "./sections/posteriorSpeed.ts";
import { sbi } from "./sections/sbi.ts";
import type { Section, Settings } from "./sections/section.ts";
import { cobaThroughput, throughput } from "./sections/throughput.ts";
import { training } from "./sections/training.ts";
import { workers } from "./sections/workers.ts";

const SECTIONS = new Map<string, (settings: Settings) => Promise<Section>>([
  ...CASES.map((one) => [one.id, (settings: Settings) => throughput(one, settings)] as const),
  ["coba", cobaThroughput],
  ["equal-error", equalError],
  ["compile", compileTimes],
  ["workers", workers],
  ["memory", memory],
  ["features", featuresBesideEfel],
  ["abf", abfReading],
  ["long-recording", longRecording],
  ["training", training],
  ["posterior", posteriorSpeed],
  ["sbi", sbi],
]);

/** Parts that no simulator is beside. */
const WITHOUT_SIMULATORS = new Set(["features", "abf", "long-recording", "training", "posterior", "sbi"]);

function settingsFromCommandLine() {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: [...SECTIONS.keys()].join(",") },
      rounds: { type: "string", default: "5" },
      short: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
    },
  });
  const ids = values.only.split(",");
  const wrong = ids.find((id) => !SECTIONS.has(id));
  if (wrong !== undefined)
    throw new SetupError(`no such case: "${wrong}" (expected ${[...SECTIONS.keys()].join(", ")})`, 2);
  return { ids, rounds: Number(values.rounds), length: values.short ? 0.05 : 1, write: values.write };
}

/** A part of the page as it is kept, with when and how it was measured. */
interface Measured extends Section {
  readonly date: string;
  readonly rounds: number;
  readonly machine: Machine;
}

type Kept = Readonly<Record<string, Measured>>;

const KEPT = inRoot("docs", "performance.json");

/** What was measured before; parts that are measured again take the place of the old ones. */
function keptSections(): Kept {
  return existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, "utf8")) as Kept) : {};
}

function measuredLine({ date, rounds, machine }: Measured): string {
  const { patchtwin, cores, processor, node, load } = machine;
  return `Measured ${date}, ${rounds} round(s): patchtwin ${patchtwin}, ${cores} cores of ${processor}, Node ${node}, load ${load.toFixed(1)} at the start.`;
}

function page(sections: Kept): string {
  const parts = [...SECTIONS.keys()].filter((id) => sections[id]);
  const text = parts.map((id) => {
    const section = sections[id];
    return `## ${section.title}\n\n${section.text}\n\n${measuredLine(section)}`;
  });
  return `# Performance

Made by \`npm run bench -- --write\`; with \`--only hh\` that part alone is measured again and takes the place of the old one. Each says when it
was measured. Within a part all tools ran in turns.

Every number is the median of some rounds, each in a fresh process unless a part says otherwise; tools take turns, in reversed order every other round; spread is
largest less smallest over median. CPU seconds are user time of the steps alone. Ours runs for a while before the clock starts:
V8 begins with quick code and optimises it after some calls. For Brian 2 the smaller of two times counts: user time of its program
and its own time for the steps. A step is one \`dt\` of one cell; the peers run the same cells, currents and step
(\`bench/peers\`). NEURON's mechanisms are compiled with \`-O3 -march=native\`, Brian's code with its own \`-O3 -ffast-math
-march=native\`. Where a tool is installed twice, the faster one is the opponent.

${text.join("\n\n")}
`;
}

await toExitCode(async () => {
  const { ids, rounds, length, write } = settingsFromCommandLine();
  const machine = thisMachine();
  const tell = (line: string) => void process.stderr.write(`${line}\n`);
  const settings: Settings = {
    rounds,
    length,
    peers: ids.some((id) => !WITHOUT_SIMULATORS.has(id)) ? await providePeers() : [],
    tell,
  };
  const date = new Date().toISOString().slice(0, 10);
  const fresh: Record<string, Measured> = {};
  for (const id of ids) {
    tell(id);
    fresh[id] = { ...(await SECTIONS.get(id)!(settings)), date, rounds, machine };
  }
  console.log(page(fresh));
  if (!write) return;
  const kept = { ...keptSections(), ...fresh };
  writeFileSync(inRoot("docs", "performance.md"), page(kept));
  writeFileSync(KEPT, `${JSON.stringify(kept, null, 1)}\n`);
});
