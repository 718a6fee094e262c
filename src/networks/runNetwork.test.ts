import { describe, expect, test } from "vitest";
import {
  ampa,
  type ConductanceModel,
  defaultParameters,
  exponentialSynapse,
  findModel,
  gabaA,
  gabaATonic,
  parameterIndex,
  withSynapses,
} from "../engine/index.ts";
import { passiveCell } from "../engine/synapses/testCell.ts";
import { RandomStream } from "../random.ts";
import {
  type CellPopulation,
  eachSynapse,
  fixedProbability,
  fromPairs,
  type Network,
  type NetworkOptions,
  oneToOne,
  RunningNetwork,
  runNetwork,
} from "./index.ts";

function run(network: Network, options: Partial<NetworkOptions> = {}) {
  const running = new RunningNetwork(network, { duration_ms: 100, dt_ms: 0.05, seed: 1, ...options });
  while (running.fraction < 1) running.advance(1e5);
  return running.result();
}

/** Given spikes at these times onto one passive cell each. */
function stimulated(
  model: ConductanceModel,
  times_ms: readonly (readonly number[])[],
  projection: Partial<Network["projections"][number]>,
): Network {
  const count = times_ms.length;
  return {
    populations: [
      { kind: "spikes", name: "stimulus", times_ms },
      { kind: "cells", name: "cell", model, count },
    ],
    projections: [
      {
        from: "stimulus",
        to: "cell",
        synapse: "AMPA",
        connectivity: oneToOne(count),
        weight: 1,
        delay_ms: 1,
        ...projection,
      },
    ],
  };
}

describe("one synapse on a passive cell", () => {
  const model = withSynapses(passiveCell, [ampa]);

  test("a small EPSP is the double exponential through the membrane, computed by hand", () => {
    const dt_ms = 0.01;
    const weight = 1e-5;
    const network = stimulated(model, [[5]], { weight, delay_ms: 2 });
    const record = { every_ms: 0.5, voltages: { cell: [0] } };
    const { populations, sampleTimes_ms } = run(network, { duration_ms: 60, dt_ms, record });
    const [rise, decay, membrane] = [0.2, 2, 10];
    const peakAt = ((decay * rise) / (decay - rise)) * Math.log(decay / rise);
    const peak = Math.exp(-peakAt / decay) - Math.exp(-peakAt / rise);
    const through = (tau: number, t: number) =>
      (Math.exp(-t / membrane) - Math.exp(-t / tau)) / (1 / tau - 1 / membrane);
    const largest = (weight * 70) / 100 / peak;
    const epsp = (t: number) => (t <= 0 ? 0 : largest * (through(decay, t) - through(rise, t)));
    const worst = Math.max(
      ...sampleTimes_ms.map((t, n) => Math.abs(populations.cell.v_mV[0][n] + 70 - epsp(t - 7))),
    );
    const highest = Math.max(...sampleTimes_ms.map((t) => epsp(t - 7)));
    expect(worst / highest).toBeLessThan(2e-4);
  });

  test.each([0.05, 0.3, 1, 7.35])("a spike arrives %d ms later, at the step it is due", (delay_ms) => {
    const record = { every_ms: 0.05, voltages: { cell: [0] } };
    const { populations, exchange_ms } = run(stimulated(model, [[10]], { delay_ms }), {
      record,
      duration_ms: 30,
    });
    const [v] = populations.cell.v_mV;
    const due = Math.round((10 + delay_ms) / 0.05);
    expect(v[due]).toBeCloseTo(-70, 8);
    expect(v[due + 1]).toBeGreaterThan(-69.999);
    expect(exchange_ms).toBe(0.05);
  });

  test("the exchange of spikes goes by the shortest delay and changes nothing", () => {
    const record = (every_ms: number) => ({ every_ms, voltages: { cell: [0] } });
    const network = stimulated(model, [[3, 4, 9.99]], { delay_ms: 1.5 });
    const rare = run(network, { record: record(3) });
    const often = run(network, { record: record(0.05) });
    expect([rare.exchange_ms, often.exchange_ms]).toEqual([1.5, 0.05]);
    const everySixtieth = often.populations.cell.v_mV[0].filter((_, n) => n % 60 === 0);
    // Not to the last sample: 100 ms are no multiple of 3.
    expect(rare.populations.cell.v_mV[0]).toEqual(everySixtieth);
  });

  test("currents are the sum over cells, and those of a pair with depression shrink by the paired-pulse ratio", () => {
    const plasticity = { U: 0.6, tauRec_ms: 300, tauFacil_ms: 0 };
    const weight = 1e-4;
    const network = stimulated(
      model,
      [
        [10, 60],
        [10, 60],
      ],
      { weight, plasticity },
    );
    const record = { every_ms: 0.05, currents: { cell: ["AMPA"] } };
    const { currents } = run(network, { record }).populations.cell;
    const peak = (from: number) => Math.min(...currents.AMPA.subarray(from / 0.05, (from + 10) / 0.05));
    expect(peak(60) / peak(10)).toBeCloseTo(1 - 0.6 * Math.exp(-50 / 300), 3);
    expect(peak(10)).toBeCloseTo(2 * weight * 0.6 * -70, 4);
  });
});

