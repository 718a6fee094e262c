import { type Kernel, oneByOne, type Run } from "../kernel.ts";
import type { Model } from "../model.ts";
import type { CompileOptions, Drive } from "../population.ts";
import { compile } from "./compile.ts";

/** A compiled model as a kernel for one cell at a time: exact and convenient, without the speed of a population. */
export function compiledKernel(
  model: Model,
  dt_ms: number,
  options: Omit<CompileOptions, "dt_ms"> = {},
): Kernel {
  const population = compile(model, { ...options, dt_ms });
  return {
    name: "compiled",
    model,
    solver: population.solver,
    dt_ms,
    bind(given) {
      const params = Float64Array.from(given);
      return oneByOne((current, { v0_mV, recordEvery = 0, spikeLevel_mV = 0, inputs = {} } = {}): Run => {
        const run = population.run(params, {
          steps: current.length,
          i: sampled(current),
          inputs: Object.fromEntries(Object.entries(inputs).map(([name, wave]) => [name, sampled(wave)])),
          spikeTimes: true,
          recordEvery,
          spikeLevel_mV,
          ...(v0_mV !== undefined && { v0_mV }),
        });
        const [failure] = run.failures;
        const result = { spikeTimes_ms: run.spikes.times_ms, v_mV: run.v_mV };
        return failure ? { ...result, failure } : result;
      });
    },
  };
}

const sampled = (waveform: Float64Array): Drive => ({ kind: "waveforms", waveforms: [waveform] });
