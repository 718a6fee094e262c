import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { endWithNpm } from "./lib/parent.mjs";
import { SetupError, toExitCode } from "./lib/root.mjs";
import { run, toolPath } from "./lib/run.mjs";
import { closingLine, countTests } from "./lib/tally.mjs";

/** What Node runs for each check before the tests; all are made, also after one has failed. */
const CHECKS = {
  "format and lint": () => [toolPath("@biomejs/biome", "biome"), "ci", "."],
  types: () => [toolPath("typescript", "tsc6"), "--noEmit"],
  rooms: () => [toolPath("dependency-cruiser", "depcruise"), "--config", ".dependency-cruiser.json", "src"],
  "unused code": () => [toolPath("knip"), "--no-progress"],
  build: () => ["scripts/build.mjs"],
};

const CHROMIUM = ["--import", "tsx", "test/setup/provide-chromium.ts"];

/** Exit code of a check that this machine cannot make and need not. */
const SKIPPED = 3;

/** @type {import("./lib/tally.mjs").Count} */
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const failures = [];

/**
 * @param {string} name
 * @param {string[]} args for Node
 * @param {"nothing" | "output"} [show] `output` shows at once what it prints, otherwise only where it did not pass
 */
async function check(name, args, show = "nothing") {
  const began_ms = performance.now();
  const { code, output } = await run(process.execPath, args, { show });
  const outcome = code === 0 ? "passed" : code === SKIPPED ? "skipped" : "failed";
  const mark = { passed: "✓", skipped: "-", failed: "✗" }[outcome];
  console.log(`${mark} ${name} (${secondsSince(began_ms)} s)`);
  if (outcome !== "passed" && output) console.log(output.trimEnd());
  if (outcome === "failed") failures.push(name);
  total[outcome] += 1;
}

/** @param {string[]} args for vitest: part of a file's name, `-t` and part of a test's name, ... */
async function vitest(args) {
  const folder = mkdtempSync(join(tmpdir(), "patchtwin-test-"));
  try {
    const file = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { code } = await run(process.execPath, [toolPath("vitest"), "run", ...reporters, ...args], {
      show: "output",
    });
    const count = countTests(readReport(file), code);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    if (count.failed > 0) failures.push("tests");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // vitest ended before it wrote one
  }
}

/** @param {number} began_ms */
const secondsSince = (began_ms) => ((performance.now() - began_ms) / 1000).toFixed(1);

async function everyCheck() {
  const began_ms = performance.now();
  await ensureInstalled();
  for (const [name, args] of Object.entries(CHECKS)) await check(name, args());
  await check("chromium", CHROMIUM, "output"); // installing it takes a while
  await vitest(process.argv.slice(2));
  const verdict = failures.length > 0 ? `failed: ${failures.join(", ")}` : "nothing failed";
  console.log(`\n${verdict} (${secondsSince(began_ms)} s)`);
}

endWithNpm();
await toExitCode(async () => {
  try {
    await everyCheck();
  } catch (error) {
    // Not to be mistaken for a good end: CI reads the last line.
    if (error instanceof SetupError && error.exitCode <= 2) total.failed += 1;
    else throw error;
    console.log(`✗ ${error.message}`);
    process.exitCode = error.exitCode;
  }
  if (total.failed > 0) process.exitCode ??= 1;
  console.log(closingLine(total));
});
