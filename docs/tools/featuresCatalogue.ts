/** Writes docs/features-catalogue.md: `npx tsx docs/tools/featuresCatalogue.ts`. */
import { writeFileSync } from "node:fs";
import { featuresCataloguePage } from "./featuresCataloguePage.ts";

writeFileSync(new URL("../features-catalogue.md", import.meta.url), featuresCataloguePage());