test("tonic inhibition holds a silent cell at the rest that was computed", () => {
  const model = withSynapses(passiveCell, [gabaATonic]);
  const population: CellPopulation = {
    kind: "cells",
    name: "cell",
    model,
    count: 1,
    fixed: { gGABAAtonic_nS: 5, EGABAA_mV: -55 },
  };
  const record = { voltages: { cell: [0] }, currents: { cell: ["GABAAtonic"] } };
  const { v_mV, currents } = run({ populations: [population], projections: [] }, { record }).populations.cell;
  expect(v_mV[0][100]).toBeCloseTo(-65, 6);
  expect(currents.GABAAtonic[100]).toBeCloseTo(-50, 5);
});

const spiking = withSynapses(findModel("cortical"), [
  exponentialSynapse("Exc", { reversal_mV: 0, tau_ms: 5 }),
  gabaA,
]);

/** A recurrent network whose cell k stands at place `order[k]`; weights are whole numbers, whose sums do not depend on order. */
function shuffled(count: number, order: readonly number[]): Network {
  const stream = RandomStream.fromSeed(5);
  const connect = (probability: number) =>
    fixedProbability({ sources: count, targets: count }, probability, stream);
  const places = new Uint32Array(count);
  for (const [cell, place] of order.entries()) places[place] = cell;
  const placed = (values: ArrayLike<number>) =>
    Float64Array.from({ length: count }, (_, place) => values[places[place]]);
  const projection = (synapse: string, probability: number, weight: number) => {
    const made = connect(probability);
    const delays = eachSynapse(made, (source, target) => 0.5 + ((7 * source + 3 * target) % 10) / 4);
    const pairs: [number, number][] = [];
    const pairDelays: number[] = [];
    for (let source = 0; source < count; source++)
      for (let s = made.starts[places[source]]; s < made.starts[places[source] + 1]; s++) {
        pairs.push([source, order[made.targets[s]]]);
        pairDelays.push(delays[s]);
      }
    return {
      from: "cells",
      to: "cells",
      synapse,
      connectivity: fromPairs({ sources: count, targets: count }, pairs),
      weight,
      delay_ms: pairDelays,
    };
  };
  const i = Float64Array.from({ length: count }, () => 50 + 300 * stream.uniform());
  return {
    populations: [
      {
        kind: "cells",
        name: "cells",
        model: spiking,
        count,
        i: { kind: "constant", value: placed(i) },
        poisson: [{ synapse: "Exc", rate_Hz: 200, weight: 2, stream: places }],
      },
    ],
    projections: [projection("Exc", 0.2, 1), projection("GABA-A", 0.1, 4)],
  };
}

describe("a recurrent network", () => {
  const count = 31;
  const inOrder = Array.from({ length: count }, (_, cell) => cell);
  const options = { duration_ms: 150 };

  test("fires the same bits twice, others with another seed", () => {
    const first = run(shuffled(count, inOrder), options);
    expect(run(shuffled(count, inOrder), options)).toEqual(first);
    expect(run(shuffled(count, inOrder), { ...options, seed: 2 })).not.toEqual(first);
    expect(first.populations.cells.spikes.cell.length).toBeGreaterThan(count);
  });

  test("does not depend on the order of its cells", () => {
    const order = inOrder.map((cell) => (cell * 12 + 5) % count);
    const plain = run(shuffled(count, inOrder), options).populations.cells.spikes;
    const other = run(shuffled(count, order), options).populations.cells.spikes;
    const cellOf = (place: number) => order.indexOf(place);
    const sorted = (cells: number[], times: Float64Array) =>
      cells.map((cell, n) => ({ cell, time: times[n] })).sort((a, b) => a.time - b.time || a.cell - b.cell);
    expect(sorted([...other.cell].map(cellOf), other.time_ms)).toEqual(
      sorted([...plain.cell], plain.time_ms),
    );
  });

  test("fires alike in single precision", () => {
    const [f64, f32] = (["f64", "f32"] as const).map((precision) =>
      run(shuffled(count, inOrder), { precision, duration_ms: 300 }),
    );
    expect(f32.populations.cells.rate_Hz / f64.populations.cells.rate_Hz).toBeCloseTo(1, 1);
  });
});

