/** Bytes that are written one after the other; grows as it must. A model takes some ten thousand, in a few milliseconds. */
class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(value: number): this {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  append(bytes: Uint8Array | readonly number[]): this {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Unsigned LEB128. */
  unsigned(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    return this.byte(rest);
  }

  /** Signed LEB128 of a 32-bit integer. */
  signed(value: number): this {
    let rest = value | 0;
    for (;;) {
      const byte = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0)) return this.byte(byte);
      this.byte(byte | 0x80);
    }
  }

  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #grow(more: number): void {
    const larger = new Uint8Array(2 * (this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** A small assembler of WebAssembly function bodies: just the instructions that the kernels use, by their binary codes. */
export class Assembler {
  readonly #out = new ByteWriter();

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#out.written();
  }

  localGet(index: number): this {
    return this.#with(0x20, index);
  }
  localSet(index: number): this {
    return this.#with(0x21, index);
  }
  localTee(index: number): this {
    return this.#with(0x22, index);
  }
  i32(value: number): this {
    this.#out.byte(0x41).signed(value);
    return this;
  }
  f64(value: number): this {
    this.#out.byte(0x44).append(new Uint8Array(Float64Array.of(value).buffer));
    return this;
  }
  f64Store(offset = 0): this {
    return this.#memory([0x39], 3, offset);
  }
  i32Load(offset = 0): this {
    return this.#memory([0x28], 2, offset);
  }
  i32Store(offset = 0): this {
    return this.#memory([0x36], 2, offset);
  }
  v128Load(offset = 0): this {
    return this.#memory([0xfd, 0x00], 4, offset);
  }
  v128Store(offset = 0): this {
    return this.#memory([0xfd, 0x0b], 4, offset);
  }
  /** Loads one value and repeats it in every lane. */
  v128Splat(bytes: 4 | 8, offset = 0): this {
    return bytes === 8 ? this.#memory([0xfd, 0x0a], 3, offset) : this.#memory([0xfd, 0x09], 2, offset);
  }
  /** Takes an address and a vector; gives the vector with one lane loaded. */
  v128LoadLane(bytes: 4 | 8, lane: number, offset = 0): this {
    if (bytes === 8) this.#memory([0xfd, 0x57], 3, offset);
    else this.#memory([0xfd, 0x56], 2, offset);
    this.#out.byte(lane);
    return this;
  }
  /** The same bits in every lane of that many bytes. */
  v128Const(lane: ArrayBuffer): this {
    this.#out.byte(0xfd).byte(0x0c);
    for (let at = 0; at < 16; at += lane.byteLength) this.#out.append(new Uint8Array(lane));
    return this;
  }
  extract(shape: keyof typeof EXTRACT, lane: number): this {
    this.#out.byte(0xfd).byte(EXTRACT[shape]).byte(lane);
    return this;
  }
  op(name: Instruction): this {
    for (const byte of PLAIN[name]) this.#out.byte(byte);
    return this;
  }
  /** Branches to the block or loop `depth` levels out. */
  br(depth: number): this {
    return this.#with(0x0c, depth);
  }
  brIf(depth: number): this {
    return this.#with(0x0d, depth);
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
    this.#out.byte(code).byte(0x40);
    body();
    this.#out.byte(0x0b);
    return this;
  }
  #with(code: number, operand: number): this {
    this.#out.byte(code).unsigned(operand);
    return this;
  }
  #memory(code: readonly number[], alignment: number, offset: number): this {
    this.#out.append(code).byte(alignment).unsigned(offset);
    return this;
  }
}

const EXTRACT = { i32x4: 0x1b, i64x2: 0x1d, f32x4: 0x1f, f64x2: 0x21 } as const;

export type Instruction = keyof typeof PLAIN;

/** Instructions without operands. */
const PLAIN = {
  "f64.add": [0xa0],
  "f64.sub": [0xa1],
  "f64.div": [0xa3],
  "f64.convert_i32_s": [0xb7],
  "i32.add": [0x6a],
  "i32.mul": [0x6c],
  "i32.eq": [0x46],
  "i32.eqz": [0x45],
  "i32.lt_s": [0x48],
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

const WASM_TYPE = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type WasmType = keyof typeof WASM_TYPE;

export interface WasmFunction {
  readonly parameters: readonly WasmType[];
  readonly result: WasmType;
  /** Types of the locals after the parameters, in order. */
  readonly locals: readonly WasmType[];
  /** Parts of the body, one after the other. */
  readonly body: readonly Assembler[];
}

/** A module that imports one memory as `env.memory` and exports one function as `run`. */
export function wasmModule(fn: WasmFunction): Uint8Array<ArrayBuffer> {
  const type = new ByteWriter().byte(1).byte(0x60).unsigned(fn.parameters.length);
  for (const name of fn.parameters) type.byte(WASM_TYPE[name]);
  type.byte(1).byte(WASM_TYPE[fn.result]);
  const imports = text(text(new ByteWriter().byte(1), "env"), "memory").append([0x02, 0x00, 1]);
  const exports = text(new ByteWriter().byte(1), "run").append([0x00, 0]);
  const code = codeOf(fn);
  const functions = new ByteWriter().byte(1).unsigned(code.length).append(code);

  const out = new ByteWriter().append([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  section(out, 1, type.written());
  section(out, 2, imports.written());
  section(out, 3, Uint8Array.of(1, 0));
  section(out, 7, exports.written());
  section(out, 10, functions.written());
  return out.written();
}

function codeOf(fn: WasmFunction): Uint8Array {
  const out = new ByteWriter();
  const runs = runLengths(fn.locals);
  out.unsigned(runs.length);
  for (const { type, count } of runs) out.unsigned(count).byte(WASM_TYPE[type]);
  for (const part of fn.body) out.append(part.bytes());
  return out.byte(0x0b).written();
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

function section(out: ByteWriter, id: number, content: Uint8Array): void {
  out.byte(id).unsigned(content.length).append(content);
}

function text(out: ByteWriter, value: string): ByteWriter {
  const bytes = new TextEncoder().encode(value);
  return out.unsigned(bytes.length).append(bytes);
}
