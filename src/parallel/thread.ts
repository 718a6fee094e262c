import { compile, type PartRun, type PopulationKernel } from "../engine/index.ts";
import { CONTROL, type SharedRun } from "./messages.ts";

/** What a thread does with a run: takes part after part until none is left or it is told to stop. */
export class PartTaker {
  readonly #kernels = new Map<string, PopulationKernel>();

  take(run: SharedRun): PartRun[] {
    const kernel = this.#kernelOf(run);
    const parts: PartRun[] = [];
    for (;;) {
      const from = Atomics.add(run.control, CONTROL.next, 1) * run.partCells;
      if (from >= run.count || this.#stopped(run)) return parts;
      const to = Math.min(from + run.partCells, run.count);
      let done = 0;
      const goOn = (cells: number) => {
        Atomics.add(run.control, CONTROL.done, cells - done);
        done = cells;
        return !this.#stopped(run);
      };
      parts.push(kernel.runPart(run.parameters, run.request, run.arrays, from, to, goOn));
    }
  }

  #stopped(run: SharedRun): boolean {
    return Atomics.load(run.control, CONTROL.stop) !== 0;
  }

  #kernelOf({ model, compile: options }: SharedRun): PopulationKernel {
    const key = JSON.stringify([model, options]);
    const kernel = this.#kernels.get(key) ?? compile(model, options);
    this.#kernels.set(key, kernel);
    return kernel;
  }
}
