import { join } from "node:path";
import { type DrugLibrary, parseLibrary } from "../pharmacology/index.ts";
import { readJson } from "./files.ts";
import { packageRoot } from "./place.ts";

/** The drug library that comes with the package. */
export async function loadLibrary(): Promise<DrugLibrary> {
  return parseLibrary(await readJson(join(packageRoot, "library", "drugs.json")));
}