test("Poisson input comes at its rate, independently for each cell", () => {
  const model = withSynapses(passiveCell, [exponentialSynapse("Exc", { reversal_mV: 0, tau_ms: 5 })]);
  const count = 200;
  const population: CellPopulation = {
    kind: "cells",
    name: "cells",
    model,
    count,
    poisson: [
      {
        synapse: "Exc",
        rate_Hz: Float64Array.from({ length: count }, (_, cell) => (cell < 100 ? 0 : 400)),
        weight: 1e-4,
      },
    ],
  };
  const record = { currents: { cells: ["Exc"] }, voltages: { cells: [0, 150, 151] } };
  const { currents, v_mV } = run({ populations: [population], projections: [] }, { duration_ms: 400, record })
    .populations.cells;
  const late = currents.Exc.subarray(100);
  const mean = late.reduce((sum, value) => sum + value, 0) / late.length;
  // 100 cells, 0.4 spikes per ms, each 1e-4 nS for 5 ms at -70 mV.
  expect(mean / (100 * 0.4 * 1e-4 * 5 * -70)).toBeCloseTo(1, 1);
  expect(v_mV[0][400]).toBeCloseTo(-70, 8);
  expect(v_mV[1]).not.toEqual(v_mV[2]);
});

describe("what goes wrong", () => {
  const cells = (count: number, more: Partial<CellPopulation> = {}): CellPopulation => ({
    kind: "cells",
    name: "cells",
    model: spiking,
    count,
    ...more,
  });

  test("a cell that cannot be integrated is a result: population, cell, time, state, remedy; nothing else changes", () => {
    const base = { ...cells(3), i: { kind: "constant", value: [300, 300, 300] } } as const;
    const bad = { ...base, i: { kind: "constant", value: [300, 1e9, 300] } } as const;
    const record = { currents: { cells: ["GABAA", "leak"] } };
    const network = (population: CellPopulation): Network => ({ populations: [population], projections: [] });
    const good = run(network(base), { record });
    const result = run(network(bad), { record });
    expect(result.failures).toHaveLength(1);
    expect(result.failures[0]).toMatchObject({ population: "cells", cell: 1, state: "v" });
    expect(result.failures[0].remedy).toMatch(/smaller time step/);
    const of = ({ populations }: typeof good) =>
      [...populations.cells.spikes.cell].flatMap((cell, n) =>
        cell === 1 ? [] : [[cell, populations.cells.spikes.time_ms[n]]],
      );
    expect(of(result)).toEqual(of(good));
    expect(result.populations.cells.spikes.time_ms.every(Number.isFinite)).toBe(true);
    for (const sums of Object.values(result.populations.cells.currents))
      expect(sums.every(Number.isFinite)).toBe(true);
  });

  test("a network that says something else than it means is refused, with the place", () => {
    const projection = {
      from: "cells",
      to: "cells",
      synapse: "Exc",
      connectivity: oneToOne(2),
      weight: 1,
      delay_ms: 1,
    };
    const refusal = (network: Partial<Network>, options: Partial<NetworkOptions> = {}) => {
      try {
        run({ populations: [cells(2)], projections: [], ...network }, options);
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    const projected = (changed: object) => refusal({ projections: [{ ...projection, ...changed }] });
    expect(projected({})).toBe("");
    expect(projected({ synapse: "AMPA" })).toMatch(
      /cells to cells \(AMPA\).*no such synapse.*expected Exc, GABA-A/,
    );
    expect(projected({ from: "others" })).toMatch(/no such population.*others/);
    expect(projected({ connectivity: oneToOne(3) })).toMatch(
      /sources of the connectivity.*got 3, expected 2/,
    );
    expect(projected({ weight: [1] })).toMatch(/weights: wrong number/);
    expect(projected({ weight: -1 })).toMatch(/no weight.*got -1/);
    expect(projected({ delay_ms: 1e8 })).toMatch(/too much memory.*2000000000 steps for 2 cells/);
    expect(projected({ delay_ms: 0 })).toMatch(/shorter than the time step.*at least 0.05 ms/);
    expect(projected({ plasticity: { U: 2, tauRec_ms: 1, tauFacil_ms: 1 } })).toMatch(
      /U is no release probability/,
    );
    expect(refusal({ populations: [cells(2), cells(1)] })).toMatch(/same name/);
    expect(refusal({ populations: [cells(2, { parameters: defaultParameters(spiking) })] })).toMatch(
      /parameters: wrong number/,
    );
    expect(refusal({}, { record: { currents: { cells: ["AMPA"] } } })).toMatch(/no ionic current/);
    expect(refusal({}, { record: { voltages: { cells: [2] } } })).toMatch(/expected 0 to 1/);
    const short = new Float64Array(10);
    expect(refusal({ populations: [cells(2, { i: { kind: "waveforms", waveforms: [short] } })] })).toMatch(
      /population cells, input i: a waveform ends before the run does \(got 10, expected 2000 steps\)/,
    );
    expect(refusal({ populations: [{ kind: "spikes", name: "given", times_ms: [[-1]] }] })).toMatch(
      /no spike time/,
    );
    expect(refusal({}, { dt_ms: 0 })).toMatch(/dt_ms is no time/);
    expect(refusal({}, { seed: 0.5 })).toMatch(/no seed/);
  });
});

test("a run tells how far it is, can be ended, and lets others work meanwhile", async () => {
  const network: Network = {
    populations: [{ kind: "cells", name: "cells", model: spiking, count: 4 }],
    projections: [],
  };
  const options = { duration_ms: 1000, dt_ms: 0.05, seed: 1, work: 1e4 };
  const fractions: number[] = [];
  let ticks = 0;
  const clock = setInterval(() => ticks++, 0);
  const done = await runNetwork(network, { ...options, progress: (fraction) => fractions.push(fraction) });
  clearInterval(clock);
  expect(done.populations.cells.count).toBe(4);
  expect(fractions.length).toBeGreaterThan(4);
  expect(fractions.at(-1)).toBe(1);
  expect(ticks).toBeGreaterThan(2);
  const ending = new AbortController();
  const ended = runNetwork(network, {
    ...options,
    signal: ending.signal,
    progress: (fraction) => fraction > 0.3 && ending.abort(new Error("enough")),
  });
  await expect(ended).rejects.toThrow("enough");
});

test("a waveform as long as the run does, though the last stretch runs over the end; a gate that stands still is in the current", () => {
  const waveform = Float64Array.from({ length: 2003 }, (_, n) => (n < 1000 ? 0 : 300));
  const population: CellPopulation = {
    kind: "cells",
    name: "cells",
    model: spiking,
    count: 1,
    fixed: { slowNaT: 0 },
    i: { kind: "waveforms", waveforms: [waveform] },
  };
  const [coarse, fine] = [3, 0.05].map((every_ms) => {
    const network = { populations: [population], projections: [] };
    const record = { every_ms, currents: { cells: ["NaT", "leak"] } };
    return run(network, { duration_ms: 2003 * 0.05, record }).populations.cells;
  });
  expect(coarse.spikes).toEqual(fine.spikes);
  expect(fine.spikes.cell.length).toBeGreaterThan(0);
  expect(Math.min(...fine.currents.NaT)).toBeLessThan(-1000);
});

test("parameters that are fixed win over those of the cells", () => {
  const model = withSynapses(passiveCell, [ampa]);
  const parameters = defaultParameters(model);
  parameters[parameterIndex(model, "Eleak_mV")] = -50;
  const cell = { kind: "cells", name: "cell", model, count: 1, parameters } as const;
  const record = { voltages: { cell: [0] } };
  const restOf = (population: CellPopulation) =>
    run({ populations: [population], projections: [] }, { record }).populations.cell.v_mV[0][50];
  expect(restOf(cell)).toBeCloseTo(-50, 6);
  expect(restOf({ ...cell, fixed: { Eleak_mV: -60 } })).toBeCloseTo(-60, 6);
});
