import { spawnSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { inRoot } from "../../scripts/lib/root.mjs";
import { findPeers } from "../../scripts/peers.mjs";
import { type ConductanceModel, compile } from "../../src/engine/index.ts";
import type { PopulationRun } from "../../src/engine/population.ts";
import {
  cortical,
  hodgkinHuxley,
  izhikevich,
  izhikevichCells,
  type LiveCell,
  pospischilCells,
  squidCells,
} from "./neuron-live.cells.ts";
import { rungeKutta, sampledCurrent, spikeDistance_ms } from "./truth.ts";

/**
 * Random cells, in NEURON as it is installed here and in ours. The seeds are fixed, so that the cells are always the same.
 * NEURON runs at second order with dt 0.001 ms: its own error is below 0.002 ms on the frozen cases of neuron.test.ts.
 */
const python = (await findPeers()).find((peer) => peer.neuron)?.python;
const compiler = spawnSync("c++", ["--version"]).status === 0;
const missing = !python
  ? "skipped: no NEURON here, npm run peers installs it"
  : compiler
    ? undefined
    : "skipped: NEURON needs a C++ compiler";
const named = (title: string) => (missing ? `${title} (${missing})` : title);

interface Answer {
  readonly spikeTimes_ms: ArrayLike<number>;
  readonly v_mV: ArrayLike<number>;
}

function askNeuron(
  cells: readonly LiveCell[],
  given: { dt_ms: number; duration_ms: number; sampleEvery: number; v0_mV: number },
): readonly Answer[] {
  const { status, stdout, stderr } = spawnSync(python!, [inRoot("test", "engine", "neuron-live.py")], {
    input: JSON.stringify({ ...given, cells: cells.map((cell) => cell.neuron) }),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, NEURON_MODULE_OPTIONS: "-nogui" },
  });
  if (status !== 0) throw new Error(`NEURON ended with code ${status}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.slice(stdout.indexOf("{"))).cells;
}

function parametersOf(cells: readonly LiveCell[]): Float64Array {
  const size = cells[0].params.length;
  const all = new Float64Array(cells.length * size);
  for (const [k, { params }] of cells.entries()) all.set(params, k * size);
  return all;
}

function cellOf({ spikes, v_mV, samples }: PopulationRun, k: number): Answer {
  return {
    spikeTimes_ms: spikes.times_ms.subarray(spikes.starts[k], spikes.starts[k + 1]),
    v_mV: v_mV!.subarray(k * samples, (k + 1) * samples),
  };
}

const rms = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.sqrt(Array.from(a).reduce((sum, x, k) => sum + (x - b[k]) ** 2, 0) / a.length);

const CONDUCTANCE: readonly {
  title: string;
  model: ConductanceModel;
  cells: readonly LiveCell[];
  v0_mV: number;
}[] = [
  {
    title: "squid axon",
    model: hodgkinHuxley,
    cells: squidCells(9, 400, 11),
    v0_mV: -65,
  },
  { title: "Pospischil cell", model: cortical, cells: pospischilCells(9, 400, 12), v0_mV: -70 },
];

describe.skipIf(missing).each(CONDUCTANCE)(named("NEURON and $title"), ({ model, cells, v0_mV }) => {
  const duration_ms = 400;
  const sample_ms = 0.5;
  const currents = (dt: number) => cells.map(({ rows }) => sampledCurrent(rows, duration_ms, dt));
  let truth: readonly Answer[] = [];
  beforeAll(() => {
    const dt_ms = 0.001;
    truth = askNeuron(cells, { dt_ms, duration_ms, sampleEvery: Math.round(sample_ms / dt_ms), v0_mV });
  });

  it("every cell fires", () => {
    for (const { spikeTimes_ms } of truth) expect(spikeTimes_ms.length).toBeGreaterThan(1);
  });

  /** Every spike within `spike_ms`, and the voltage within `v_mV` rms: the foot of a spike rises by 400 mV in 1 ms. */
  function expectClose(runs: readonly Answer[], spike_ms: number, v_mV: number) {
    const distances = runs.map(({ spikeTimes_ms, v_mV }, k) => ({
      spike_ms: spikeDistance_ms(spikeTimes_ms, truth[k].spikeTimes_ms),
      v_mV: rms(v_mV, truth[k].v_mV),
    }));
    for (const distance of distances) {
      expect(distance.spike_ms).toBeLessThan(spike_ms);
      expect(distance.v_mV).toBeLessThan(v_mV);
    }
  }

  it("our equations, integrated by Runge-Kutta: within 0.005 ms and 0.1 mV", () => {
    const dt = 0.005;
    const every = Math.round(sample_ms / dt);
    const runs = currents(dt).map((current, k) =>
      rungeKutta(model, cells[k].params, current, dt, v0_mV, every),
    );
    expectClose(runs, 0.005, 0.1);
  });

  it.each([
    { precision: "f64", dt: 0.0025, spike_ms: 0.01, v_mV: 0.2 },
    { precision: "f64", dt: 0.01, spike_ms: 0.2, v_mV: 3 },
    { precision: "f32", dt: 0.01, spike_ms: 0.2, v_mV: 3 },
  ] as const)(
    "compiled $precision at dt $dt ms: within $spike_ms ms and $v_mV mV",
    ({ precision, dt, ...allowed }) => {
      const run = compile(model, { dt_ms: dt, precision }).run(parametersOf(cells), {
        steps: Math.round(duration_ms / dt),
        i: { kind: "waveforms", waveforms: currents(dt), which: cells.map((_, k) => k) },
        v0_mV,
        spikeTimes: true,
        recordEvery: Math.round(sample_ms / dt),
      });
      expectClose(
        cells.map((_, k) => cellOf(run, k)),
        allowed.spike_ms,
        allowed.v_mV,
      );
    },
  );
});

describe.skipIf(missing)(named("NEURON and Izhikevich 2007"), () => {
  const given = { dt_ms: 0.1, duration_ms: 600, sampleEvery: 1, v0_mV: -65 };
  const cells = izhikevichCells(12, given.duration_ms, 13);
  let truth: readonly Answer[] = [];
  beforeAll(() => {
    truth = askNeuron(cells, given);
  });

  it("compiled explicit Euler fires in the same steps and has the same voltage to 1e-6 mV", () => {
    const run = compile(izhikevich, { dt_ms: given.dt_ms }).run(parametersOf(cells), {
      steps: Math.round(given.duration_ms / given.dt_ms),
      i: {
        kind: "waveforms",
        waveforms: cells.map(({ rows }) => sampledCurrent(rows, given.duration_ms, given.dt_ms)),
        which: cells.map((_, k) => k),
      },
      spikeTimes: true,
      recordEvery: 1,
    });
    for (const [k, { spikeTimes_ms, v_mV }] of truth.entries()) {
      const ours = cellOf(run, k);
      expect(spikeTimes_ms.length).toBeGreaterThan(1);
      expect(spikeDistance_ms(ours.spikeTimes_ms, spikeTimes_ms)).toBeLessThan(1e-6);
      expect(rms(ours.v_mV, v_mV)).toBeLessThan(1e-6);
    }
  });
});
