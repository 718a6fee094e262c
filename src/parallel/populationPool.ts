import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import {
  allocateResults,
  type CompileOptions,
  joinParts,
  type Model,
  type PartRun,
  type PopulationOptions,
  type PopulationRun,
} from "../engine/index.ts";
import { InputError } from "../errors.ts";
import { CONTROL, type SharedRun, type ThreadMessage } from "./messages.ts";

export interface PoolOptions extends PopulationOptions {
  /** Ends the run; the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Parts are small enough that threads end together and that a stop is heard soon. */
const PARTS_PER_THREAD = 16;
/** A whole number of blocks, whatever the precision. */
const BLOCK_CELLS = 80;
const PROGRESS_EVERY_MS = 100;

/**
 * Threads that run populations together over shared memory. The result has the same bits whatever their number, since no cell
 * depends on another. Threads stay, with their compiled models, until `close`.
 */
export class PopulationPool {
  readonly threads: number;
  readonly #workers: Promise<Worker>[];
  #last: Promise<unknown> = Promise.resolve();

  constructor(threads = availableParallelism()) {
    this.threads = threads;
    this.#workers = Array.from({ length: threads }, startWorker);
  }

  /**
   * `PopulationKernel.run` on all threads. Throws what `compile` throws, and the signal's reason where it is aborted; runs that
   * are asked for meanwhile wait.
   */
  run(
    model: Model,
    compile: CompileOptions,
    parameters: Float64Array,
    options: PoolOptions,
  ): Promise<PopulationRun> {
    const turn = this.#last.then(() => this.#run(model, compile, parameters, options));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    await this.#last;
    await Promise.all(this.#workers.map(async (worker) => (await worker).terminate()));
  }

  async #run(
    model: Model,
    compile: CompileOptions,
    parameters: Float64Array,
    { signal, progress, ...request }: PoolOptions,
  ): Promise<PopulationRun> {
    signal?.throwIfAborted();
    const count = parameters.length / model.parameters.length;
    const arrays = allocateResults(count, request, (bytes) => new SharedArrayBuffer(bytes));
    const blocks = Math.ceil(count / BLOCK_CELLS / this.threads / PARTS_PER_THREAD);
    const run: SharedRun = {
      model,
      compile,
      parameters: shared(parameters),
      request,
      arrays,
      partCells: Math.max(1, blocks) * BLOCK_CELLS,
      count,
      control: new Int32Array(new SharedArrayBuffer(4 * Object.keys(CONTROL).length)),
    };
    const stop = () => void Atomics.store(run.control, CONTROL.stop, 1);
    const report = () => progress?.(Atomics.load(run.control, CONTROL.done) / count);
    signal?.addEventListener("abort", stop, { once: true });
    const timer = progress ? setInterval(report, PROGRESS_EVERY_MS) : undefined;
    try {
      const answers = await Promise.allSettled(
        this.#workers.map(async (worker) => {
          try {
            return await ask(await worker, run);
          } catch (error) {
            stop(); // after a failure the other threads' work is of no use
            throw error;
          }
        }),
      );
      signal?.throwIfAborted();
      const parts = answers.flatMap((answer) => {
        if (answer.status === "rejected") throw answer.reason;
        return answer.value;
      });
      report();
      return joinParts(
        count,
        request,
        arrays,
        parts.toSorted((a, b) => a.from - b.from),
      );
    } finally {
      clearInterval(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

function shared(values: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}

/** One run on one thread. */
function ask(worker: Worker, run: SharedRun): Promise<readonly PartRun[]> {
  return new Promise((resolve, reject) => {
    const listen = (message: ThreadMessage) => {
      if (message.kind === "ready") return;
      worker.off("message", listen).off("error", reject);
      if (message.kind === "done") resolve(message.parts);
      else if (message.kind === "refused") reject(new InputError(message.problem));
      else reject(new Error(message.message));
    };
    worker.on("message", listen).on("error", reject);
    worker.postMessage(run);
  });
}

/** From the sources the worker is TypeScript, which a thread does not read by itself; the bundle has it beside this file. */
function startWorker(): Promise<Worker> {
  const fromSources = import.meta.url.endsWith(".ts");
  const script = new URL(fromSources ? "./worker.ts" : "./populationWorker.js", import.meta.url);
  const worker = fromSources
    ? new Worker(
        `import("tsx/esm/api").then(({ tsImport }) => tsImport(${JSON.stringify(script.href)}, ${JSON.stringify(script.href)}))`,
        { eval: true },
      )
    : new Worker(script);
  return new Promise((resolve, reject) => {
    worker.once("message", () => {
      worker.off("error", reject);
      worker.unref();
      resolve(worker);
    });
    worker.once("error", reject);
  });
}
