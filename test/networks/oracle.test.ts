import { describe, expect, test } from "vitest";
import { namesIn } from "../../src/engine/expression.ts";
import {
  ampa,
  type ConductanceModel,
  defaultParameters,
  findModel,
  gabaA,
  nmda,
  toRecord,
  withSynapses,
} from "../../src/engine/index.ts";
import {
  type Connectivity,
  eachSynapse,
  fixedProbability,
  type Projection,
  RunningNetwork,
} from "../../src/networks/index.ts";
import { RandomStream } from "../../src/random.ts";
import { type OracleSynapse, oracleSpikes } from "./oracle.ts";

const DT = 0.05;
const STEPS = 2400;
const CELLS = 12;
const LEVEL = -10;

/** Channels of the cortical cell that need no pool, with three kinds of synapse. */
const cell = findModel("cortical") as ConductanceModel;
const currents = cell.currents.filter(({ name }) => ["NaT", "Kdr", "M", "leak"].includes(name));
const read = new Set(currents.flatMap(({ open }) => [...namesIn(open)]));
const gates = cell.gates.filter(({ name }) => read.has(name));
const model = withSynapses({ ...cell, currents, gates, pools: [] }, [ampa, nmda, gabaA]);

function synapsesOf(projection: Projection): OracleSynapse[] {
  const { connectivity, weight, delay_ms, synapse, plasticity } = projection;
  const list: OracleSynapse[] = [];
  for (let from = 0; from < connectivity.sources; from++)
    for (let s = connectivity.starts[from]; s < connectivity.starts[from + 1]; s++)
      list.push({
        from,
        to: connectivity.targets[s],
        synapse,
        weight: typeof weight === "number" ? weight : weight[s],
        delay_steps: Math.round((typeof delay_ms === "number" ? delay_ms : delay_ms[s]) / DT),
        ...(plasticity && { plasticity }),
      });
  return list;
}

describe.each([1, 2])("random network %i", (seed) => {
  test("the compiled network fires the spikes of the equations stepped cell by cell", () => {
    const stream = RandomStream.fromSeed(seed);
    const sizes = { sources: CELLS, targets: CELLS, autapses: false };
    const connect = (probability: number): Connectivity => fixedProbability(sizes, probability, stream);
    const [fast, slow, against] = [connect(0.4), connect(0.2), connect(0.3)];
    const own = { from: "cells", to: "cells" };
    const projections: Projection[] = [
      {
        ...own,
        synapse: "AMPA",
        connectivity: fast,
        weight: eachSynapse(fast, () => Math.ceil(3 * stream.uniform())),
        delay_ms: eachSynapse(fast, () => 0.5 + 4 * stream.uniform()),
      },
      {
        ...own,
        synapse: "NMDA",
        connectivity: slow,
        weight: 2,
        delay_ms: 1.2,
        plasticity: { U: 0.3, tauRec_ms: 100, tauFacil_ms: 400 },
      },
      {
        ...own,
        synapse: "GABA-A",
        connectivity: against,
        weight: 5,
        delay_ms: eachSynapse(against, () => 1 + stream.uniform()),
      },
    ];
    const defaults = defaultParameters(model);
    const parameters = new Float64Array(CELLS * defaults.length);
    const i = Float64Array.from({ length: CELLS }, () => 100 + 250 * stream.uniform());
    for (let cell = 0; cell < CELLS; cell++) {
      parameters.set(defaults, cell * defaults.length);
      parameters[cell * defaults.length] *= 0.9 + 0.2 * stream.uniform();
    }
    const run = new RunningNetwork(
      {
        populations: [
          {
            kind: "cells",
            name: "cells",
            model,
            count: CELLS,
            parameters,
            i: { kind: "constant", value: i },
            v0_mV: -68,
            spikeLevel_mV: LEVEL,
          },
        ],
        projections,
      },
      { duration_ms: STEPS * DT, dt_ms: DT, seed: 0 },
    );
    while (run.fraction < 1) run.advance(1e5);
    const { spikes } = run.result().populations.cells;

    const cells = Array.from({ length: CELLS }, (_, cell) => ({
      parameters: toRecord(
        model,
        parameters.subarray(cell * defaults.length, (cell + 1) * defaults.length),
      ) as Record<string, number>,
      i: i[cell],
      v0: -68,
    }));
    const oracle = oracleSpikes(model, cells, projections.flatMap(synapsesOf), STEPS, DT, LEVEL);
    expect(oracle.length).toBeGreaterThan(2 * CELLS);
    expect([...spikes.cell]).toEqual(oracle.map(({ cell }) => cell));
    const worst = Math.max(
      ...oracle.map(({ time_steps }, n) => Math.abs(time_steps * DT - spikes.time_ms[n])),
    );
    expect(worst).toBeLessThan(1e-6);
  });
});
