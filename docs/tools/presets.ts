/** Writes docs/presets.md: `npx tsx docs/tools/presets.ts`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { presetsPage } from "./presetsPage.ts";

writeFileSync(fileURLToPath(new URL("../presets.md", import.meta.url)), presetsPage());
