/**
 * Largest memory of a process that runs 100,000 complete cortical cells, every channel of each present and its own, for so many
 * ms without storing a voltage, as one JSON line. usage: node --import tsx bench/engine/memory.ts f64|f32 T_MS
 */
import { compile } from "../../src/engine/index.ts";
import { cortical as model } from "../../src/engine/models/cortical.ts";
import type { Precision } from "../../src/engine/population.ts";
import { factor, population } from "./cases/case.ts";

const [precision, t] = process.argv.slice(2);
const N = 100_000;
const DT_MS = 0.025;
const parameters = population(
  model,
  N,
  Object.fromEntries(
    model.parameters
      .filter(({ role }) => role === "conductance")
      .map(({ name, default: value, prior }) => [
        name,
        (cell: number) => (value || prior.low) * factor(cell, N),
      ]),
  ),
);
const { user } = process.cpuUsage();
const { spikeCounts } = compile(model, { dt_ms: DT_MS, precision: precision as Precision }).run(parameters, {
  steps: Math.round(Number(t) / DT_MS),
  i: { kind: "constant", value: 200 },
  v0_mV: -70,
  spikeTimes: true,
});
console.log(
  JSON.stringify({
    model: model.id,
    n: N,
    t_ms: Number(t),
    // From the system, in KiB.
    peak_MB: (process.resourceUsage().maxRSS * 1024) / 1e6,
    cpu_s: process.cpuUsage().user / 1e6 - user / 1e6,
    rate_hz: (spikeCounts.reduce((sum, count) => sum + count, 0) / N / Number(t)) * 1000,
  }),
);
