/** A small assembler of WebAssembly function bodies: just the instructions that the kernels use, by their binary codes. */
export class Assembler {
  readonly bytes: number[] = [];

  localGet(index: number): this {
    return this.#emit(0x20, ...unsigned(index));
  }
  localSet(index: number): this {
    return this.#emit(0x21, ...unsigned(index));
  }
  localTee(index: number): this {
    return this.#emit(0x22, ...unsigned(index));
  }
  i32(value: number): this {
    return this.#emit(0x41, ...signed(value));
  }
  f64(value: number): this {
    return this.#emit(0x44, ...new Uint8Array(Float64Array.of(value).buffer));
  }
  f64Load(offset = 0): this {
    return this.#emit(0x2b, 3, ...unsigned(offset));
  }
  f64Store(offset = 0): this {
    return this.#emit(0x39, 3, ...unsigned(offset));
  }
  i32Store(offset = 0): this {
    return this.#emit(0x36, 2, ...unsigned(offset));
  }
  v128Load(offset = 0): this {
    return this.#emit(0xfd, 0x00, 4, ...unsigned(offset));
  }
  i32Load(offset = 0): this {
    return this.#emit(0x28, 2, ...unsigned(offset));
  }
  v128Store(offset = 0): this {
    return this.#emit(0xfd, 0x0b, 4, ...unsigned(offset));
  }
  /** Loads one value and repeats it in every lane. */
  v128Splat(bytes: 4 | 8, offset = 0): this {
    return this.#emit(0xfd, bytes === 8 ? 0x0a : 0x09, bytes === 8 ? 3 : 2, ...unsigned(offset));
  }
  /** Takes an address and a vector; gives the vector with one lane loaded. */
  v128LoadLane(bytes: 4 | 8, lane: number, offset = 0): this {
    return this.#emit(0xfd, bytes === 8 ? 0x57 : 0x56, bytes === 8 ? 3 : 2, ...unsigned(offset), lane);
  }
  /** The same bits in every lane of that many bytes. */
  v128Const(lane: ArrayBuffer): this {
    const bytes = new Uint8Array(lane);
    return this.#emit(0xfd, 0x0c, ...Array.from({ length: 16 / bytes.length }, () => [...bytes]).flat());
  }
  extractLane(lane: 0 | 1): this {
    return this.extract("f64x2", lane);
  }
  extract(shape: keyof typeof EXTRACT, lane: number): this {
    return this.#emit(0xfd, EXTRACT[shape], lane);
  }
  op(name: keyof typeof PLAIN): this {
    return this.#emit(...PLAIN[name]);
  }
  /** Branches to the block or loop `depth` levels out. */
  br(depth: number): this {
    return this.#emit(0x0c, ...unsigned(depth));
  }
  brIf(depth: number): this {
    return this.#emit(0x0d, ...unsigned(depth));
  }
  block(body: () => void): this {
    return this.#nested(0x02, body);
  }
  loop(body: () => void): this {
    return this.#nested(0x03, body);
  }
  /** Runs the body if the i32 on the stack is not 0. */
  if(body: () => void): this {
    return this.#nested(0x04, body);
  }

  #nested(code: number, body: () => void): this {
    this.#emit(code, 0x40);
    body();
    return this.#emit(0x0b);
  }
  #emit(...bytes: number[]): this {
    for (const byte of bytes) this.bytes.push(byte);
    return this;
  }
}

const EXTRACT = { i32x4: 0x1b, i64x2: 0x1d, f32x4: 0x1f, f64x2: 0x21 } as const;

export type Instruction = keyof typeof PLAIN;

