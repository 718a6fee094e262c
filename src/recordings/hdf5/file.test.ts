import type { Entity, Group, Dataset as LibraryDataset } from "h5wasm";
import { describe, expect, it } from "vitest";
import { hdf5File, hdf5Files } from "../../../test/recordings/hdf5/bases.ts";
import { InputError } from "../../errors.ts";
import { sourceOf } from "../source.ts";
import { type Hdf5Object, openHdf5 } from "./file.ts";
import { type H5, loadHdf5 } from "./load.ts";

const open = (name: string) => openHdf5(sourceOf(hdf5File(name).bytes), name);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.problem.code;
    throw error;
  }
  return "no error";
}

describe.each(["layouts-old.h5", "layouts-new.h5"])("%s", (name) => {
  const { root, follow } = open(name);

  it("gives the column's elements 3 k + 1, in every layout, type and chunk index", () => {
    const columns = [...root.links!.keys()].filter((key) => key.startsWith("c "));
    expect(columns.length).toBeGreaterThanOrEqual(13);
    for (const key of columns) {
      const { numbers, length } = root.get(key)!.dataset!;
      expect([...numbers()], key).toEqual(Array.from({ length }, (_, k) => 3 * k + 1));
    }
  });

  it("gives any slice of a column as that part of the whole", () => {
    for (const key of ["c plain", "c fixed shuffle gzip sum", "c grows gzip", "c wide chunks"]) {
      const { numbers, length } = root.get(key)!.dataset!;
      const whole = numbers();
      for (let from = 0; from <= length; from += 3)
        for (let to = from; to <= length; to += 5)
          expect(numbers(from, to), `${key} ${from} ${to}`).toEqual(whole.subarray(from, to));
    }
  });

  it("finds all links of a large group and all attributes of an object with many", () => {
    const many = root.get("many")!;
    expect([...many.links!.keys()].sort()).toEqual(
      Array.from({ length: 40 }, (_, k) => k + "x".repeat(k)).sort(),
    );
    for (let k = 0; k < 30; k++) expect(many.attributes.get(`a${k}`)).toBe(1.5 * k);
    expect(many.attributes.get("text")).toBe("µV of any length");
    expect(many.attributes.get("fixed text")).toBe("short");
  });

  it("follows soft links and references, and no link to nothing or to itself", () => {
    expect(root.get("alias")!.address).toBe(root.get("c plain")!.address);
    expect(root.get("nowhere")).toBeUndefined();
    expect(root.get("loop")).toBeUndefined();
    expect(root.get("bomb 0")).toBeUndefined(); // soft links that double 40 times
    expect(root.get("bomb 38")!.address).toBe(root.address);
    const rows = root.get("rows")!.dataset!.values() as {
      at: number;
      name: string;
      to: { address: number };
    }[];
    expect(rows.map(({ at, name: text }) => [at, text])).toEqual([
      [7, "seven"],
      [8, "eight"],
    ]);
    expect(follow(rows[0].to)!.address).toBe(root.get("c plain")!.address);
  });

  it("says what it does not read: other files, other filters, tables, chunks that were never written", () => {
    expect(codeOf(() => root.get("outside"))).toBe("external-link");
    expect(codeOf(() => root.get("lzf")!.dataset!.numbers())).toBe("unsupported");
    expect(codeOf(() => root.get("table")!.dataset!.numbers())).toBe("unsupported");
    expect(codeOf(() => root.get("holes")!.dataset!.requireWritten())).toBe("truncated");
    expect(codeOf(() => root.get("rows")!.dataset!.numbers())).toBe("damaged-header");
  });
});

describe("beside the HDF5 library", () => {
  it.each(hdf5Files())("reads of $name what the library reads", async ({ name, bytes }) => {
    const h5 = await loadHdf5();
    h5.FS!.writeFile(name, bytes);
    const theirs = new h5.File(name, "r");
    try {
      expect(compared(h5, openHdf5(sourceOf(bytes), name).root, theirs, new Set())).toBeGreaterThan(3);
    } finally {
      theirs.close();
      h5.FS!.unlink(name);
    }
  });
});

/** What this reader refuses on purpose; said in a test above. */
const REFUSED = ["holes", "lzf", "table", "outside", "loop", "nowhere", "acquisition/v 0/data"];

/** Number of objects in which everything was the same. */
function compared(h5: H5, ours: Hdf5Object, theirs: Entity, seen: Set<number>): number {
  if (seen.has(ours.address)) return 0;
  seen.add(ours.address);
  if (!(theirs instanceof h5.Group || theirs instanceof h5.Dataset)) return 0;
  expect([...ours.attributes.keys()].sort()).toEqual(Object.keys(theirs.attrs).sort());
  for (const [key, value] of ours.attributes)
    if (typeof value === "number" || typeof value === "string")
      expect(value, `${ours.path} ${key}`).toBe(first(theirs.attrs[key].value));
  if (theirs instanceof h5.Dataset) sameDataset(ours, theirs);
  else return 1 + comparedBelow(h5, ours, theirs, seen);
  return 1;
}

function comparedBelow(h5: H5, ours: Hdf5Object, theirs: Group, seen: Set<number>): number {
  const keys = [...ours.links!.keys()].sort();
  expect(keys).toEqual([...theirs.keys()].sort());
  let same = 0;
  for (const key of keys) {
    const path = `${ours.path}/${key}`.slice(1);
    const isExternal = ours.links!.get(key)!.kind === "external";
    if (isExternal || (ours.path === "" && (REFUSED.includes(path) || path.startsWith("bomb")))) continue;
    same += compared(h5, ours.get(key)!, theirs.get(key)!, seen);
  }
  return same;
}

function sameDataset({ dataset, path }: Hdf5Object, theirs: LibraryDataset): void {
  expect(dataset!.shape, path).toEqual(theirs.shape);
  const values = [theirs.value].flat();
  const numeric = ArrayBuffer.isView(values[0]) ? [...(values[0] as Float64Array)] : values;
  for (const [k, value] of dataset!.values().entries())
    if (typeof value === "number") expect(value, path).toBe(Number(numeric[k]));
    else if (typeof value === "string") expect(value, path).toBe(String(numeric[k]).trimEnd());
}

const first = (value: unknown) => {
  const one = ArrayBuffer.isView(value) || Array.isArray(value) ? (value as number[])[0] : value;
  return typeof one === "bigint" ? Number(one) : one;
};

describe("how much is read", () => {
  it("takes structure and one sweep from a file, not all of it", () => {
    const { bytes } = hdf5File("../99111002.nwb");
    let read = 0;
    const whole = sourceOf(bytes);
    const counted = (start: number, length: number) => {
      read += length;
      return whole.bytes(start, length);
    };
    const { root } = openHdf5({ size: whole.size, bytes: counted }, "99111002.nwb");
    root.get("acquisition/ic__Step__3/data")!.dataset!.numbers(0, 100);
    expect(read).toBeLessThan(bytes.length / 5);
  });
});
