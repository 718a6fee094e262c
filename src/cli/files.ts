import { createHash } from "node:crypto";
import { access, constants, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../errors.ts";

/** Reads a whole file. Throws InputError `missing-file`, `is-a-directory` or `unreadable`. */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).isDirectory()) {
      throw new InputError({
        code: "is-a-directory",
        where: path,
        what: "this is a directory",
        expected: "one file",
        next: "Name a file in it.",
      });
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const code = errorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw new InputError({
        code: "missing-file",
        where: path,
        what: "there is no such file",
        expected: "the path of a file",
        next: "Check the path.",
      });
    }
    throw new InputError({
      code: "unreadable",
      where: path,
      what: "the file cannot be read",
      got: code ?? String(error),
      expected: "a file that may be read",
      next: "Check its permissions.",
    });
  }
}

/** Reads a JSON file. Throws InputError `not-json` beside those of `readInput`. */
export async function readJson(path: string): Promise<unknown> {
  const bytes = await readInput(path);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new InputError({
      code: "not-json",
      where: path,
      what: "the file is not JSON",
      got: error instanceof Error ? error.message : String(error),
      expected: "a JSON document",
      next: "Check that this is the file you mean.",
    });
  }
}

let temporaryFiles: string[] = [];

/**
 * Asked before long work, so that it does not end in a file that cannot be written. Changes nothing on disk.
 * Throws InputError `unwritable`.
 */
export async function checkOutput(path: string): Promise<void> {
  const target = await stat(path).catch(() => null);
  if (target?.isDirectory()) throw unwritable(path, "a directory");
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    try {
      if (!(await stat(folder)).isDirectory()) throw unwritable(path, `${folder}, which is no directory`);
      return await access(folder, constants.W_OK);
    } catch (error) {
      if (error instanceof InputError) throw error;
      const code = errorCode(error);
      if (code !== "ENOENT" && code !== "ENOTDIR") throw unwritable(path, code ?? String(error));
      if (folder === dirname(folder)) throw unwritable(path, code);
    }
  }
}

/** Writes beside the final name and renames, so that nothing half-written is ever under it. */
export async function writeOutput(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  temporaryFiles.push(temporary);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    throw unwritable(path, errorCode(error) ?? String(error));
  } finally {
    await rm(temporary, { force: true }).catch(() => {}); // a path below a file: there is nothing to remove
    temporaryFiles = temporaryFiles.filter((name) => name !== temporary);
  }
}

function unwritable(path: string, got: string): InputError {
  return new InputError({
    code: "unwritable",
    where: path,
    what: "the file cannot be written",
    got,
    expected: "the name of a file in a folder that can be written to",
    next: "Choose another place with --out.",
  });
}

/** Names of files being written now, for the clean-up after an interrupt. */
export const unfinishedFiles = (): readonly string[] => temporaryFiles;

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
