import type { Kernel, Run, RunOptions } from "../kernel.ts";
import { defaultParameters, type Model } from "../model.ts";
import type { CompileOptions, Drive, PopulationKernel } from "../population.ts";
import { absentChannels } from "../sweeps.ts";
import { compile } from "./compile.ts";

/**
 * A compiled model as a kernel for one cell at a time: exact and convenient, without the speed of a population. Channels that the
 * cell does not have are left out of its code.
 */
export function compiledKernel(
  model: Model,
  dt_ms: number,
  options: Omit<CompileOptions, "dt_ms"> = {},
): Kernel {
  const populations = new Map<string, PopulationKernel>();
  const populationOf = (params: Float64Array): PopulationKernel => {
    const fixed = { ...options.fixed, ...absentChannels(model, [params]) };
    const key = JSON.stringify(fixed);
    const population = populations.get(key) ?? compile(model, { ...options, dt_ms, fixed });
    populations.set(key, population);
    return population;
  };
  return {
    name: "compiled",
    model,
    solver: populationOf(defaultParameters(model)).solver,
    dt_ms,
    bind(given) {
      const params = Float64Array.from(given);
      const population = populationOf(params);
      const run = (current: Float64Array, options: RunOptions = {}): Run => {
        const { v0_mV, recordEvery = 0, spikeLevel_mV = 0, inputs = {} } = options;
        const done = population.run(params, {
          steps: current.length,
          i: sampled(current),
          inputs: Object.fromEntries(Object.entries(inputs).map(([name, wave]) => [name, sampled(wave)])),
          spikeTimes: true,
          recordEvery,
          spikeLevel_mV,
          ...(v0_mV !== undefined && { v0_mV }),
        });
        const [failure] = done.failures;
        const result = { spikeTimes_ms: done.spikes.times_ms, v_mV: done.v_mV };
        return failure ? { ...result, failure } : result;
      };
      return { run };
    },
  };
}

const sampled = (waveform: Float64Array): Drive => ({ kind: "waveforms", waveforms: [waveform] });
