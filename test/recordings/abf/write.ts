/** Small ABF1 and ABF2 files for tests: what is played and recorded is known exactly. */
import type { AbfToWrite } from "./file.ts";
import { writeAbf1 } from "./write1.ts";
import { writeAbf2 } from "./write2.ts";

export function writeAbf(file: AbfToWrite): Uint8Array {
  return file.version === 2 ? writeAbf2(file) : writeAbf1(file);
}
