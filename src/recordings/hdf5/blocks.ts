/** An HDF5 file as blocks at addresses: signature, superblock, base address, checksums. */
import { damaged, truncated } from "../bytes.ts";
import type { ByteSource } from "../source.ts";
import { lookup3 } from "./checksum.ts";
import { Fields, type Widths } from "./fields.ts";

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export interface Blocks extends Widths {
  /** Bytes of the file. */
  readonly size: number;
  /** Address of the root group's object header. */
  readonly root: number;
  /**
   * `length` bytes of structure at an address. Throws InputError when they are not all in the file, and when more was read in
   * all than a sound file has: blocks that lie in each other would make the work grow with the square of the file.
   */
  readonly block: (address: number | undefined, length: number, what: string) => Fields;
  /** The same without the checksum of 4 bytes that ends the block. Throws InputError when it does not fit. */
  readonly checked: (address: number | undefined, length: number, what: string) => Fields;
  /** `length` bytes of samples at an address, however often. Throws InputError when they are not all in the file. */
  readonly samples: (address: number, length: number) => Uint8Array;
  /** Throws InputError unless `samples` would give them. */
  readonly requireSamples: (address: number, length: number) => void;
}

/** Where the superblock begins: at 0, or after a user block at 512, 1024, 2048, ...; -1 when it is not there. */
export function superblockOffset(bytes: Uint8Array): number {
  for (let start = 0; start + SIGNATURE.length <= bytes.length; start = start === 0 ? 512 : 2 * start)
    if (SIGNATURE.every((byte, k) => bytes[start + k] === byte)) return start;
  return -1;
}

/** Longest user block that is looked behind. */
const MAX_HEAD_BYTES = 1 << 16;
/** Structure is read once (a committed type once for each dataset): this many times the file's size is enough. */
const MAX_READ = 16;
/** Longest superblock: version 1 with widths of 8. */
const SUPERBLOCK_BYTES = 100;

/** Throws InputError `truncated` or `damaged-header`, or `unsupported` for a version that is not known. */
export function openBlocks(source: ByteSource, fileName: string): Blocks {
  const start = superblockOffset(source.bytes(0, Math.min(MAX_HEAD_BYTES, source.size)));
  if (start < 0) throw damaged(fileName, "HDF5 (signature)", "none", "an HDF5 superblock");
  const length = Math.min(SUPERBLOCK_BYTES, source.size - start);
  const head = new Fields(source.bytes(start, length), { fileName, offset: 8, length: 8 }, "the superblock");
  const { root, base, end, ...widths } = superblock(head.skip(SIGNATURE.length), fileName);
  if (base !== start) throw head.damage("base address", base, String(start));
  if (end > source.size) throw truncated(fileName, "the HDF5 data", end, source.size);
  const placeOf = (address: number | undefined, bytes: number, what: string): number => {
    if (address === undefined) throw damaged(fileName, what, "no address", "an address");
    if (!(address >= 0 && bytes >= 0 && base + address + bytes <= source.size))
      throw damaged(
        fileName,
        `${what} (place)`,
        `${bytes} bytes at ${address}`,
        `within ${source.size} bytes`,
      );
    return base + address;
  };
  let left = MAX_READ * source.size;
  const block = (address: number | undefined, bytes: number, what: string): Fields => {
    left -= bytes;
    if (left < 0) throw damaged(fileName, what, "blocks that lie in each other", "blocks side by side");
    return new Fields(source.bytes(placeOf(address, bytes, what), bytes), widths, what);
  };
  const placeOfSamples = (address: number, bytes: number) => placeOf(address, bytes, "samples");
  const samples = (address: number, bytes: number) => source.bytes(placeOfSamples(address, bytes), bytes);
  const checked = (address: number | undefined, bytes: number, what: string): Fields => {
    const whole = block(address, bytes, what);
    const body = whole.part(bytes - 4);
    const sum = whole.u32();
    if (sum !== lookup3(body.bytes)) throw whole.damage("checksum", sum);
    return body;
  };
  return { ...widths, size: source.size, root, block, checked, samples, requireSamples: placeOfSamples };
}

interface Superblock extends Widths {
  readonly base: number;
  readonly end: number;
  readonly root: number;
}

function superblock(head: Fields, fileName: string): Superblock {
  const version = head.u8();
  if (version > 3) throw head.damage("version", version, "0 to 3");
  if (version < 2) head.skip(4);
  const [offset, length] = [head.u8(), head.u8()];
  for (const width of [offset, length])
    if (![2, 4, 8].includes(width)) throw head.damage("width of addresses", width, "2, 4 or 8");
  const widths = { fileName, offset, length };
  head.skip(version < 2 ? 9 + 4 * version : 1);
  const rest = new Fields(head.take(head.left), widths, head.what);
  const base = rest.address() ?? Number.POSITIVE_INFINITY;
  rest.address(); // free space, or the superblock's extension
  const end = rest.address() ?? Number.POSITIVE_INFINITY;
  if (version < 2) {
    rest.address(); // driver information
    rest.length(); // the root's name
  }
  const root = rest.address() ?? Number.POSITIVE_INFINITY;
  if (version >= 2) {
    const bytes = 12 + 4 * offset;
    const all = head.bytes.subarray(0, bytes);
    if (head.bytes.length < bytes + 4 || rest.u32() !== lookup3(all))
      throw head.damage("checksum", "another");
  }
  return { ...widths, base, end, root };
}
