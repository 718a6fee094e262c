/**
 * The container of HEKA PatchMaster: a header of 256 bytes with a table of the files that were put into it.
 * Offsets here and in the records are those that HEKA publishes as "Patchmasterv9" file formats.
 */
import { InputError } from "../../../errors.ts";
import { damaged, latin1, truncated } from "../../bytes.ts";
import type { ByteSource } from "../../source.ts";

export interface Bundle {
  readonly source: ByteSource;
  readonly fileName: string;
  /** As the program writes it, e.g. `v2x90.3, 19-Mar-2018`. */
  readonly version: string;
  /** The bytes of one of the files, by its extension; `undefined` when it is not in the bundle. */
  readonly item: (extension: string) => Uint8Array | undefined;
}

const HEADER_BYTES = 256;
const ITEMS_AT = 64;
const ITEM_BYTES = 16;
const ITEMS = 12;

const SIGNATURES = ["DAT2", "DAT1", "DATA"];
const TREES = ["Tree", "eerT"];

/** Whether a file begins like one that PatchMaster writes, be it one that can be read or one that must be refused. */
export function looksLikeHeka(head: Uint8Array): boolean {
  const signature = latin1(head.subarray(0, 4));
  const next = head.subarray(4, 8);
  if (head.length < 8) return false;
  if (SIGNATURES.includes(signature)) return next.every((byte) => byte === 0);
  // The number of levels follows, in either byte order: a text that begins with "Tree" has letters there.
  return TREES.includes(signature) && next.filter((byte) => byte !== 0).length === 1;
}

export function openBundle(source: ByteSource, fileName: string): Bundle {
  refuseParts(source, fileName);
  if (source.size < HEADER_BYTES) throw truncated(fileName, "the header", HEADER_BYTES, source.size);
  const header = source.bytes(0, HEADER_BYTES);
  const view = new DataView(header.buffer, header.byteOffset, HEADER_BYTES);
  const littleEndian = view.getUint8(52) !== 0;
  const places = new Map<string, readonly [number, number]>();
  for (let n = 0; n < ITEMS; n++) {
    const at = ITEMS_AT + n * ITEM_BYTES;
    const [start, length] = [view.getUint32(at, littleEndian), view.getUint32(at + 4, littleEndian)];
    const extension = text(header.subarray(at + 8, at + 16));
    if (extension && length > 0) places.set(extension, [start, length]);
  }
  const item = (extension: string): Uint8Array | undefined => {
    const place = places.get(extension);
    if (!place) return undefined;
    const [start, length] = place;
    if (start + length > source.size)
      throw truncated(fileName, `its part ${extension}`, start + length, source.size);
    return source.bytes(start, length);
  };
  return { source, fileName, version: text(header.subarray(8, 40)), item };
}

/** Bytes up to the first NUL. */
export function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return latin1(end < 0 ? bytes : bytes.subarray(0, end)).trim();
}

function refuseParts(source: ByteSource, fileName: string): void {
  const signature = latin1(source.bytes(0, Math.min(4, source.size)));
  if (signature === "DAT2") return;
  const isData = SIGNATURES.includes(signature);
  throw new InputError({
    code: "unsupported",
    what: isData
      ? "the samples and their description are in separate files (.dat, .pul, .pgf)"
      : "this is a description (.pul, .pgf) without the samples that belong to it",
    where: fileName,
    got: `signature "${signature}"`,
    expected: 'a bundle (signature "DAT2")',
    next: "Open the recording in PatchMaster and save it as a bundled file, or export the sweeps as text.",
  });
}

export function requiredItem(bundle: Bundle, extension: string, what: string): Uint8Array {
  const bytes = bundle.item(extension);
  if (bytes) return bytes;
  throw damaged(bundle.fileName, what, `no part ${extension}`, `a part ${extension}`);
}
