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
export async function throughput(one: Case, { rounds, length, peers, tell }: Settings): Promise<Section> {
  const t_ms = one.t_ms * length;
  const us = PRECISIONS.flatMap((precision) =>
    Object.entries(VARYING).map(([vary, parameters]) => ({
      ...ours(one.id, precision, vary, one.dt_ms, t_ms),
      parameters,
    })),
  );
  const them = peers.map((peer) => ({
    ...peer.contender({ case: one.id, n: one.n, t_ms, dt_ms: one.dt_ms }),
    parameters: peer.tool === "NEURON" ? "all" : "as Brian",
  }));
  const contenders = [...us, ...them];
  const results = await interleave(contenders, rounds, tell);
  const best = (tool: string) => fastest(results, tool);
  const rows = contenders.map(({ id, parameters }) => {
    const runs = results.get(id) ?? [];
    const rates = runs.map(stepsPerCpuSecond);
    const ratio = (tool: string) =>
      runs[0]?.tool === "Patchtwin" ? digits(median(rates) / (best(tool) ?? Number.NaN)) : "";
    return [...factsOf(id, runs, rates, parameters), ratio("NEURON"), ratio("Brian 2")];
  });
  return {
    title: `${one.title}, dt ${one.dt_ms} ms, ${one.n} cells, ${t_ms} ms`,
    text: table([...FACTS, "over NEURON", "over Brian 2"], rows),
    data: Object.fromEntries(results),
  };
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

/** The network of 4000 cells, by the peers alone until our networks exist. */
export async function cobaThroughput({ rounds, length, peers, tell }: Settings): Promise<Section> {
  const given = { case: "coba", n: 4000, t_ms: 500 * length, dt_ms: 0.05 } as const;
  const contenders = peers.map((peer) => peer.contender(given));
  const results = await interleave(contenders, rounds, tell);
  const rows = contenders.map(({ id }) => {
    const runs = results.get(id) ?? [];
    return factsOf(id, runs, runs.map(stepsPerCpuSecond), "none");
  });
  return {
    title: `COBA network, dt ${given.dt_ms} ms, ${given.n} cells, ${given.t_ms} ms`,
    text: `Peers only: Patchtwin has no networks yet.\n\n${table(FACTS, rows)}`,
    data: Object.fromEntries(results),
  };
}
