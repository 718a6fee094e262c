/**
 * Reads damaged files one after the other in a thread of its own, so that a hang can be seen from outside. Every array
 * that a reader makes is counted: bad sizes in a header must not become large arrays.
 */
import { parentPort, workerData } from "node:worker_threads";
import { InputError } from "../../../src/errors.ts";
import { type ReadOptions, type Recording, readRecording } from "../../../src/recordings/index.ts";
import { BASES, type Bases } from "./bases.ts";
import { cuts, type Damage, damaged } from "./damage.ts";
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

/** Every case of a format: its damaged files, then its files cut in every field of the header. */
function* allCases({ files }: Bases, cases: number): Generator<Damage & { readonly base: string }> {
  const bases = files();
  for (let number = 0; number < cases; number++) {
    const { name, bytes, header = bytes.length } = bases[number % bases.length];
    yield { ...damaged(bytes, Math.floor(number / bases.length), header), base: name };
  }
  for (const { name, bytes, header = bytes.length } of bases)
    for (const cut of cuts(bytes, header)) yield { ...cut, base: name };
}

function run({ format, cases, progress }: FuzzTask): FuzzOutcome {
  const bases: Bases = BASES[format];
  const state = new Int32Array(progress);
  const wrong: string[] = [];
  const codes: Record<string, number> = {};
  let [number, read, mostBytes] = [0, 0, 0];
  countArrays();
  for (const { bytes, what, base } of allCases(bases, cases)) {
    Atomics.store(state, 0, number);
    Atomics.add(state, 1, 1);
    madeBytes = 0;
    const outcome = readOne(bytes, bases.options);
    mostBytes = Math.max(mostBytes, outcome.madeBytes - 4 * bytes.length);
    if (outcome.code !== undefined) codes[outcome.code] = (codes[outcome.code] ?? 0) + 1;
    else read++;
    if (outcome.wrong) wrong.push(`${format} ${number} (${base}, ${what}): ${outcome.wrong}`);
    if (wrong.length >= 20) break;
    number++;
  }
  return { cases: number, read, wrong, mostBytes, codes };
}

interface Outcome {
  /** Of the InputError; undefined when it was read. */
  readonly code?: string;
  readonly wrong?: string | undefined;
  readonly madeBytes: number;
}

function readOne(bytes: Uint8Array, options: ReadOptions | undefined): Outcome {
  try {
    const recording = readRecording(bytes, "fuzz", options);
    const made = madeBytes;
    return { wrong: fault(recording), madeBytes: made };
  } catch (error) {
    if (error instanceof InputError) return { code: error.problem.code, madeBytes };
    return {
      code: "untyped",
      wrong: error instanceof Error ? (error.stack ?? error.message) : String(error),
      madeBytes,
    };
  }
}

parentPort?.postMessage(run(workerData as FuzzTask));
