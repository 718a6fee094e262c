/** Datatype messages: what the bytes of an element mean. */
import type { Blocks } from "./blocks.ts";
import type { Fields } from "./fields.ts";
import { MESSAGE, type Message, readHeader } from "./header.ts";

export type Datatype =
  | { readonly kind: "integer"; readonly size: number; readonly signed: boolean; readonly big: boolean }
  | { readonly kind: "float"; readonly size: number; readonly big: boolean }
  | { readonly kind: "string"; readonly size: number }
  | { readonly kind: "long-string"; readonly size: number }
  | { readonly kind: "reference"; readonly size: number }
  | { readonly kind: "compound"; readonly size: number; readonly members: readonly Member[] }
  /** Known to exist, of no use here: its values are read as undefined. */
  | { readonly kind: "other"; readonly size: number; readonly name: string };

export interface Member {
  readonly name: string;
  readonly offset: number;
  readonly type: Datatype;
}

const OTHERS = [
  "",
  "",
  "time",
  "",
  "bit field",
  "opaque",
  "",
  "reference",
  "enumeration",
  "sequence",
  "array",
];
/** Compounds within compounds within arrays ... */
const MAX_DEPTH = 16;

/** The type that a message holds or, for a committed type, the one that lies at the address in it. Throws InputError. */
export function readDatatype(
  blocks: Blocks,
  { shared, fields }: Pick<Message, "shared" | "fields">,
): Datatype {
  if (!shared) return datatypeOf(fields());
  const where = fields();
  const [version, kind] = [where.u8(), where.u8()];
  if (version > 3 || kind === 1) throw where.damage("shared datatype", `version ${version}, kind ${kind}`);
  const address = (version === 1 ? where.skip(6) : where).address();
  const committed = readHeader(blocks, address ?? -1).find(({ type }) => type === MESSAGE.datatype);
  if (!committed || committed.shared) throw where.damage("committed datatype", "none");
  return datatypeOf(committed.fields());
}

/** Reads one datatype and steps over it. */
function datatypeOf(fields: Fields, depth = 0): Datatype {
  if (depth > MAX_DEPTH) throw fields.damage("datatype", "too many levels");
  const start = fields.at;
  const [classAndVersion, bits, size] = [fields.u8(), fields.uint(3), fields.u32()];
  const [klass, version] = [classAndVersion & 15, classAndVersion >> 4];
  const body = { fields, bits, size, version, depth };
  if (version < 1 || version > 5 || size === 0)
    throw fields.damage("datatype", `version ${version}, ${size} bytes`);
  switch (klass) {
    case 0:
      return integer(body);
    case 1:
      return float(body);
    case 3:
      return { kind: "string", size };
    case 6:
      return compound(body);
    case 7:
      // Kind 0 is an object's address; the later kinds are regions and references into other files.
      return (bits & 15) === 0 ? { kind: "reference", size } : { kind: "other", size, name: "reference" };
    case 8:
      return enumeration(body);
    case 9:
      datatypeOf(fields, depth + 1);
      return (bits & 15) === 1 ? { kind: "long-string", size } : { kind: "other", size, name: "sequence" };
    case 10:
      return array(body);
    case 2:
      fields.skip(2);
      break;
    case 4:
      fields.skip(4);
      break;
    case 5:
      fields.skip(bits & 255);
      break;
    default:
      throw fields.damage("datatype", `class ${klass} at ${start}`);
  }
  return { kind: "other", size, name: OTHERS[klass] };
}

interface Body {
  readonly fields: Fields;
  readonly bits: number;
  readonly size: number;
  readonly version: number;
  readonly depth: number;
}

function integer({ fields, bits, size }: Body): Datatype {
  const [shift, precision] = [fields.u16(), fields.u16()];
  if (shift !== 0 || precision !== 8 * size || ![1, 2, 4, 8].includes(size))
    return { kind: "other", size, name: `integer of ${precision} bits` };
  return { kind: "integer", size, signed: (bits & 8) !== 0, big: (bits & 1) !== 0 };
}

/** IEEE single and double, the only ones that recordings have. */
function float({ fields, bits, size }: Body): Datatype {
  const [shift, precision] = [fields.u16(), fields.u16()];
  const [exponentAt, exponentBits, mantissaAt, mantissaBits] = fields.take(4);
  const bias = fields.u32();
  const wanted = size === 8 ? [52, 11, 0, 52, 1023] : [23, 8, 0, 23, 127];
  const got = [exponentAt, exponentBits, mantissaAt, mantissaBits, bias];
  const plain = shift === 0 && precision === 8 * size && (size === 4 || size === 8) && (bits & 0x40) === 0;
  if (!plain || got.some((value, k) => value !== wanted[k])) return { kind: "other", size, name: "float" };
  return { kind: "float", size, big: (bits & 1) !== 0 };
}

function compound({ fields, bits, size, version, depth }: Body): Datatype {
  const members: Member[] = [];
  const offsetWidth = version < 3 ? 4 : bytesFor(size);
  for (let k = 0; k < (bits & 0xffff); k++) {
    const name = paddedName(fields, version);
    const offset = fields.uint(offsetWidth);
    const dimensions = version === 1 ? fields.u8() : 0;
    if (version === 1) fields.skip(11 + 16);
    const element = datatypeOf(fields, depth + 1);
    const type: Datatype =
      dimensions === 0 ? element : { kind: "other", size: element.size, name: "array of the first version" };
    if (offset + type.size > size)
      throw fields.damage(`member ${name}`, `at ${offset}`, `within ${size} bytes`);
    members.push({ name, offset, type });
  }
  return { kind: "compound", size, members };
}

/** Values of an enumeration are given as their numbers. */
function enumeration({ fields, bits, size, version, depth }: Body): Datatype {
  const base = datatypeOf(fields, depth + 1);
  if (base.size !== size) throw fields.damage("enumeration", `${size} bytes`, `${base.size}`);
  for (let k = 0; k < (bits & 0xffff); k++) paddedName(fields, version);
  fields.skip((bits & 0xffff) * size);
  return base;
}

function array({ fields, size, version, depth }: Body): Datatype {
  const rank = fields.u8();
  fields.skip(version < 3 ? 3 + 8 * rank : 4 * rank);
  datatypeOf(fields, depth + 1);
  return { kind: "other", size, name: "array" };
}

/** Names are filled with NUL to a multiple of 8 bytes before version 3. */
function paddedName(fields: Fields, version: number): string {
  const start = fields.at;
  const name = fields.text();
  if (version < 3) fields.skip((8 - ((fields.at - start) % 8)) % 8);
  return name;
}

/** How many bytes hold a number up to `limit`. */
export function bytesFor(limit: number): number {
  let width = 1;
  while (256 ** width <= limit) width++;
  return width;
}
