/** Small HEKA PatchMaster bundles for tests, in either byte order: what is played and recorded is known exactly. */

export interface SegmentToWrite {
  /** 0 constant (default), 1 ramp, 2 continuous, 3 sine, 4 square, 5 chirp. */
  readonly kind?: number;
  /** 0 not stored, 1 stored (default), 2 first sweep only, 3 last sweep only. */
  readonly storage?: number;
  /** Volts or nanoamperes. */
  readonly level?: number;
  readonly levelStep?: number;
  readonly levelMode?: number;
  readonly levelFactor?: number;
  /** 0 the level (default), 1 holding, 2 and more parameters. */
  readonly levelSource?: number;
  readonly duration_s: number;
  readonly durationStep_s?: number;
  readonly durationMode?: number;
}

export interface OutputToWrite {
  readonly dac: number;
  readonly unit: string;
  readonly holding?: number;
  /** Bits: 1 scaled as usual (default), 2 relative to holding, 4 from a file, ... */
  readonly uses?: number;
  readonly square?: { readonly amplitude: number; readonly cycle_s: number; readonly kind?: number };
  readonly segments: readonly SegmentToWrite[];
}

export interface StimulusToWrite {
  readonly label: string;
  readonly sweeps: number;
  readonly outputs: readonly OutputToWrite[];
}

export interface TraceToWrite {
  readonly label: string;
  readonly unit: string;
  readonly adc: number;
  /** 4 current clamp, 3 whole cell. */
  readonly mode: number;
  /** 0 int16, 1 int32, 2 float32, 3 float64. */
  readonly format?: number;
  readonly scale?: number;
  readonly zero?: number;
  readonly interval?: number;
  readonly intervalUnit?: string;
  readonly isLeak?: boolean;
  /** Samples of a block, which lie apart by twice their length. */
  readonly block?: number;
  /** As they are stored. */
  readonly samples: readonly number[];
}

export interface SeriesToWrite {
  readonly label: string;
  /** Which stimulus, from 1. */
  readonly stimulus?: number;
  readonly junction_V?: number;
  readonly sweeps: readonly (readonly TraceToWrite[])[];
  /** Numbers of the sweeps; absent: 1, 2, 3, ... */
  readonly numbers?: readonly number[];
}

export interface BundleToWrite {
  readonly bigEndian?: boolean;
  readonly groups: readonly { readonly label: string; readonly series: readonly SeriesToWrite[] }[];
  readonly stimuli: readonly StimulusToWrite[];
  /** Bytes of a trace's record; older programs wrote shorter ones. */
  readonly traceBytes?: number;
}

const HEADER = 256;
const WIDTHS = [2, 4, 4, 8];

interface Node {
  readonly fill: (view: DataView, put: (at: number, text: string) => void) => void;
  readonly children: readonly Node[];
}

export function writeBundle(bundle: BundleToWrite): Uint8Array {
  const order = !bundle.bigEndian;
  const samples = new Samples(order);
  const traceBytes = bundle.traceBytes ?? 304;
  const pulsed = tree([8, 128, 1408, 160, traceBytes], pulsedRoot(bundle, samples), order);
  const stimuli = tree([8, 148, 256, 64], stimulusRoot(bundle), order);
  const parts = [
    [".dat", samples.bytes()],
    [".pul", pulsed],
    [".pgf", stimuli],
  ] as const;
  const file = new Uint8Array(HEADER + parts.reduce((sum, [, bytes]) => sum + bytes.length, 0));
  const view = new DataView(file.buffer);
  const put = (at: number, text: string): void => file.set(new TextEncoder().encode(text), at);
  put(0, "DAT2");
  put(8, "v2x90.3, made for a test");
  view.setUint8(52, order ? 1 : 0);
  let start = HEADER;
  parts.forEach(([extension, bytes], n) => {
    view.setUint32(64 + 16 * n, start, order);
    view.setUint32(68 + 16 * n, bytes.length, order);
    put(72 + 16 * n, extension);
    file.set(bytes, start);
    start += bytes.length;
  });
  return file;
}

