import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { featuresCataloguePage } from "../../../docs/tools/featuresCataloguePage.ts";

it("docs/features-catalogue.md is that of the catalogue: npx tsx docs/tools/featuresCatalogue.ts", () => {
  const page = readFileSync(new URL("../../../docs/features-catalogue.md", import.meta.url), "utf8");
  expect(page).toBe(featuresCataloguePage());
});
