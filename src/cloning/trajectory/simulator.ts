import {
  compile,
  defaultParameters,
  type PopulationKernel,
  type Precision,
  packCells,
  toRecord,
} from "../../engine/index.ts";
import { oversamplingOf } from "../world/simulate.ts";
import { engineParameters, type WorldModel } from "../world/world.ts";

export interface TrajectorySweep {
  readonly v_mV: Float64Array;
  readonly i_pA: Float64Array;
}

/** Voltages held at once. */
const LARGEST_RUN = 4_000_000;

/** Voltages of candidate cells under the currents of a recording, at its samples, with the integration of the training world. */
export class TrajectorySimulator {
  readonly samples: number;
  /** Parameter sets that were run, times sweeps over all sweeps. */
  simulations = 0;
  readonly #model: WorldModel;
  readonly #sweeps: readonly TrajectorySweep[];
  readonly #dt_ms: number;
  readonly #factor: number;
  readonly #starts: readonly number[];
  /** At the engine's steps, in its unit. */
  readonly #waveforms: readonly Float64Array[];
  #voltages = new Float64Array(0);

  constructor(model: WorldModel, sweeps: readonly TrajectorySweep[], dt_ms: number) {
    [this.#model, this.#sweeps, this.#dt_ms] = [model, sweeps, dt_ms];
    this.#factor = oversamplingOf(model, dt_ms);
    this.#waveforms = sweeps.map(({ i_pA }) => engineCurrent(i_pA, this.#factor, model.pA_per_unit));
    let samples = 0;
    this.#starts = sweeps.map(({ v_mV }) => {
      samples += v_mV.length;
      return samples - v_mV.length;
    });
    this.samples = samples;
  }

  /**
   * The voltage of each cell, sweep after sweep, in mV; null where the integration fails.
   *
   * @param cells values in the order of the prior.
   * @param precision of the engine; the training world records in `f32`.
   */
  run(cells: readonly Float64Array[], precision: Precision = "f64"): (Float64Array | null)[] {
    this.simulations += cells.length;
    const full = cells.map((values) => engineParameters(this.#model, values));
    const results: (Float64Array | null)[] = cells.map(() => new Float64Array(this.samples));
    for (const group of this.#groups()) {
      const steps = this.#waveforms[group[0]].length;
      const most = Math.max(1, Math.floor(LARGEST_RUN / (group.length * steps)));
      for (let first = 0; first < cells.length; first += most) {
        const some = full.slice(first, first + most);
        this.#runGroup(some, group, results, first, precision);
      }
    }
    return results;
  }

  #runGroup(
    cells: readonly Float64Array[],
    group: readonly number[],
    results: (Float64Array | null)[],
    first: number,
    precision: Precision,
  ): void {
    const [model, factor] = [this.#model, this.#factor];
    const steps = this.#waveforms[group[0]].length;
    const samples = Math.floor(steps / factor) + 1;
    const lanes = cells.length * group.length;
    if (this.#voltages.length < lanes * samples) this.#voltages = new Float64Array(lanes * samples);
    const arrays = { spikeCounts: new Uint32Array(lanes), v_mV: this.#voltages.subarray(0, lanes * samples) };
    const i = {
      kind: "waveforms",
      waveforms: group.map((sweep) => this.#waveforms[sweep]),
      which: cells.flatMap(() => group.map((_, k) => k)),
    } as const;
    const packed = packCells(
      model.engine,
      cells.flatMap((cell) => group.map(() => cell)),
    );
    const kernel = kernelOf(model, this.#dt_ms / factor, precision);
    const part = kernel.runPart(packed, { steps, recordEvery: factor, i }, arrays, 0, lanes);
    for (let lane = 0; lane < lanes; lane++) {
      const sweep = group[lane % group.length];
      const at = lane * samples;
      results[first + Math.floor(lane / group.length)]?.set(
        arrays.v_mV.subarray(at, at + this.#sweeps[sweep].v_mV.length),
        this.#starts[sweep],
      );
    }
    for (const { cell } of part.failures) results[first + Math.floor(cell / group.length)] = null;
  }

  /** Sweeps of equal length. */
  #groups(): number[][] {
    const groups = new Map<number, number[]>();
    this.#sweeps.forEach(({ v_mV }, k) => {
      groups.set(v_mV.length, [...(groups.get(v_mV.length) ?? []), k]);
    });
    return [...groups.values()];
  }
}

function engineCurrent(i_pA: Float64Array, factor: number, pA_per_unit: number): Float64Array {
  const current = new Float64Array(i_pA.length * factor);
  for (let n = 0; n < current.length; n++) current[n] = i_pA[Math.floor(n / factor)] / pA_per_unit;
  return current;
}

const kernels = new Map<string, PopulationKernel>();

function kernelOf({ engine, prior }: WorldModel, dt_ms: number, precision: Precision): PopulationKernel {
  const key = `${engine.id} ${dt_ms} ${precision}`;
  const known = kernels.get(key);
  if (known) return known;
  const free = new Set(prior.parameters.map(({ name }) => name));
  const defaults = Object.entries(toRecord(engine, defaultParameters(engine)));
  const fixed = Object.fromEntries(defaults.filter(([name]) => !free.has(name)));
  const kernel = compile(engine, { dt_ms, precision, fixed });
  kernels.set(key, kernel);
  return kernel;
}
