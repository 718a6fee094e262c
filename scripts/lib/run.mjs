import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { inRoot, ROOT, SetupError } from "./root.mjs";

/** @typedef {"output" | "on-stderr" | "errors" | "nothing"} Show `nothing` keeps what is printed and returns it */

/**
 * Runs a program in the repository's folder until it ends. An interrupt reaches the program first, so that
 * it can tidy up, and then ends us with exit code 130 (143 for SIGTERM).
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ show?: Show, shell?: boolean, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function run(command, args, { show = "nothing", shell = false, env = process.env } = {}) {
  const child = spawn(command, args, { cwd: ROOT, shell, env, stdio: ["ignore", ...outlets(show)] });
  /** @type {NodeJS.Signals | undefined} */
  let stoppedBy;
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    stoppedBy = signal;
    child.kill(signal);
  };
  process.on("SIGINT", forward).on("SIGTERM", forward);
  /** @type {Buffer[]} */
  const chunks = [];
  child.stdout?.on("data", (chunk) => chunks.push(chunk));
  child.stderr?.on("data", (chunk) => chunks.push(chunk));
  try {
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode) => resolve(exitCode ?? 1));
    });
    if (stoppedBy) throw new SetupError("interrupted", 128 + constants.signals[stoppedBy]);
    return { code, output: Buffer.concat(chunks).toString() };
  } finally {
    process.off("SIGINT", forward).off("SIGTERM", forward);
  }
}

/**
 * @param {Show} show
 * @returns {["inherit" | "ignore" | "pipe" | number, "inherit" | "pipe"]} where standard output and error go
 */
function outlets(show) {
  if (show === "output") return ["inherit", "inherit"];
  if (show === "errors") return ["ignore", "inherit"];
  return show === "on-stderr" ? [2, "inherit"] : ["pipe", "pipe"];
}

/**
 * The script behind a package's command, to run with Node itself: the links in node_modules/.bin are
 * shell scripts on Windows.
 * @param {string} packageName
 * @param {string} [command] where the package has several
 */
export function toolPath(packageName, command = packageName) {
  const { bin } = JSON.parse(readFileSync(inRoot("node_modules", packageName, "package.json"), "utf8"));
  return inRoot("node_modules", packageName, typeof bin === "string" ? bin : bin[command]);
}
