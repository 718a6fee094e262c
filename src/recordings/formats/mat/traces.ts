/** Arrays of numbers seen as sweeps: which of their dimensions is time, and which arrays belong together. */
import type { ReadSamples } from "../../content.ts";
import { isInteger, storedNumbers } from "../numbers.ts";
import { type Numbers, pointsOf } from "./variables.ts";

/** Sweeps of one signal. */
export interface Trace {
  /** As one would write it in MATLAB; `*` stands for every index. */
  readonly label: string;
  /** The field or variable that holds it, e.g. `Vm`. */
  readonly name: string;
  /** For the user, e.g. `30000 x 17`. */
  readonly shape: string;
  readonly lengths: readonly number[];
  readonly samples: ReadSamples;
  readonly alwaysFinite: boolean;
}

/** Shorter arrays are settings and results. */
const MIN_SAMPLES = 16;
/** An array with more sweeps than this is an image. */
const MAX_SWEEPS = 10_000;

/**
 * Every array that can hold sweeps.
 *
 * 1. Of a matrix the longer dimension is time, the other counts sweeps; of three dimensions the first is time, the second
 *    counts signals and the third sweeps.
 * 2. A matrix of two to four columns, of which the first increases evenly, is a table of time and signals.
 * 3. Vectors at the same place of an array of structures, or of a cell array of vectors only, are sweeps of one signal.
 */
export function tracesOf(arrays: readonly Numbers[]): Trace[] {
  const vectors = new Map<string, Numbers[]>();
  const traces: Trace[] = [];
  for (const array of arrays) {
    const sizes = array.sizes.filter((size) => size > 1);
    if (pointsOf(sizes) < MIN_SAMPLES) continue;
    if (sizes.length === 1) {
      const label = array.path.replace(/\(\d+\)/g, "(*)").replace(/\{\d+\}/g, "{*}");
      vectors.set(label, [...(vectors.get(label) ?? []), array]);
    } else if (sizes.length === 2) traces.push(...ofMatrix(array, sizes[0], sizes[1]));
    else if (sizes.length === 3) traces.push(...ofPages(array, sizes));
  }
  for (const [label, group] of vectors) traces.push(ofVectors(label, group));
  return traces.filter(({ lengths }) => lengths.length <= MAX_SWEEPS);
}

/** The last part of a path, without its indices. */
export function nameIn(path: string): string {
  return path
    .split(".")
    .at(-1)!
    .replace(/[({].*$/, "");
}

function ofMatrix(array: Numbers, rows: number, columns: number): Trace[] {
  const shape = `${rows} x ${columns}`;
  if (columns <= 4 && rows >= MIN_SAMPLES && isTable(array, rows)) {
    return Array.from({ length: columns }, (_, c) => ({
      ...common(array, `${array.path}(:,${c + 1})`, shape),
      lengths: [rows],
      samples: (_, from, to) => storedNumbers(array.stored, c * rows + from, c * rows + to),
    }));
  }
  const alongRows = columns > rows;
  const [samples, sweeps] = alongRows ? [columns, rows] : [rows, columns];
  if (samples < MIN_SAMPLES) return [];
  const read: ReadSamples = alongRows
    ? (sweep, from, to) => storedNumbers(array.stored, sweep + from * rows, sweep + (to - 1) * rows + 1, rows)
    : (sweep, from, to) => storedNumbers(array.stored, sweep * rows + from, sweep * rows + to);
  const whole = common(array, array.path, shape);
  return [{ ...whole, lengths: new Array<number>(sweeps).fill(samples), samples: read }];
}

function isTable(array: Numbers, rows: number): boolean {
  return evenStep(storedNumbers(array.stored, 0, rows)) !== undefined;
}

function ofPages(array: Numbers, [rows, signals, sweeps]: readonly number[]): Trace[] {
  if (rows < MIN_SAMPLES || signals > MAX_SWEEPS) return [];
  const shape = `${rows} x ${signals} x ${sweeps}`;
  return Array.from({ length: signals }, (_, signal) => ({
    ...common(array, `${array.path}(:,${signal + 1},:)`, shape),
    lengths: new Array<number>(sweeps).fill(rows),
    samples: (sweep, from, to) => {
      const start = (sweep * signals + signal) * rows;
      return storedNumbers(array.stored, start + from, start + to);
    },
  }));
}

function ofVectors(label: string, group: readonly Numbers[]): Trace {
  const [first] = group;
  const lengths = group.map(({ sizes }) => pointsOf(sizes));
  const shape = group.length === 1 ? `${lengths[0]}` : `${group.length} vectors`;
  return {
    ...common(first, group.length === 1 ? first.path : label, shape),
    lengths,
    alwaysFinite: group.every(({ stored }) => isInteger(stored.type)),
    samples: (sweep, from, to) => storedNumbers(group[sweep].stored, from, to),
  };
}

function common({ path, stored }: Numbers, label: string, shape: string) {
  return { label, name: nameIn(path), shape, alwaysFinite: isInteger(stored.type) };
}

/** Deviation from an even step that rounding explains, in steps. */
const STEP_TOLERANCE = 0.05;

/** The mean step of times that increase evenly; `undefined` for other numbers. */
export function evenStep(times: Float64Array): number | undefined {
  const last = times.length - 1;
  const step = (times[last] - times[0]) / last;
  if (!(step > 0) || !Number.isFinite(step)) return undefined;
  // Single-precision times are rounded to a part in 2^24 of themselves.
  const slack = STEP_TOLERANCE * step + Math.abs(times[last]) * 2 ** -23;
  if (slack > step / 2) return undefined;
  for (let k = 0; k <= last; k++) if (Math.abs(times[k] - times[0] - k * step) > slack) return undefined;
  return step;
}

/** Numbers that stand for a whole trace when its range is judged. */
const DRAWN = 1 << 16;
const DRAWN_SWEEPS = 256;
/** Decoded together. */
const BLOCK = 1 << 18;

/** Up to 65,536 samples, drawn evenly from up to 256 sweeps; those of two traces of one shape belong together. */
export function drawn({ lengths, samples }: Trace): Float64Array {
  const every = Math.ceil(lengths.length / DRAWN_SWEEPS);
  const each = Math.floor((DRAWN * every) / lengths.length);
  const values: number[] = [];
  for (let sweep = 0; sweep < lengths.length; sweep += every) {
    const stride = Math.ceil(lengths[sweep] / each);
    // Blocks begin at a multiple of the stride, so that the samples drawn are evenly apart.
    const block = stride * Math.ceil(BLOCK / stride);
    for (let from = 0; from < lengths[sweep]; from += block) {
      const part = samples(sweep, from, Math.min(lengths[sweep], from + block));
      for (let k = 0; k < part.length; k += stride) values.push(part[k]);
    }
  }
  return Float64Array.from(values);
}
