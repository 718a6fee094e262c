/** Small whole files to damage in tests. */
import { fixture } from "../fixture.ts";

export function atfBases(): { name: string; bytes: Uint8Array }[] {
  return ["episodic.atf", "gap_free_ms.atf", "18702001-step_first16.atf"].map((name) => ({
    name,
    bytes: new Uint8Array(fixture(`atf/${name}`)).slice(0, 6000),
  }));
}
