import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { stat } from "node:fs/promises";
import { type ByteSource, pagedSource, sourceOf } from "../recordings/index.ts";
import { readInput, sha256 } from "./files.ts";

/** A file larger than this is read in parts, bytes. */
const WHOLE_FILE_LIMIT_BYTES = 2 ** 28;

export interface OpenFile {
  readonly source: ByteSource;
  readonly sha256: () => Promise<string>;
  readonly close: () => void;
}

/** Opens a file for a reader. Throws InputError as `readInput`. */
export async function openFile(path: string): Promise<OpenFile> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile() || facts.size <= WHOLE_FILE_LIMIT_BYTES) return inMemory(await readInput(path));
  return onDisk(path, facts.size);
}

function inMemory(bytes: Uint8Array): OpenFile {
  return { source: sourceOf(bytes), sha256: async () => sha256(bytes), close: () => {} };
}

function onDisk(path: string, size: number): OpenFile {
  const file = openSync(path, "r");
  const read = (start: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const got = readSync(file, bytes, done, length - done, start + done);
      if (got === 0) break; // cut short while it was open: the rest stays 0, as of a sparse file
      done += got;
    }
    return bytes;
  };
  return { source: pagedSource(size, read), sha256: () => hashOf(path), close: () => closeSync(file) };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  return hash.digest("hex");
}
