/** B-trees of the second version: records in order, here those of large groups, many attributes and 2-D chunks. */
import type { Blocks } from "./blocks.ts";
import { bytesFor } from "./datatype.ts";
import type { Fields } from "./fields.ts";

interface Tree {
  readonly blocks: Blocks;
  readonly nodeBytes: number;
  readonly recordBytes: number;
  readonly seen: Set<number | undefined>;
  readonly records: Fields[];
}

const MAX_DEPTH = 32;

/** Every record of the tree, in order. Throws InputError. */
export function recordsOfTree(blocks: Blocks, address: number): Fields[] {
  const head = blocks
    .checked(address, 22 + blocks.offset + blocks.length, "a B-tree")
    .signature("BTHD")
    .skip(2);
  const [nodeBytes, recordBytes, depth] = [head.u32(), head.u16(), head.u16()];
  if (recordBytes === 0 || depth > MAX_DEPTH) throw head.damage("depth", depth);
  const root = head.skip(2).address();
  const count = head.u16();
  const tree = { blocks, nodeBytes, recordBytes, seen: new Set<number | undefined>(), records: [] };
  if (root !== undefined && count > 0) visit(tree, root, count, depth);
  return tree.records;
}

function visit(tree: Tree, address: number | undefined, count: number, depth: number): void {
  const node = tree.blocks.block(address, tree.nodeBytes, "a B-tree node");
  if (tree.seen.has(address)) throw node.damage("node", "a loop");
  tree.seen.add(address);
  node.signature(depth === 0 ? "BTLF" : "BTIN").skip(2);
  const records = Array.from({ length: count }, () => node.part(tree.recordBytes));
  if (depth === 0) {
    for (const record of records) tree.records.push(record);
    return;
  }
  const { countBytes, totalBytes } = widthsAt(tree, depth);
  for (let k = 0; k <= count; k++) {
    const child = node.address();
    const inChild = node.uint(countBytes);
    node.skip(totalBytes);
    visit(tree, child, inChild, depth - 1);
    if (k < count) tree.records.push(records[k]);
  }
}

/** Widths of the counts beside a child's address: as many bytes as the fullest child needs. */
function widthsAt({ blocks, nodeBytes, recordBytes }: Tree, depth: number) {
  const inLeaf = Math.floor((nodeBytes - 10) / recordBytes);
  const countBytes = bytesFor(inLeaf);
  let below = inLeaf;
  let totalBytes = 0;
  for (let level = 1; level < depth; level++) {
    const pointer = blocks.offset + countBytes + totalBytes;
    const inNode = Math.floor((nodeBytes - 10 - pointer) / (recordBytes + pointer));
    below = (inNode + 1) * below + inNode;
    totalBytes = Math.min(8, bytesFor(below));
  }
  return { countBytes, totalBytes };
}
