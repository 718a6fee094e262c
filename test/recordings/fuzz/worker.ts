/**
 * Reads damaged files one after the other in a thread of its own, so that a hang can be seen from outside. Every array
 * that a reader makes is counted: bad sizes in a header must not become large arrays.
 */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../../../src/errors.ts";
import { openRecording, type Recording } from "../../../src/recordings/index.ts";
import { BASES, type Bases } from "./bases.ts";
import { damaged } from "./damage.ts";
import type { FuzzOutcome, FuzzTask } from "./task.ts";

let madeBytes = 0;

interface Made {
  readonly byteLength: number;
}

type Maker = new (...args: unknown[]) => Made;

/** Counts what the constructors of arrays with a given length make. */
function countArrays(): void {
  const names = [
    "ArrayBuffer",
    "Uint8Array",
    "Int8Array",
    "Int16Array",
    "Uint16Array",
    "Int32Array",
    "Uint32Array",
    "Float32Array",
    "Float64Array",
  ] as const;
  for (const name of names) {
    const Original = globalThis[name] as unknown as Maker;
    const counted: Maker = new Proxy(Original, {
      construct(target, args, newTarget): Made {
        const made = Reflect.construct(target, args, newTarget === counted ? target : newTarget) as Made;
        // A view of a buffer is no memory of its own.
        const isView = args[0] instanceof ArrayBuffer || args[0] instanceof SharedArrayBuffer;
        if (!isView) madeBytes += made.byteLength;
        return made;
      },
    });
    Object.defineProperty(globalThis, name, { value: counted, configurable: true, writable: true });
  }
}

/** What is wrong with a recording that a reader let through; undefined when nothing is. */
function fault(recording: Recording): string | undefined {
  const { dt_ms, sweeps } = recording;
  if (!(dt_ms > 0 && Number.isFinite(dt_ms))) return `dt_ms ${dt_ms}`;
  if (sweeps.length === 0) return "no sweeps";
  for (const sweep of sweeps.slice(0, 50)) {
    const { v_mV, i_pA, stimulus, samples } = sweep;
    if (v_mV.length === 0 || v_mV.length !== i_pA.length)
      return `${v_mV.length} samples of voltage, ${i_pA.length} of current`;
    if (samples !== undefined && samples !== v_mV.length)
      return `${samples} samples said, ${v_mV.length} there`;
    if (!v_mV.every(Number.isFinite)) return "voltage not finite";
    if (!i_pA.every(Number.isFinite)) return "current not finite";
    if (!Number.isFinite(stimulus.amplitude_pA)) return `amplitude ${stimulus.amplitude_pA}`;
  }
  return undefined;
}

async function run({ format, cases, progress }: FuzzTask): Promise<FuzzOutcome> {
  const { files, options }: Bases = BASES[format];
  const bases = files();
  const state = new Int32Array(progress);
  const wrong: string[] = [];
  const codes: Record<string, number> = {};
  let [read, refused, mostBytes] = [0, 0, 0];
  countArrays();
  for (let number = 0; number < cases; number++) {
    const base = bases[number % bases.length];
    const { bytes, what } = damaged(
      base.bytes,
      Math.floor(number / bases.length),
      base.header ?? base.bytes.length,
    );
    Atomics.store(state, 0, number);
    Atomics.add(state, 1, 1);
    const name = `${format} ${number} (${base.name}, ${what})`;
    madeBytes = 0;
    try {
      const recording = await openRecording(bytes, "fuzz", options);
      mostBytes = Math.max(mostBytes, madeBytes - 4 * bytes.length);
      const problem = fault(recording);
      if (problem) wrong.push(`${name}: ${problem}`);
      read++;
    } catch (error) {
      mostBytes = Math.max(mostBytes, madeBytes - 4 * bytes.length);
      if (error instanceof InputError) {
        refused++;
        codes[error.problem.code] = (codes[error.problem.code] ?? 0) + 1;
      } else wrong.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
    }
    if (wrong.length >= 20) break;
  }
  return { read, refused, wrong, mostBytes, codes };
}

parentPort?.postMessage(await run(workerData as FuzzTask));
