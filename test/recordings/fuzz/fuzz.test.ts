/** Bad files: a typed error or a correct read, never a hang, never memory by a number in a damaged header. */
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { BASES } from "./bases.ts";
import { type FuzzOutcome, type FuzzTask, SPARE_BYTES } from "./task.ts";

const CASES = Number(process.env.PATCHTWIN_FUZZ_CASES ?? 5000);
/** A case that takes longer than this on a busy machine is taken for a hang, ms. */
const LONGEST_MS = 10_000;
/** Lists and strings of a reader live in the heap: a header must not fill it. */
const HEAP_MB = 256;

async function fuzz(format: FuzzTask["format"]): Promise<FuzzOutcome> {
  const progress = new SharedArrayBuffer(8);
  const state = new Int32Array(progress);
  const task: FuzzTask = { format, cases: CASES, progress };
  const script = JSON.stringify(new URL("./worker.ts", import.meta.url).href);
  const start = `import("tsx/esm/api").then(({ tsImport }) => tsImport(${script}, ${script}))`;
  const worker = new Worker(start, {
    eval: true,
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  let began = -1;
  const watch = setInterval(() => {
    const now = Atomics.load(state, 1);
    if (now === began && now > 0) void worker.terminate();
    began = now;
  }, LONGEST_MS);
  try {
    return await new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", (error) => reject(new Error(`case ${state[0]} of ${format}: ${error.message}`)));
      worker.once("exit", () => reject(new Error(`case ${state[0]} of ${format} does not end`)));
    });
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
}

describe("damaged files", () => {
  it.each(Object.keys(BASES) as FuzzTask["format"][])(
    `[F1] ${CASES} and all cuts of the header of %s`,
    async (format) => {
      const { cases, read, wrong, mostBytes } = await fuzz(format);
      expect(wrong).toEqual([]);
      expect(cases).toBeGreaterThan(CASES);
      expect(mostBytes, "bytes beyond four times the file").toBeLessThan(SPARE_BYTES);
      // The damage must reach the reader: most cuts are noticed; flipped samples are samples.
      expect(cases - read).toBeGreaterThan(cases / 10);
    },
  );
});
