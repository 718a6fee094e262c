/** NWB objects in HDF5: groups and datasets with the attributes that make them typed and identified. */
import type { Dataset, Group } from "h5wasm";
import { objectId } from "./objectId.ts";

/** A file being written. */
export interface Nwb {
  readonly identifier: string;
  readonly root: Group;
}

type Typed = Group | Dataset;
type Attributes = Readonly<Record<string, string | readonly string[]>>;

const TEXT = "S"; // variable length, UTF-8
/** 128 KiB of single precision: what viewers ask for at once. */
const CHUNK_SAMPLES = 1 << 15;
const COMPRESSION = 4;

export function addGroup(parent: Group, name: string): Group {
  return made(parent.create_group(name), name);
}

/** A group of a type of the core namespace. */
export function addObject(
  nwb: Nwb,
  parent: Group,
  name: string,
  type: string,
  attributes: Attributes = {},
): Group {
  const group = addGroup(parent, name);
  markType(nwb, group, "core", type);
  setTexts(group, attributes);
  return group;
}

/** Makes a dataset one of a type. */
export function markType(nwb: Nwb, object: Typed, namespace: "core" | "hdmf-common", type: string): void {
  setTexts(object, {
    namespace,
    neurodata_type: type,
    object_id: objectId(nwb.identifier, object.path),
  });
}

export function setTexts(object: Typed, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "string") object.create_attribute(name, value, [], TEXT);
    else object.create_attribute(name, [...value], [value.length], TEXT);
  }
}

/** A text, or a list of texts of the given shape. */
export function addText(
  parent: Group,
  name: string,
  text: string | readonly string[],
  shape?: number[],
): Dataset {
  const data = typeof text === "string" ? text : [...text];
  const size = shape ?? (typeof text === "string" ? [] : [text.length]);
  return made(parent.create_dataset({ name, data, shape: size, dtype: TEXT }), name);
}

/** One number in double precision. */
export function addNumber(parent: Group, name: string, value: number): Dataset {
  return made(parent.create_dataset({ name, data: value, shape: [], dtype: "<d" }), name);
}

export function addNumbers(parent: Group, name: string, values: readonly number[], dtype: string): Dataset {
  return made(parent.create_dataset({ name, data: [...values], dtype }), name);
}

/** Samples in single precision, in compressed chunks. */
export function addSamples(parent: Group, name: string, values: ArrayLike<number>): Dataset {
  const data = Float32Array.from(values);
  const packed = data.length > 0 && {
    chunks: [Math.min(CHUNK_SAMPLES, data.length)],
    compression: "gzip" as const,
    compression_opts: [COMPRESSION],
  };
  return made(parent.create_dataset({ name, data, ...packed }), name);
}

/** The library answers a failure with null, not with an exception. */
function made<T>(object: T | null, name: string): T {
  if (object === null) throw new Error(`internal: HDF5 could not make ${name}`);
  return object;
}
