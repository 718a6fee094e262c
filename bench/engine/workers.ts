/**
 * Wall time of the Hodgkin-Huxley population on so many threads, as one JSON line.
 * usage: node --import tsx bench/engine/workers.ts THREADS T_MS
 */
import { PopulationPool } from "../../src/parallel/index.ts";
import { thisMachine } from "../lib/machine.ts";
import type { Measurement } from "../lib/measurement.ts";
import { hh } from "./cases/hh.ts";

const [threads, t_ms] = process.argv.slice(2).map(Number);
const { model, dt_ms, parameters, i, v0_mV, n } = hh;
const pool = new PopulationPool(threads);
const run = (duration_ms: number) =>
  pool.run(model, { dt_ms }, parameters, {
    steps: Math.round(duration_ms / dt_ms),
    i,
    v0_mV,
    spikeTimes: true,
  });

const WARM_MS = 1500;
for (const start = performance.now(); performance.now() - start < WARM_MS; ) await run(Math.min(100, t_ms));

const [wall, cpu] = [performance.now(), process.cpuUsage()];
const { spikeCounts } = await run(t_ms);
const measurement: Measurement = {
  tool: "Patchtwin",
  version: thisMachine().patchtwin,
  n,
  dt_ms,
  t_ms,
  cpu_s: process.cpuUsage(cpu).user / 1e6,
  wall_s: (performance.now() - wall) / 1000,
  rate_hz: (spikeCounts.reduce((sum, count) => sum + count, 0) / n / t_ms) * 1000,
  compile_s: 0,
};
console.log(JSON.stringify(measurement));
await pool.close();
