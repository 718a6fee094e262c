/**
 * Steps per CPU second of the kernels on one cell, as a table: `npx tsx bench/engine/kernels.ts [rounds]`.
 * One process, kernels interleaved, order reversed every other round, median and all rounds printed. A step is one `dt` of one cell;
 * tables are filled and code is warm before the clock starts. `wasm pair` runs two sweeps at once.
 */
import { cpus } from "node:os";
import {
  type ConductanceModel,
  defaultParameters,
  findModel,
  javascriptKernel,
  type Model,
  referenceKernel,
  wasmKernel,
} from "../../src/engine/index.ts";

const ROUNDS = Number(process.argv[2] ?? 7);
const AIM_MS = 150;
const DT_MS = 0.025;
const CASES = [
  { id: "hodgkin-huxley", amplitude: 10, v0_mV: -65 },
  { id: "cortical", amplitude: 200, v0_mV: -70 },
];

interface Contender {
  readonly name: string;
  /** Runs `steps` steps and says how many spikes there were. */
  run(steps: number): { steps: number; spikes: number };
}

function contenders(model: ConductanceModel, amplitude: number, v0_mV: number): Contender[] {
  const params = defaultParameters(model);
  const currentOf = (steps: number) => new Float64Array(steps).fill(amplitude);
  const single = [referenceKernel, javascriptKernel, wasmKernel].map((create) => {
    const kernel = (create as (model: Model, dt_ms: number) => ReturnType<typeof referenceKernel>)(
      model,
      DT_MS,
    );
    const cell = kernel.bind(params);
    return {
      name: kernel.name,
      run: (steps: number) => ({ steps, spikes: cell.run(currentOf(steps), { v0_mV }).spikeTimes_ms.length }),
    };
  });
  const cell = wasmKernel(model, DT_MS).bind(params);
  const pair = {
    name: "wasm pair",
    run: (steps: number) => {
      const half = currentOf(Math.ceil(steps / 2));
      const runs = cell.runPair(half, half, { v0_mV });
      return { steps: 2 * half.length, spikes: runs[0].spikeTimes_ms.length + runs[1].spikeTimes_ms.length };
    },
  };
  return [...single, pair];
}

/** Million steps per CPU second. */
function measure(contender: Contender, steps: number): number {
  const before = process.cpuUsage();
  const done = contender.run(steps);
  const { user, system } = process.cpuUsage(before);
  if (done.spikes === 0) throw new Error(`internal: ${contender.name} did not fire`);
  return done.steps / (user + system);
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, dt ${DT_MS} ms, ${ROUNDS} rounds`,
);
console.log("million steps per CPU second\n");
console.log(`${"model".padEnd(16)}${"kernel".padEnd(12)}${"median".padStart(9)}   rounds`);
for (const { id, amplitude, v0_mV } of CASES) {
  const all = contenders(findModel(id) as ConductanceModel, amplitude, v0_mV).map((contender) => {
    for (let warm = 0; warm < 3; warm++) measure(contender, 20_000);
    const steps = Math.ceil((measure(contender, 20_000) * AIM_MS * 1000) / 1000) * 1000;
    return { contender, steps, rates: [] as number[] };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const { contender, steps, rates } of round % 2 ? [...all].reverse() : all)
      rates.push(measure(contender, steps));
  }
  for (const { contender, rates } of all) {
    const numbers = rates.map((rate) => rate.toPrecision(3)).join(" ");
    console.log(
      `${id.padEnd(16)}${contender.name.padEnd(12)}${median(rates).toPrecision(3).padStart(9)}   ${numbers}`,
    );
  }
}
