/** Small whole files to damage in tests. */
import { fixture } from "../fixture.ts";

const NAMES = ["named_v7", "named_v4", "big_endian", "struct_rows", "bare", "pages", "sweeps", "class_i2"];

export function matBases(): { name: string; bytes: Uint8Array }[] {
  return NAMES.map((name) => ({ name: `${name}.mat`, bytes: new Uint8Array(fixture(`mat/${name}.mat`)) }));
}
