/**
 * One timed run of a population by the compiled kernel, as one JSON line: what bench/run.ts starts in a fresh process.
 * usage: node --import tsx bench/engine/ours.ts CASE f64|f32 peers|all DT_MS T_MS
 * `peers`: constants of Brian's code are constants of ours. `all`: every parameter is the cell's own.
 */
import { setTimeout as wait } from "node:timers/promises";
import { compile } from "../../src/engine/index.ts";
import type { Precision } from "../../src/engine/population.ts";
import { thisMachine } from "../lib/machine.ts";
import type { Measurement } from "../lib/measurement.ts";
import { CASES } from "./cases/index.ts";

const [id, precision, vary, dt, t] = process.argv.slice(2);
const found = CASES.find((one) => one.id === id);
if (!found) throw new Error(`no such case: ${id}`);
const { model, absent, constants, parameters, i, v0_mV, n } = found;
const [dt_ms, t_ms] = [Number(dt), Number(t)];

const began = performance.now();
const kernel = compile(model, {
  dt_ms,
  precision: precision as Precision,
  fixed: { ...absent, ...(vary === "peers" && constants) },
});
const run = (duration_ms: number) =>
  kernel.run(parameters, { steps: Math.round(duration_ms / dt_ms), i, v0_mV, spikeTimes: true });

run(dt_ms);
const compile_s = (performance.now() - began) / 1000;

// V8 begins with quick code and optimises a function after some calls, in another thread whose time counts too: until that is
// over, warm. Most of it is computing, not waiting: a core that has been idle begins slowly.
const WARM_MS = 1500;
for (const start = performance.now(); performance.now() - start < WARM_MS; await wait(1))
  run(Math.min(t_ms / 10, 1000));

const [wall, cpu] = [performance.now(), process.cpuUsage()];
const { spikeCounts } = run(t_ms);
const { user } = process.cpuUsage(cpu);
const measurement: Measurement = {
  tool: "Patchtwin",
  version: thisMachine().patchtwin,
  n,
  dt_ms,
  t_ms,
  cpu_s: user / 1e6,
  wall_s: (performance.now() - wall) / 1000,
  rate_hz: (spikeCounts.reduce((sum, count) => sum + count, 0) / n / t_ms) * 1000,
  compile_s,
};
console.log(JSON.stringify(measurement));
