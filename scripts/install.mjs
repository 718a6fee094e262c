import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { outOfStep } from "./lib/in-step.mjs";
import { withLock } from "./lib/lock.mjs";
import { requireNode } from "./lib/node-version.mjs";
import { inRoot, isProgram, SetupError, say, toExitCode } from "./lib/root.mjs";
import { run } from "./lib/run.mjs";

const LOCK = inRoot("package-lock.json");
const INSTALLED = inRoot("node_modules", ".package-lock.json");
const STAMP = inRoot("node_modules", ".patchtwin-stamp");

/** Installs the packages of the lock file, unless they are there already. */
export async function ensureInstalled() {
  requireNode();
  if (!whyInstall()) return;
  await withLock("install", async () => {
    const reason = whyInstall(); // again: another process may have done it while we waited
    if (!reason) return;
    say(`installing packages (npm ci), because ${reason}`);
    await npmCi();
    writeStamp();
  });
}

/** @returns {string | undefined} why the packages must be installed, or undefined when they are as locked */
function whyInstall() {
  if (readOr(STAMP) === stamp()) return undefined;
  const installed = readOr(INSTALLED);
  if (!installed) return "node_modules is missing or incomplete";
  const reason = outOfStep(JSON.parse(readFileSync(LOCK, "utf8")), JSON.parse(installed));
  if (!reason) writeStamp(); // somebody ran npm themselves: just as good
  return reason;
}

async function npmCi() {
  // With a word for each npm setting of the caller that would leave us without the build tools, hide the error
  // or wait for minutes on a machine without network.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  args.push("--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=10000");
  const { code } = await run("npm", args, {
    show: "on-stderr",
    shell: process.platform === "win32", // npm is a .cmd file there
  }).catch((error) => {
    if (error.code !== "ENOENT") throw error;
    throw new SetupError(
      "npm was not found, and the packages are not installed. Install npm (it comes with Node).",
    );
  });
  if (code === 0) return;
  throw new SetupError(
    `the packages could not be installed: npm ci ended with code ${code}, its message is above. ` +
      "Check the connection to the package registry (where npm says that the lock file does not fit: " +
      "run npm install), then run this again.",
  );
}

/** The lock file and the kind of machine: a folder shared between two kinds needs other native packages. */
function stamp() {
  const sha256 = createHash("sha256").update(readFileSync(LOCK)).digest("hex");
  return `${sha256} ${process.platform}-${process.arch}\n`;
}

function writeStamp() {
  try {
    writeFileSync(STAMP, stamp());
  } catch {
    // a read-only folder: the next start compares again, which takes a few milliseconds
  }
}

/** @param {string} path */
function readOr(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

if (isProgram(import.meta.url)) await toExitCode(ensureInstalled);
