import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { inRoot } from "../../scripts/lib/root.mjs";
import { ensureReferences, findReferences } from "../../scripts/peers.mjs";

describe("the Python that readers and writers are compared with", () => {
  afterEach(() => vi.unstubAllEnvs());

  test("the one that the environment names goes before ours, and nothing is installed", async () => {
    vi.stubEnv("PATCHTWIN_REFERENCES_PYTHON", process.execPath);
    expect(await findReferences()).toBe(process.execPath);
    expect(await ensureReferences()).toBe(process.execPath);
  });

  test("a named one that is not there is refused as wrong use", async () => {
    vi.stubEnv("PATCHTWIN_REFERENCES_PYTHON", inRoot("no-python-here"));
    await expect(findReferences()).rejects.toMatchObject({ exitCode: 2 });
  });
});

test.each(["bench/peers", "bench/learners", "test/references"])(
  "%s pins every package exactly, and once",
  (folder) => {
    const lines = readFileSync(inRoot(folder, "requirements.txt"), "utf8").split("\n");
    const packages = lines.filter((line) => line && !line.startsWith("#"));
    for (const line of packages) expect(line).toMatch(/^[A-Za-z][\w.-]*==\d+(\.\d+)+(\.post\d+)?$/);
    expect(new Set(packages.map((line) => line.split("==")[0].toLowerCase())).size).toBe(packages.length);
  },
);
