/** Writes Igor binary waves as TN003 describes them, to have every version and byte order to read. */

export interface WaveToWrite {
  readonly version: 1 | 2 | 3 | 5;
  readonly littleEndian: boolean;
  /** TN003's number type, e.g. 2: 32-bit floating point. */
  readonly typeCode: number;
  /** Rows, columns, layers, chunks. */
  readonly dimensions: readonly number[];
  readonly values: ArrayLike<number>;
  readonly name?: string;
  readonly rowStep: number;
  readonly rowUnit?: string;
  readonly dataUnit?: string;
  readonly note?: string;
  readonly formula?: string;
}

type Put = (at: number, value: number) => void;

const WIDTH: Record<number, number> = {
  0: 1,
  2: 4,
  3: 8,
  4: 8,
  8: 1,
  16: 2,
  32: 4,
  72: 1,
  80: 2,
  96: 4,
  128: 8,
};

export function writeWave(wave: WaveToWrite): Uint8Array {
  const { version, formula = "", note = "", dataUnit = "", rowUnit = "" } = wave;
  const binHeader = { 1: 8, 2: 16, 3: 20, 5: 64 }[version];
  const dataAt = binHeader + (version === 5 ? 320 : 110);
  const data_bytes = wave.values.length * WIDTH[wave.typeCode];
  // Longer units than three letters stand after the note (version 5).
  const extended =
    version === 5 ? [dataUnit, rowUnit].map((unit) => (unit.length > 3 ? unit : "")) : ["", ""];
  const padding = version === 5 ? 0 : 16;
  // Version 3 writes the note first, version 5 the formula.
  const texts = { 1: [], 2: [note], 3: [note, formula], 5: [formula, note] }[version];
  const tail = [...texts, ...extended].join("");
  const size = dataAt + data_bytes + padding + tail.length;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const i16: Put = (at, value) => view.setInt16(at, value, wave.littleEndian);
  const i32: Put = (at, value) => view.setInt32(at, value, wave.littleEndian);
  const f64: Put = (at, value) => view.setFloat64(at, value, wave.littleEndian);
  const text = (at: number, value: string): void => {
    for (let k = 0; k < value.length; k++) bytes[at + k] = value.charCodeAt(k);
  };
  i16(0, version);
  const wfmSize = dataAt - binHeader + data_bytes + padding;
  i32(version === 5 ? 4 : 2, wfmSize);
  if (version === 2 || version === 3) i32(6, note.length);
  if (version === 3) i32(10, formula.length);
  const start = binHeader;
  if (version === 5) {
    i32(8, formula.length);
    i32(12, note.length);
    i32(16, extended[0].length);
    i32(20, extended[1].length);
    i32(start + 12, wave.values.length);
    i16(start + 16, wave.typeCode);
    text(start + 28, wave.name ?? "");
    wave.dimensions.forEach((points, d) => {
      i32(start + 68 + 4 * d, points);
      f64(start + 84 + 8 * d, d === 0 ? wave.rowStep : 1);
    });
    if (!extended[0]) text(start + 148, dataUnit);
    if (!extended[1]) text(start + 152, rowUnit);
  } else {
    i16(start, wave.typeCode);
    text(start + 6, wave.name ?? "");
    text(start + 34, dataUnit);
    text(start + 38, rowUnit);
    i32(start + 42, wave.values.length);
    f64(start + 48, wave.rowStep);
  }
  putNumbers(view, dataAt, wave);
  text(dataAt + data_bytes + padding, tail);
  fixChecksum(bytes);
  return bytes;
}

function putNumbers(view: DataView, start: number, { values, typeCode, littleEndian }: WaveToWrite): void {
  for (let k = 0; k < values.length; k++) {
    const at = start + k * WIDTH[typeCode];
    if (typeCode === 2) view.setFloat32(at, values[k], littleEndian);
    else if (typeCode === 4) view.setFloat64(at, values[k], littleEndian);
    else if (WIDTH[typeCode] === 1) view.setInt8(at, values[k]);
    else if (WIDTH[typeCode] === 2) view.setInt16(at, values[k], littleEndian);
    else view.setInt32(at, values[k], littleEndian);
  }
}

/** Makes the words of the headers add up to 0 again, as after a change. */
export function fixChecksum(bytes: Uint8Array): void {
  const littleEndian = bytes[0] !== 0;
  const version = bytes[0] + bytes[1];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = { 1: 6, 2: 14, 3: 18, 5: 2 }[version]!;
  const end = { 1: 134, 2: 142, 3: 146, 5: 384 }[version]!;
  view.setInt16(at, 0, littleEndian);
  let sum = 0;
  for (let k = 0; k < end; k += 2) sum += view.getInt16(k, littleEndian);
  view.setInt16(at, -sum, littleEndian);
}
