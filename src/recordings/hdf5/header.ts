/** Object headers: the messages that say what a group or dataset is. */
import type { Blocks } from "./blocks.ts";
import type { Fields } from "./fields.ts";

export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  fillValue: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly type: number;
  /** Whether the body says where else the message lies. */
  readonly shared: boolean;
  readonly bytes: Uint8Array;
  /** A fresh reader of the body. */
  readonly fields: () => Fields;
}

/** Blocks of one header; more than any program writes. */
const MAX_CHUNKS = 4096;

/** All messages of the object at an address, with those of its continuation blocks. Throws InputError. */
export function readHeader(blocks: Blocks, address: number): readonly Message[] {
  const isNew = blocks.block(address, 4, "an object header").bytes[0] === 0x4f; // "OHDR"
  return isNew ? newHeader(blocks, address) : oldHeader(blocks, address);
}

function oldHeader(blocks: Blocks, address: number): Message[] {
  const prefix = blocks.block(address, 16, "an object header");
  const version = prefix.u8();
  if (version !== 1) throw prefix.damage("version", version, "1");
  const size = prefix.skip(7).u32();
  const parse = (chunk: Fields, messages: Message[]) => {
    while (chunk.left >= 8) {
      const [type, length, flags] = [chunk.u16(), chunk.u16(), chunk.u8()];
      messages.push(message(type, flags, chunk.skip(3).part(length)));
    }
  };
  const first = blocks.block(address + 16, size, "an object header");
  const next = (at: number | undefined, length: number) =>
    blocks.block(at, length, "a continued object header");
  return followed(first, parse, next);
}

function newHeader(blocks: Blocks, address: number): Message[] {
  const prefix = blocks.block(address, 6, "an object header").skip(4);
  const version = prefix.u8();
  if (version !== 2) throw prefix.damage("version", version, "2");
  const flags = prefix.u8();
  const before = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 1 << (flags & 3);
  const size = blocks.block(address + before, width, "an object header").uint(width);
  const parse = (chunk: Fields, messages: Message[]) => {
    const overhead = flags & 0x04 ? 6 : 4;
    while (chunk.left >= overhead) {
      const [type, length, bits] = [chunk.u8(), chunk.u16(), chunk.u8()];
      messages.push(message(type, bits, chunk.skip(overhead - 4).part(length)));
    }
  };
  const first = blocks.checked(address, before + width + size + 4, "an object header").skip(before + width);
  const next = (at: number | undefined, length: number) =>
    blocks.checked(at, length, "a continued object header").signature("OCHK");
  return followed(first, parse, next);
}

/** Messages of the first block and of all that continue it. */
function followed(
  first: Fields,
  parse: (chunk: Fields, messages: Message[]) => void,
  next: (address: number | undefined, length: number) => Fields,
): Message[] {
  const messages: Message[] = [];
  parse(first, messages);
  const seen = new Set<number | undefined>();
  for (const found of messages) {
    if (found.type !== MESSAGE.continuation) continue;
    const where = found.fields();
    const address = where.address();
    if (seen.has(address) || seen.size > MAX_CHUNKS) throw where.damage("continuation", "a loop");
    seen.add(address);
    parse(next(address, where.length()), messages);
  }
  return messages;
}

function message(type: number, flags: number, body: Fields): Message {
  const { bytes } = body;
  const fields = () => {
    body.at = 0;
    return body.part(bytes.length);
  };
  return { type, shared: (flags & 2) !== 0, bytes, fields };
}