function pulsedRoot({ groups, bigEndian, traceBytes = 304 }: BundleToWrite, samples: Samples): Node {
  const order = !bigEndian;
  const trace = (one: TraceToWrite): Node => ({
    children: [],
    fill: (view, put) => {
      put(4, one.label);
      view.setInt32(40, samples.add(one), order);
      view.setInt32(44, one.samples.length, order);
      view.setUint16(64, (order ? 1 : 0) | (one.isLeak ? 2 : 0), order);
      view.setUint8(68, one.mode);
      view.setUint8(70, one.format ?? 0);
      view.setFloat64(72, one.scale ?? 1, order);
      view.setFloat64(88, one.zero ?? 0, order);
      put(96, one.unit);
      view.setFloat64(104, one.interval ?? 1e-4, order);
      put(120, one.intervalUnit ?? "s");
      if (traceBytes < 300) return;
      view.setFloat64(168, 1e9, order);
      view.setFloat64(176, 25e-12, order);
      view.setFloat64(184, 1e-7, order);
      view.setInt16(222, one.adc, order);
      const width = WIDTHS[one.format ?? 0];
      view.setInt32(292, (one.block ?? 0) * width, order);
      view.setInt32(296, 2 * (one.block ?? 0) * width, order);
    },
  });
  const series = (one: SeriesToWrite): Node => ({
    children: one.sweeps.map((traces, n) => ({
      children: traces.map(trace),
      fill: (view) => {
        view.setInt32(40, one.stimulus ?? 1, order);
        view.setInt32(44, one.numbers?.[n] ?? n + 1, order);
      },
    })),
    fill: (view, put) => {
      put(4, one.label);
      if (one.junction_V === undefined) return;
      view.setInt32(124, 472, order);
      view.setFloat64(472 + 136, one.junction_V, order);
    },
  });
  return {
    fill: () => {},
    children: groups.map((group) => ({
      children: group.series.map(series),
      fill: (_, put) => put(4, group.label),
    })),
  };
}

function stimulusRoot({ stimuli, bigEndian }: BundleToWrite): Node {
  const order = !bigEndian;
  const segment = (one: SegmentToWrite): Node => ({
    children: [],
    fill: (view) => {
      view.setUint8(4, one.kind ?? 0);
      view.setUint8(5, one.storage ?? 1);
      view.setUint8(6, one.levelMode ?? 0);
      view.setUint8(7, one.durationMode ?? 0);
      view.setFloat64(8, one.level ?? 0, order);
      view.setInt32(16, one.levelSource ?? 0, order);
      view.setFloat64(20, one.levelFactor ?? 1, order);
      view.setFloat64(28, one.levelStep ?? 0, order);
      view.setFloat64(36, one.duration_s, order);
      view.setFloat64(48, 1, order);
      view.setFloat64(56, one.durationStep_s ?? 0, order);
    },
  });
  const output = (one: OutputToWrite): Node => ({
    children: one.segments.map(segment),
    fill: (view, put) => {
      view.setInt16(28, one.dac, order);
      put(40, one.unit);
      view.setFloat64(48, one.holding ?? 0, order);
      view.setUint16(76, one.uses ?? 1, order);
      if (!one.square) return;
      view.setUint8(218, one.square.kind ?? 0);
      view.setFloat64(232, one.square.cycle_s, order);
      view.setFloat64(240, one.square.amplitude, order);
    },
  });
  return {
    fill: () => {},
    children: stimuli.map((one) => ({
      children: one.outputs.map(output),
      fill: (view, put) => {
        put(4, one.label);
        view.setInt32(144, one.sweeps, order);
      },
    })),
  };
}

function tree(sizes: readonly number[], root: Node, order: boolean): Uint8Array {
  const head = new Uint8Array(8 + 4 * sizes.length);
  head.set(new TextEncoder().encode(order ? "eerT" : "Tree"));
  const view = new DataView(head.buffer);
  view.setInt32(4, sizes.length, order);
  sizes.forEach((size, level) => {
    view.setInt32(8 + 4 * level, size, order);
  });
  const records: Uint8Array[] = [head];
  const write = ({ fill, children }: Node, level: number): void => {
    const bytes = new Uint8Array(sizes[level] + 4);
    const record = new DataView(bytes.buffer, 0, sizes[level]);
    fill(record, (at, text) => bytes.set(new TextEncoder().encode(text), at));
    new DataView(bytes.buffer).setInt32(sizes[level], children.length, order);
    records.push(bytes);
    for (const child of children) write(child, level + 1);
  };
  write(root, 0);
  return joined(records);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The part with the samples, which comes first, so that places in it are known when the traces are written. */
class Samples {
  readonly #order: boolean;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(order: boolean) {
    this.#order = order;
  }
  /** Where in the file the trace starts. */
  add({ samples, format = 0, block = 0 }: TraceToWrite): number {
    const width = WIDTHS[format];
    const gaps = block > 0 ? Math.floor(samples.length / block) * block : 0;
    const bytes = new Uint8Array((samples.length + gaps) * width);
    const view = new DataView(bytes.buffer);
    samples.forEach((value, k) => {
      const at = (block > 0 ? k + Math.floor(k / block) * block : k) * width;
      if (format === 0) view.setInt16(at, value, this.#order);
      else if (format === 1) view.setInt32(at, value, this.#order);
      else if (format === 2) view.setFloat32(at, value, this.#order);
      else view.setFloat64(at, value, this.#order);
    });
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return HEADER + this.#length - bytes.length;
  }
  bytes(): Uint8Array {
    return joined(this.#parts);
  }
}
