import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { withLock } from "./lib/lock.mjs";
import { inRoot, isProgram, SetupError, say, toExitCode } from "./lib/root.mjs";
import { run, toolPath } from "./lib/run.mjs";

const FOLDERS = ["src", "library"]; // library: a JSON file that is imported ends up in the bundle
const FILES = ["tsdown.config.ts", "tsconfig.json", "package.json", "package-lock.json"];
const DIST = inRoot("dist");
const STAMP = join(DIST, ".stamp");

/** Builds dist/ from the sources, unless it is what they give already. */
export async function ensureBuilt() {
  if (isFresh(sourceHash())) return;
  await withLock("build", async () => {
    const hash = sourceHash(); // again, now that nobody else builds
    if (isFresh(hash)) return;
    say(existsSync(DIST) ? "building, because the sources changed" : "building");
    await build(hash);
  });
}

/**
 * dist/ is replaced as a whole, so that an interrupted build leaves the old one or none.
 * @param {string} hash taken before the build: a source edited meanwhile makes the result stale
 */
async function build(hash) {
  const [made, old] = [inRoot("dist-new.tmp"), inRoot("dist-old.tmp")];
  for (const left of [made, old]) rmSync(left, { recursive: true, force: true });
  const { code, output } = await run(process.execPath, [toolPath("tsdown"), "--out-dir", made]);
  if (code !== 0) {
    rmSync(made, { recursive: true, force: true });
    throw new SetupError(`the build failed:\n${output}`);
  }
  writeFileSync(join(made, ".stamp"), hash);
  if (existsSync(DIST)) renameSync(DIST, old);
  renameSync(made, DIST);
  rmSync(old, { recursive: true, force: true });
}

/** @param {string} hash */
const isFresh = (hash) => existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash;

/** Over the name and contents of all that the build reads; tests are not part of it. */
function sourceHash() {
  const hash = createHash("sha256");
  for (const path of [...FILES, ...FOLDERS.flatMap(filesBelow)]) {
    const contents = readFileSync(inRoot(path));
    hash.update(`${path}\n${contents.length}\n`).update(contents);
  }
  return hash.digest("hex");
}

/**
 * @param {string} folder
 * @returns {string[]} paths from the repository's folder, in an order that is the same everywhere
 */
function filesBelow(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => path.slice(inRoot().length + 1).replaceAll("\\", "/"))
    .sort();
}

if (isProgram(import.meta.url)) {
  await toExitCode(async () => {
    await ensureInstalled();
    await ensureBuilt();
  });
}
