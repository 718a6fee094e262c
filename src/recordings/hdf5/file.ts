/** An HDF5 file as groups, datasets and attributes, read where they are needed and whatever the bytes are. */
import { InputError } from "../../errors.ts";
import type { ByteSource } from "../source.ts";
import { readAttributes } from "./attributes.ts";
import { type Blocks, openBlocks } from "./blocks.ts";
import { type Dataset, readDataset } from "./dataset.ts";
import { readHeader } from "./header.ts";
import { type Link, type Links, readLinks } from "./links.ts";
import type { Reference, Value } from "./values.ts";

export interface Hdf5Object {
  /** Place in the file: the same object has one address, whatever links lead to it. */
  readonly address: number;
  /** From the root, as it was reached. */
  readonly path: string;
  readonly attributes: ReadonlyMap<string, Value>;
  /** `undefined` for what is no group. */
  readonly links: Links | undefined;
  /** `undefined` for what is no dataset. */
  readonly dataset: Dataset | undefined;
  /** The object below this one, through soft links; `undefined` when there is none. Throws `external-link`. */
  readonly get: (path: string) => Hdf5Object | undefined;
}

export interface Hdf5File {
  readonly fileName: string;
  readonly root: Hdf5Object;
  /** What a reference leads to; `undefined` for a reference to nothing. */
  readonly follow: (reference: Reference) => Hdf5Object | undefined;
}

/** Names on a path, with those on the paths of the soft links on it; links that lead to each other have no end. */
const MAX_STEPS = 1000;

/**
 * Opens an HDF5 file: superblocks 0 to 3, old and new groups, compact, contiguous and chunked datasets of one column with
 * gzip, shuffle and Fletcher filters ("HDF5 File Format Specification Version 3.0", The HDF Group).
 *
 * It is written anew here because the C library cannot be trusted with a damaged file: compiled to WebAssembly it was seen to
 * hang, to write beyond its memory and to ask for half a gigabyte for a file of 22 kB. Left out: virtual and external data,
 * shared messages in heaps, compressed fractal heaps, other filters.
 *
 * @returns The root group; all below it is read when it is asked for, with the same errors.
 * @throws InputError `truncated`, `damaged-header`, `unsupported` or `external-link`, and nothing else.
 */
export function openHdf5(source: ByteSource, fileName: string): Hdf5File {
  const blocks = openBlocks(source, fileName);
  const objects = new Map<number, Hdf5Object>();
  const open = (address: number, path: string): Hdf5Object => {
    const known = objects.get(address);
    if (known) return known;
    const object = objectAt(blocks, address, path, (start, to) => descend(start, to, { steps: 0 }));
    objects.set(address, object);
    return object;
  };
  const descend = (start: Hdf5Object, path: string, walk: { steps: number }): Hdf5Object | undefined => {
    let at: Hdf5Object | undefined = path.startsWith("/") ? file.root : start;
    for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
      const link: Link | undefined = at?.links?.get(name);
      if (!at || !link || ++walk.steps > MAX_STEPS) return undefined;
      if (link.kind === "external") throw externalLink(fileName, `${at.path}/${name}`, link);
      at = link.kind === "soft" ? descend(at, link.path, walk) : open(link.address, `${at.path}/${name}`);
    }
    return at;
  };
  const file: Hdf5File = {
    fileName,
    root: open(blocks.root, ""),
    follow: ({ address }) => (address === 0 ? undefined : open(address, `object ${address}`)),
  };
  return file;
}

function objectAt(
  blocks: Blocks,
  address: number,
  path: string,
  descend: (start: Hdf5Object, path: string) => Hdf5Object | undefined,
): Hdf5Object {
  const messages = readHeader(blocks, address);
  const object: Hdf5Object = {
    address,
    path,
    attributes: readAttributes(blocks, messages),
    links: readLinks(blocks, messages),
    dataset: readDataset(blocks, messages),
    get: (to) => descend(object, to),
  };
  return object;
}

function externalLink(
  fileName: string,
  path: string,
  link: { readonly file: string; readonly path: string },
): InputError {
  return new InputError({
    code: "external-link",
    what: `${path} lies in another file`,
    where: fileName,
    got: `a link to ${link.path} of ${link.file}`,
    expected: "a file that holds its samples itself",
    next: "Give the file that it points to, or copy the data into one file (for instance with h5copy).",
  });
}
