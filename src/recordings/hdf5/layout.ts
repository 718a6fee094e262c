/** Where the samples of a dataset lie, and through which filters they went. */
import { InputError } from "../../errors.ts";
import type { Blocks } from "./blocks.ts";
import type { Fields } from "./fields.ts";

export interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

export type Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  | { readonly kind: "contiguous"; readonly address: number | undefined; readonly length: number }
  | {
      readonly kind: "chunked";
      /** Elements of a chunk along each dimension, without the element's own size. */
      readonly chunk: readonly number[];
      readonly index: ChunkIndex;
    };

export type ChunkIndex =
  | { readonly kind: "b-tree"; readonly address: number | undefined }
  | {
      readonly kind: "single";
      readonly address: number | undefined;
      readonly stored?: number;
      readonly mask: number;
    }
  | { readonly kind: "implicit"; readonly address: number | undefined }
  | { readonly kind: "fixed-array"; readonly address: number | undefined }
  | { readonly kind: "extensible-array"; readonly address: number | undefined }
  | { readonly kind: "b-tree-2"; readonly address: number | undefined };

/** Throws InputError; `unsupported` for virtual datasets, whose samples lie in other files. */
export function readLayout(blocks: Blocks, fields: Fields): Layout {
  const version = fields.u8();
  if (version < 1 || version > 5) throw fields.damage("layout version", version, "1 to 5");
  return version < 3 ? oldLayout(fields) : newLayout(blocks, fields, version);
}

function oldLayout(fields: Fields): Layout {
  const [rank, kind] = [fields.u8(), fields.u8()];
  fields.skip(5);
  const address = kind === 0 ? undefined : fields.address();
  const sizes = Array.from({ length: rank }, () => fields.u32());
  if (kind === 0) return { kind: "compact", bytes: fields.take(fields.u32()) };
  if (kind === 1)
    return { kind: "contiguous", address, length: sizes.reduce((product, size) => product * size, 1) };
  return { kind: "chunked", chunk: sizes.slice(0, -1), index: { kind: "b-tree", address } };
}

function newLayout(blocks: Blocks, fields: Fields, version: number): Layout {
  const kind = fields.u8();
  if (kind === 0) return { kind: "compact", bytes: fields.take(fields.u16()) };
  if (kind === 1) return { kind: "contiguous", address: fields.address(), length: fields.length() };
  if (kind === 3) throw unsupportedData(blocks, "a virtual dataset, whose samples lie in other files");
  if (kind !== 2) throw fields.damage("layout", kind, "0 to 3");
  return version === 3 ? chunked3(fields) : chunked4(fields);
}

function chunked3(fields: Fields): Layout {
  const rank = fields.u8();
  const address = fields.address();
  const sizes = Array.from({ length: rank }, () => fields.u32());
  return { kind: "chunked", chunk: sizes.slice(0, -1), index: { kind: "b-tree", address } };
}

function chunked4(fields: Fields): Layout {
  const [flags, rank, width] = [fields.u8(), fields.u8(), fields.u8()];
  if (width < 1 || width > 8) throw fields.damage("chunk size", `${width} bytes`);
  const chunk = Array.from({ length: rank }, () => fields.uint(width)).slice(0, -1);
  return { kind: "chunked", chunk, index: chunkIndex(fields, flags) };
}

function chunkIndex(fields: Fields, flags: number): ChunkIndex {
  const kind = fields.u8();
  switch (kind) {
    case 1: {
      const filtered = (flags & 2) !== 0;
      const stored = filtered ? { stored: fields.length() } : {};
      const mask = filtered ? fields.u32() : 0;
      return { kind: "single", ...stored, mask, address: fields.address() };
    }
    case 2:
      return { kind: "implicit", address: fields.address() };
    case 3:
      return { kind: "fixed-array", address: fields.skip(1).address() };
    case 4:
      return { kind: "extensible-array", address: fields.skip(5).address() };
    case 5:
      return { kind: "b-tree-2", address: fields.skip(6).address() };
    default:
      throw fields.damage("chunk index", kind, "1 to 5");
  }
}

/** The filters in the order in which they were applied. */
export function readFilters(fields: Fields): Filter[] {
  const [version, count] = [fields.u8(), fields.u8()];
  if (version < 1 || version > 2 || count > 32) throw fields.damage("filters", `version ${version}`);
  if (version === 1) fields.skip(6);
  return Array.from({ length: count }, () => {
    const id = fields.u16();
    const nameBytes = version === 1 || id >= 256 ? fields.u16() : 0;
    const values = fields.skip(2).u16();
    fields.skip(version === 1 ? 8 * Math.ceil(nameBytes / 8) : nameBytes);
    const filter = { id, values: Array.from({ length: values }, () => fields.u32()) };
    if (version === 1 && values % 2 === 1) fields.skip(4);
    return filter;
  });
}

export function unsupportedData({ fileName }: Pick<Blocks, "fileName">, got: string): InputError {
  return new InputError({
    code: "unsupported",
    what: "the samples are stored in a way that this reader does not know",
    where: fileName,
    got,
    expected: "samples in the file itself, plain or compressed with gzip",
    next: "Save the file again with gzip or no compression, for instance with h5repack.",
  });
}
