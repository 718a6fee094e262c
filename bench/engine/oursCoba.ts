/**
 * The network of bench/peers, 4000 cells, as one JSON line: what bench/run.ts starts in a fresh process.
 * usage: node --import tsx bench/engine/oursCoba.ts f64|f32 DT_MS T_MS
 */
import type { Precision } from "../../src/engine/index.ts";
import { cobaNetwork } from "../../src/networks/benchmarks/coba.ts";
import { RunningNetwork } from "../../src/networks/index.ts";
import { thisMachine } from "../lib/machine.ts";
import type { Measurement } from "../lib/measurement.ts";

const [precision, dt, t] = process.argv.slice(2);
const [dt_ms, t_ms] = [Number(dt), Number(t)];
const N = 4000;
/** V8 optimises code after some calls; meanwhile the drawn first state gives way to the network's own activity. */
const WARM_MS = 200;
const CELL_STEPS = 1e6;

const began = performance.now();
const duration_ms = WARM_MS + t_ms;
const network = new RunningNetwork(cobaNetwork(N), {
  duration_ms,
  dt_ms,
  seed: 1,
  precision: precision as Precision,
});
const compile_s = (performance.now() - began) / 1000;
const advanceTo = (time_ms: number) => {
  while (network.fraction * duration_ms < time_ms - dt_ms / 2) network.advance(CELL_STEPS);
};

advanceTo(WARM_MS);
const start_ms = network.fraction * duration_ms;
const [wall, cpu] = [performance.now(), process.cpuUsage()];
advanceTo(duration_ms);
const { user } = process.cpuUsage(cpu);
const wall_s = (performance.now() - wall) / 1000;
const { populations } = network.result();
const spikes = Object.values(populations).reduce((sum, one) => sum + one.spikes.cell.length, 0);
const measurement: Measurement = {
  tool: "Patchtwin",
  version: thisMachine().patchtwin,
  n: N,
  dt_ms,
  t_ms: duration_ms - start_ms,
  cpu_s: user / 1e6,
  wall_s,
  rate_hz: (spikes / N / duration_ms) * 1000,
  compile_s,
};
console.log(JSON.stringify(measurement));
