import {
  compile,
  compiledSolvers,
  defaultParameters,
  MODELS,
  type Model,
  type PopulationOptions,
} from "../../src/engine/index.ts";
import { RandomStream } from "../../src/random.ts";

/** Under noise the cells start at rest: what is computed outside the loop takes part. */
export type Drive = "noise" | "constant";

/** What both sides of the comparison run: populations of every model, scheme and precision, as 64-bit patterns. */
export function runEverywhere(drive: Drive, kind?: Model["kind"]): Record<string, string[]> {
  const results: Record<string, string[]> = {};
  for (const model of MODELS.filter((candidate) => kind === undefined || candidate.kind === kind))
    for (const solver of compiledSolvers(model))
      for (const precision of ["f64", "f32"] as const) {
        const kernel = compile(model, { dt_ms: model.kind === "reset" ? 0.1 : 0.025, solver, precision });
        const run = kernel.run(cellsOf(model), requestOf(model, drive));
        const { spikes, v_mV, vMean_mV = [], spikeCounts } = run;
        results[`${model.id}, ${solver}, ${precision}`] = patterns([
          ...spikeCounts,
          ...v_mV,
          ...vMean_mV,
          ...spikes.times_ms,
        ]);
      }
  return results;
}

const CELLS = 9;

/** Cells around the default one, by at most a fifth. */
function cellsOf(model: Model): Float64Array {
  const stream = RandomStream.fromSeed(81);
  const cell = defaultParameters(model);
  return Float64Array.from({ length: CELLS * cell.length }, (_, k) => {
    const factor = 0.9 + 0.2 * stream.uniform();
    return k < cell.length ? cell[k] : factor * cell[k % cell.length];
  });
}

function requestOf(model: Model, drive: Drive): PopulationOptions {
  const size = model.current.name === "i_pA" ? 400 : 12;
  return {
    steps: 3000,
    i:
      drive === "noise"
        ? { kind: "noise", mean: size, sd: size / 2, tau_ms: 3, seed: 82 }
        : { kind: "constant", value: size },
    spikeTimes: true,
    statistics: true,
    recordEvery: 10,
  };
}

function patterns(values: readonly number[]): string[] {
  return Array.from(new BigUint64Array(Float64Array.from(values).buffer), (bits) => bits.toString(16));
}
