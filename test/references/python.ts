import { spawnSync } from "node:child_process";
import { inRoot } from "../../scripts/lib/root.mjs";
import { findReferences } from "../../scripts/peers.mjs";

/** The Python that has eFEL, pyNWB, NWB Inspector and pyABF, if there is one. */
const python = await findReferences();

/** Why tests against the references cannot be run, if so. */
export const missing = python ? undefined : "skipped: no references here, npm run peers installs them";

/** The title of a test, with why it is skipped if it is. */
export const named = (title: string): string => (missing ? `${title} (${missing})` : title);

/** What a script of this folder prints. */
// biome-ignore lint/suspicious/noExplicitAny: each script says what it prints
export function ask(script: string, args: readonly string[]): any {
  const { status, stdout, stderr } = spawnSync(python!, [inRoot("test", "references", script), ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${script} ended with code ${status}: ${stderr.slice(-2000)}`);
  return JSON.parse(stdout.slice(stdout.indexOf("{")));
}
