import type { Case } from "../engine/cases/case.ts";
import {
  askProcess,
  type Contender,
  interleave,
  type Measurement,
  stepsPerCpuSecond,
} from "../lib/measurement.ts";
import { median, spread } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, ourProgram, type Section, type Settings } from "./section.ts";

const PRECISIONS = ["f64", "f32"] as const;

/** What is held for each cell: what Brian's code holds, the rest folded into ours, or every parameter of the model. */
const VARYING = { peers: "as Brian", all: "all" } as const;

export function ours(id: string, precision: string, vary: string, dt_ms: number, t_ms: number): Contender {
  const [command, args] = ourProgram("ours", id, precision, vary, dt_ms, t_ms);
  return {
    id: `Patchtwin ${precision}, ${vary}`,
    measure: () => askProcess<Measurement>(command, [...args]),
  };
}

/** Case `hh`, `izh` or `pospi`: us at both precisions, with as many parameters a cell as Brian has and with all, and every peer. */
export async function throughput(one: Case, settings: Settings): Promise<Section> {
  const t_ms = one.t_ms * settings.length;
  const us = PRECISIONS.flatMap((precision) =>
    Object.entries(VARYING).map(([vary, parameters]) => ({
      ...ours(one.id, precision, vary, one.dt_ms, t_ms),
      parameters,
    })),
  );
  const them = settings.peers.map((peer) => ({
    ...peer.contender({ case: one.id, n: one.n, t_ms, dt_ms: one.dt_ms }),
    parameters: peer.tool === "NEURON" ? "all" : "as Brian",
  }));
  const title = `${one.title}, dt ${one.dt_ms} ms, ${one.n} cells, ${t_ms} ms`;
  return compare(title, [...us, ...them], settings);
}

/** The network of 4000 equal cells: the parameters are constants of our code and of Brian's. */
export async function cobaThroughput(settings: Settings): Promise<Section> {
  const given = { case: "coba", n: 4000, t_ms: 500 * settings.length, dt_ms: 0.05 } as const;
  const us = PRECISIONS.map((precision) => {
    const [command, args] = ourProgram("oursCoba", precision, given.dt_ms, given.t_ms);
    return {
      id: `Patchtwin ${precision}`,
      parameters: "none",
      measure: () => askProcess<Measurement>(command, [...args]),
    };
  });
  const them = settings.peers.map((peer) => ({
    ...peer.contender(given),
    parameters: peer.tool === "NEURON" ? "all" : "none",
  }));
  const title = `COBA network, dt ${given.dt_ms} ms, ${given.n} cells, ${given.t_ms} ms`;
  return compare(title, [...us, ...them], settings);
}

async function compare(
  title: string,
  contenders: readonly (Contender & { readonly parameters: string })[],
  { rounds, tell }: Settings,
): Promise<Section> {
  const results = await interleave(contenders, rounds, tell);
  const rows = contenders.map(({ id, parameters }) => {
    const runs = results.get(id) ?? [];
    const rates = runs.map(stepsPerCpuSecond);
    const ratio = (tool: string) =>
      runs[0]?.tool === "Patchtwin" ? digits(median(rates) / (fastest(results, tool) ?? Number.NaN)) : "";
    return [...factsOf(id, runs, rates, parameters), ratio("NEURON"), ratio("Brian 2")];
  });
  const titles = [...FACTS, "over NEURON", "over Brian 2"];
  return { title, text: table(titles, rows), data: Object.fromEntries(results) };
}

const FACTS = [
  "tool ",
  "parameters of each cell ",
  "spikes/s",
  "million steps per CPU second",
  "spread",
  "rounds",
];

function factsOf(id: string, runs: readonly Measurement[], rates: readonly number[], parameters: string) {
  const name = runs[0]?.tool === "Patchtwin" ? id.replace(/,.*/, "") : `${id} ${runs[0]?.version}`;
  return [
    name,
    parameters,
    digits(runs[0]?.rate_hz),
    digits(median(rates) / 1e6),
    `${Math.round(100 * spread(rates))} %`,
    rates.map((rate) => digits(rate / 1e6)).join(" "),
  ];
}

/** Steps per CPU second of the fastest installation of a tool: that one is to be beaten. */
function fastest(results: ReadonlyMap<string, readonly Measurement[]>, tool: string): number | undefined {
  const medians = [...results.values()]
    .filter((runs) => runs[0]?.tool === tool)
    .map((runs) => median(runs.map(stepsPerCpuSecond)));
  return medians.length > 0 ? Math.max(...medians) : undefined;
}
