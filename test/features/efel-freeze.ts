/** Writes efel_frozen.json from the package eFEL: `npx tsx test/features/efel-freeze.ts`. */
import { writeFileSync } from "node:fs";
import { inRoot } from "../../scripts/lib/root.mjs";
import { askEfel, efelPython } from "./efel.ts";
import { frozenTraces } from "./frozen.ts";

if (!efelPython) throw new Error("There is no Python with eFEL: npm run peers.");
const traces = frozenTraces();
const { version, traces: answers = [] } = askEfel(efelPython, traces);
const sweeps = Object.fromEntries(traces.map(({ name }, k) => [name, answers[k]]));
// Twelve digits: more than the comparison needs, fewer than the file would else have.
const rounded = (_: string, value: unknown) =>
  typeof value === "number" ? Number(value.toPrecision(12)) : value;
writeFileSync(
  inRoot("test", "features", "efel_frozen.json"),
  `${JSON.stringify({ version, sweeps }, rounded)}\n`,
);
