import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { QUALITY_CHECKS } from "./index.ts";

test("docs/quality.md has a row for each check, in order, with its limits", () => {
  const page = readFileSync(fileURLToPath(new URL("../../../docs/quality.md", import.meta.url)), "utf8");
  const rows = page.split("\n").filter((line) => /^\| [a-z]/.test(line));
  expect(rows.slice(1).map((row) => row.split("|")[1].trim())).toEqual(
    QUALITY_CHECKS.map(({ name }) => name),
  );
  for (const [k, { limits }] of QUALITY_CHECKS.entries())
    for (const [name, limit] of Object.entries(limits))
      expect(rows[k + 1]).toMatch(new RegExp(`\`${name}\` ${limit}\\D`));
});
