/** The links of a group: names and where they lead. */
import { recordsOfTree } from "./b-tree-2.ts";
import type { Blocks } from "./blocks.ts";
import type { Fields } from "./fields.ts";
import { utf8 } from "./fields.ts";
import { openHeap } from "./fractal-heap.ts";
import { MESSAGE, type Message } from "./header.ts";

export type Link =
  | { readonly kind: "hard"; readonly address: number }
  | { readonly kind: "soft"; readonly path: string }
  | { readonly kind: "external"; readonly file: string; readonly path: string };

export type Links = ReadonlyMap<string, Link>;

/** The links of a group in the order of their names; `undefined` for what is no group. Throws InputError. */
export function readLinks(blocks: Blocks, messages: readonly Message[]): Links | undefined {
  const isGroup = messages.some(({ type }) => GROUP_MESSAGES.includes(type));
  if (!isGroup) return undefined;
  const links = messages.flatMap((message) => linksOf(blocks, message));
  return new Map(links.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const GROUP_MESSAGES: readonly number[] = [MESSAGE.symbolTable, MESSAGE.link, MESSAGE.linkInfo];

function linksOf(blocks: Blocks, { type, fields }: Message): [string, Link][] {
  if (type === MESSAGE.symbolTable) return oldLinks(blocks, fields());
  if (type === MESSAGE.link) return [linkOf(fields())];
  return type === MESSAGE.linkInfo ? denseLinks(blocks, fields()) : [];
}

function linkOf(fields: Fields): [string, Link] {
  const version = fields.u8();
  if (version !== 1) throw fields.damage("link version", version, "1");
  const flags = fields.u8();
  const kind = flags & 8 ? fields.u8() : 0;
  fields.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const name = utf8(fields.take(fields.uint(1 << (flags & 3))));
  if (kind === 0) return [name, hardLink(fields)];
  const value = fields.part(fields.u16());
  if (kind === 1) return [name, { kind: "soft", path: utf8(value.bytes) }];
  if (kind !== 64) throw fields.damage("link type", kind, "0, 1 or 64");
  return [name, { kind: "external", file: value.skip(1).text(), path: value.text() }];
}

function hardLink(fields: Fields): Link {
  const address = fields.address();
  if (address === undefined) throw fields.damage("link", "no address");
  return { kind: "hard", address };
}

function denseLinks(blocks: Blocks, fields: Fields): [string, Link][] {
  const flags = fields.skip(1).u8();
  if (flags & 1) fields.skip(8);
  const [heapAt, treeAt] = [fields.address(), fields.address()];
  if (heapAt === undefined || treeAt === undefined) return [];
  const object = openHeap(blocks, heapAt);
  return recordsOfTree(blocks, treeAt).map((record) => linkOf(object(record.skip(4).take(record.left))));
}

/** Groups as they were before version 1.8: a B-tree of nodes of symbols, with the names in a heap. */
function oldLinks(blocks: Blocks, fields: Fields): [string, Link][] {
  const [treeAt, heapAt] = [fields.address(), fields.address()];
  const prefix = 8 + 2 * blocks.length + blocks.offset;
  const head = blocks.block(heapAt, prefix, "a heap of names").signature("HEAP").skip(4);
  const size = head.length();
  head.length();
  const names = blocks.block(head.address(), size, "a heap of names");
  let left = 2 * size;
  const nameAt = (offset: number): string => {
    names.at = 0;
    const name = names.skip(offset).text();
    left -= names.at - offset;
    if (left < 0) throw names.damage("names", "names that lie in each other");
    return name;
  };
  return symbolNodes(blocks, treeAt).flatMap((node) => symbols(blocks, node, nameAt));
}

function symbols(blocks: Blocks, address: number, nameAt: (offset: number) => string): [string, Link][] {
  const count = blocks.block(address, 8, "a node of symbols").signature("SNOD").skip(2).u16();
  const bytes = count * (2 * blocks.offset + 24);
  const entries = blocks.block(address + 8, bytes, "a node of symbols");
  return Array.from({ length: count }, () => {
    const name = nameAt(entries.uint(blocks.offset));
    const header = entries.address();
    const cached = entries.u32();
    const scratch = entries.skip(4).part(16);
    if (cached === 2) return [name, { kind: "soft", path: nameAt(scratch.u32()) }];
    if (header === undefined) throw entries.damage("link", "no address");
    return [name, { kind: "hard", address: header }];
  });
}

const MAX_DEPTH = 32;

/** Addresses of the nodes of symbols below a B-tree of the first version. */
function symbolNodes(blocks: Blocks, root: number | undefined): number[] {
  const found: number[] = [];
  const seen = new Set<number | undefined>();
  const visit = (address: number | undefined, depth: number): void => {
    const prefix = 8 + 2 * blocks.offset;
    const head = blocks.block(address, prefix, "a B-tree of names").signature("TREE");
    const [type, level, count] = [head.u8(), head.u8(), head.u16()];
    if (type !== 0 || depth > MAX_DEPTH || seen.has(address)) throw head.damage("node", `type ${type}`);
    seen.add(address);
    const bytes = count * (blocks.length + blocks.offset);
    const body = blocks.block((address ?? 0) + prefix, bytes, "a B-tree of names");
    for (let k = 0; k < count; k++) {
      body.length();
      const child = body.address();
      if (level > 0) visit(child, depth + 1);
      else if (child === undefined || seen.has(child)) throw body.damage("node", "a loop");
      else found.push(child);
      if (level === 0) seen.add(child);
    }
  };
  visit(root, 0);
  return found;
}
