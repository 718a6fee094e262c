import type { BoundCell, Kernel, Run, RunOptions } from "../kernel.ts";
import { type ConductanceModel, defaultSolver } from "../model.ts";
import { prepareGates } from "./gateTable.ts";
import { loopModule } from "./wasmLoop.ts";
import { KernelMemory } from "./wasmMemory.ts";

/**
 * The loop of a conductance model as WebAssembly with 128-bit vectors over pairs of gates, assembled from the description.
 * Same arithmetic in the same order as the JavaScript kernel: equal to the last bit, and several times as fast. Two sweeps
 * of equal length run interleaved in one loop, so that one computes while the other waits for its division.
 */
export function wasmKernel(model: ConductanceModel, dt_ms: number): Kernel {
  const gates = prepareGates(model);
  const memory = new KernelMemory(model, gates);
  const loops = ([1, 2] as const).map((lanes) => {
    const source = new WebAssembly.Module(loopModule(model, gates, dt_ms, lanes));
    return new WebAssembly.Instance(source, { env: { memory: memory.wasm } }).exports.run as Loop;
  });
  return {
    name: "wasm",
    model,
    solver: defaultSolver(model),
    dt_ms,
    bind(given): BoundCell {
      const params = Float64Array.from(given);
      const rest = gates.rest(params);
      let table: Float64Array | undefined;
      const integrate = (currents: readonly Float64Array[], options: RunOptions): Run[] => {
        table ??= memory.fillTable(params, dt_ms);
        const starts = currents.map((current) => options.v0_mV ?? rest(current[0] ?? 0));
        const initial = starts.map((v0) => gates.steadyGates(params, v0));
        const bases = memory.load(params, table, currents, initial);
        const steps = currents[0].length;
        loops[currents.length - 1](
          steps,
          options.recordEvery ?? 0,
          options.spikeLevel_mV ?? 0,
          ...starts,
          ...bases,
        );
        return bases.map((base, lane) => memory.read(lane, base, steps, dt_ms, options));
      };
      const run = (current: Float64Array, options: RunOptions = {}) => integrate([current], options)[0];
      return {
        run,
        runPair(first, second, options = {}) {
          if (first.length === second.length) {
            const [a, b] = integrate([first, second], options);
            if (!a.failure && !b.failure) return [a, b];
          }
          return [run(first, options), run(second, options)];
        },
      };
    },
  };
}

type Loop = (steps: number, every: number, level: number, ...startsAndBases: number[]) => number;
