import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { PREPARATION_OPTIONS, PREPARATION_STEPS } from "./index.ts";

test("docs/preparation.md has a row for each step, in order, and every flag", () => {
  const page = readFileSync(fileURLToPath(new URL("../../../docs/preparation.md", import.meta.url)), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows.map((row) => row.split("`")[1])).toEqual(PREPARATION_STEPS);
  for (const [flags] of Object.values(PREPARATION_OPTIONS))
    expect(page).toContain(`\`${flags.split(" ")[0]} `);
});
