/** Real files for tests, from this folder or from examples/. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export function fixture(name: string): Uint8Array {
  const paths = ["./", "../../examples/"].map((folder) =>
    fileURLToPath(new URL(folder + name, import.meta.url)),
  );
  return readFileSync(paths.find(existsSync)!);
}
