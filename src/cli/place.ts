import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the package, wherever the running file lies in it. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** Version of this package. */
export const version: string = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")).version;

function findRoot(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("internal: the package's folder cannot be found");
  return findRoot(parent);
}