/** Instructions without operands. */
const PLAIN = {
  "f64.add": [0xa0],
  "f64.sub": [0xa1],
  "f64.mul": [0xa2],
  "f64.div": [0xa3],
  "f64.neg": [0x9a],
  "f64.abs": [0x99],
  "f64.lt": [0x63],
  "f64.le": [0x65],
  "f64.ge": [0x66],
  "f64.convert_i32_s": [0xb7],
  "i64.reinterpret_f64": [0xbd],
  "i32.wrap_i64": [0xa7],
  "i32.add": [0x6a],
  "i32.mul": [0x6c],
  "i32.eq": [0x46],
  "i32.eqz": [0x45],
  "i32.lt_s": [0x48],
  "i32.and": [0x71],
  return: [0x0f],
  "i32.sub": [0x6b],
  "i32.ge_u": [0x4f],
  "i64.eqz": [0x50],
  "f32.demote_f64": [0xb6],
  "f64.promote_f32": [0xbb],
  "i32x4.splat": [0xfd, 0x11],
  "i64x2.splat": [0xfd, 0x12],
  "f32x4.splat": [0xfd, 0x13],
  "f64x2.splat": [0xfd, 0x14],
  "i64.extend_i32_u": [0xad],
  "i32x4.eq": [0xfd, 0x37],
  "f32x4.eq": [0xfd, 0x41],
  "f32x4.lt": [0xfd, 0x43],
  "f32x4.gt": [0xfd, 0x44],
  "f32x4.ge": [0xfd, 0x46],
  "f64x2.eq": [0xfd, 0x47],
  "f64x2.lt": [0xfd, 0x49],
  "f64x2.gt": [0xfd, 0x4a],
  "f64x2.ge": [0xfd, 0x4c],
  "v128.not": [0xfd, 0x4d],
  "v128.and": [0xfd, 0x4e],
  "v128.andnot": [0xfd, 0x4f],
  "v128.or": [0xfd, 0x50],
  "v128.bitselect": [0xfd, 0x52],
  "v128.any_true": [0xfd, 0x53],
  "i32x4.shl": [0xfd, 0xab, 0x01],
  "i32x4.add": [0xfd, 0xae, 0x01],
  "i32x4.sub": [0xfd, 0xb1, 0x01],
  "i64x2.shl": [0xfd, 0xcb, 0x01],
  "i64x2.add": [0xfd, 0xce, 0x01],
  "i64x2.sub": [0xfd, 0xd1, 0x01],
  "i64x2.eq": [0xfd, 0xd6, 0x01],
  "f32x4.abs": [0xfd, 0xe0, 0x01],
  "f32x4.neg": [0xfd, 0xe1, 0x01],
  "f32x4.add": [0xfd, 0xe4, 0x01],
  "f32x4.sub": [0xfd, 0xe5, 0x01],
  "f32x4.mul": [0xfd, 0xe6, 0x01],
  "f32x4.div": [0xfd, 0xe7, 0x01],
  "f32x4.pmin": [0xfd, 0xea, 0x01],
  "f32x4.pmax": [0xfd, 0xeb, 0x01],
  "f64x2.abs": [0xfd, 0xec, 0x01],
  "f64x2.neg": [0xfd, 0xed, 0x01],
  "f64x2.add": [0xfd, 0xf0, 0x01],
  "f64x2.sub": [0xfd, 0xf1, 0x01],
  "f64x2.mul": [0xfd, 0xf2, 0x01],
  "f64x2.div": [0xfd, 0xf3, 0x01],
  "f64x2.pmin": [0xfd, 0xf6, 0x01],
  "f64x2.pmax": [0xfd, 0xf7, 0x01],
} as const;

export const WASM_TYPE = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type WasmType = keyof typeof WASM_TYPE;

export interface WasmFunction {
  readonly parameters: readonly WasmType[];
  readonly result: WasmType;
  /** Types of the locals after the parameters, in order. */
  readonly locals: readonly WasmType[];
  readonly body: Assembler;
}

/** A module that imports one memory as `env.memory` and exports one function as `run`. */
export function wasmModule(fn: WasmFunction, sharedMemory = false): Uint8Array<ArrayBuffer> {
  const runs = runLengths(fn.locals);
  const code = [
    ...unsigned(runs.length),
    ...runs.flatMap(({ type, count }) => [...unsigned(count), WASM_TYPE[type]]),
    ...fn.body.bytes,
    0x0b,
  ];
  const type = [0x60, ...vector(fn.parameters.map((name) => [WASM_TYPE[name]])), 1, WASM_TYPE[fn.result]];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type])),
    ...section(2, vector([[...text("env"), ...text("memory"), 0x02, ...(sharedMemory ? SHARED : OWN)]])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...text("run"), 0x00, 0]])),
    ...section(10, vector([[...unsigned(code.length), ...code]])),
  ]);
}

function runLengths(types: readonly WasmType[]): { type: WasmType; count: number }[] {
  const runs: { type: WasmType; count: number }[] = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  return runs;
}

/** Limits of the memory: at least one page; a shared one also says the most there can be. */
const OWN = [0x00, 1];
const SHARED = [0x03, 1, ...unsigned(65536)];

const section = (id: number, content: readonly number[]) => [id, ...unsigned(content.length), ...content];
const vector = (items: readonly (readonly number[])[]) => [...unsigned(items.length), ...items.flat()];
const text = (value: string) => vector([...new TextEncoder().encode(value)].map((byte) => [byte]));

/** Unsigned LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
    bytes.push(last ? byte : byte | 0x80);
    if (last) return bytes;
  }
}
