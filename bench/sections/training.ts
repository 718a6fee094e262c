import { inRoot } from "../../scripts/lib/root.mjs";
import { findLearners } from "../../scripts/peers.mjs";
import { askProcess } from "../lib/measurement.ts";
import { median, spread } from "../lib/statistics.ts";
import { table } from "../lib/table.ts";
import { digits, type Section, type Settings } from "./section.ts";

interface Answer {
  readonly cells: number;
  readonly wall_s: number;
  readonly cpu_s: number;
  readonly weights: number;
}

interface OurAnswer extends Answer {
  readonly network: Readonly<Record<string, number>>;
}

interface TheirAnswer extends Answer {
  readonly version: string;
}

const UPDATES = 60;
const THREADS = [1, 2] as const;

/** Loss, gradients and Adam of the posterior's network: ours and the same network in PyTorch, fresh processes in turns. */
export async function training({ rounds, length, tell }: Settings): Promise<Section> {
  const updates = Math.max(5, Math.round(UPDATES * length));
  const python = await findLearners();
  const ours = (threads: number) =>
    askProcess<OurAnswer>(process.execPath, [
      "--import",
      "tsx",
      inRoot("bench", "posterior", "train.ts"),
      String(updates),
      String(threads),
    ]);
  const { network, weights } = await ours(1);
  const script = inRoot("bench", "posterior", "train_torch.py");
  const theirs = (threads: number) =>
    askProcess<TheirAnswer>(python!, [script, String(updates), String(threads), JSON.stringify(network)]);
  const contenders = THREADS.flatMap((threads) => [
    { tool: "Patchtwin", threads, measure: () => ours(threads), answers: [] as Answer[] },
    ...(python
      ? [{ tool: "PyTorch", threads, measure: () => theirs(threads), answers: [] as TheirAnswer[] }]
      : []),
  ]);
  for (let round = 0; round < rounds; round++) {
    tell(`  round ${round + 1}`);
    for (const { measure, answers } of round % 2 ? contenders.toReversed() : contenders)
      (answers as Answer[]).push(await measure());
  }
  const rate = (per: "wall_s" | "cpu_s", tool: string, threads: number) => {
    const found = contenders.find((one) => one.tool === tool && one.threads === threads);
    return (found?.answers ?? []).map((answer) => answer.cells / answer[per]);
  };
  const rows = contenders.map(({ tool, threads }) => {
    const [wall, cpu] = (["wall_s", "cpu_s"] as const).map((per) => rate(per, tool, threads));
    const ratio = (per: "wall_s" | "cpu_s", values: readonly number[]) =>
      tool === "Patchtwin" && python ? digits(median(values) / median(rate(per, "PyTorch", threads))) : "";
    return [
      tool,
      String(threads),
      digits(median(wall)),
      `${Math.round(100 * spread(wall))} %`,
      ratio("wall_s", wall),
      digits(median(cpu)),
      ratio("cpu_s", cpu),
    ];
  });
  const version = contenders.flatMap(({ answers }) => answers).find((answer) => "version" in answer)?.version;
  return {
    title: "Training the posterior's network",
    text: `Loss, gradients, clipping and Adam of the network that makes posteriors (${weights} weights, ${network.slots} sweeps a cell, batches of ${network.batch}), ${updates} updates. Two threads: ours take half of the batch each, PyTorch shares out each operator. ${python ? `PyTorch ${version}, the network of \`bench/posterior/train_torch.py\`.` : "PyTorch: not installed (`npm run peers -- --learners`)."}

${table(["tool ", "threads", "cells/s", "spread", "over PyTorch", "cells per CPU second", "over PyTorch"], rows)}`,
    data: {
      network,
      updates,
      runs: contenders.map(({ tool, threads, answers }) => ({ tool, threads, answers })),
    },
  };
}
