import { inRoot } from "../../scripts/lib/root.mjs";
import { askProcess } from "../lib/measurement.ts";
import { median } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, type Section, type Settings } from "./section.ts";

interface Times {
  readonly node_ms: readonly number[];
  /** null: there is no Chromium. */
  readonly chromium_ms: readonly number[] | null;
}

const RUNS = 20;

/** From a recording to 1,000 samples with the shipped weights, in Node and in Chromium. */
export async function posteriorSpeed({ rounds, tell }: Settings): Promise<Section> {
  const program = inRoot("bench", "posterior", "answer.ts");
  const answers: Times[] = [];
  for (let round = 0; round < rounds; round++) {
    tell(`  round ${round + 1}`);
    answers.push(await askProcess<Times>(process.execPath, ["--import", "tsx", program, String(RUNS)]));
  }
  const row = (place: string, times: readonly (readonly number[] | null)[], goal_ms: number) => {
    const measured = times.filter((one) => one !== null);
    const medians = measured.map(median);
    const first = measured.map(([time]) => time);
    if (measured.length === 0) return [place, "not installed", "", "", `${goal_ms}`];
    return [
      place,
      digits(median(medians)),
      medians.map((value) => digits(value)).join(" "),
      digits(median(first)),
      `${goal_ms}`,
    ];
  };
  const rows = [
    row(
      "Node, one thread",
      answers.map(({ node_ms }) => node_ms),
      50,
    ),
    row(
      "Chromium, WebAssembly, one thread",
      answers.map(({ chromium_ms }) => chromium_ms),
      200,
    ),
  ];
  return {
    title: "From a recording to its posterior",
    text: `Ten sweeps of 1 s at 10 kHz to 1,000 samples of the Izhikevich posterior with the shipped weights: measures, network and samples, by the clock. Median of ${RUNS} calls after one; a fresh process each round.

${table(["where ", "ms", "rounds", "first of them", "goal"], rows)}`,
    data: answers,
  };
}
