import { pathToFileURL } from "node:url";
import { ensureBuilt } from "../build.mjs";
import { ensureInstalled } from "../install.mjs";
import { endWithNpm } from "./parent.mjs";
import { inRoot, toExitCode } from "./root.mjs";

/**
 * Runs the command line in this process, installed and built first where that is needed. Being one process,
 * standard input and output, signals and the exit code are the command's own.
 * @param {string[]} args
 */
export async function launch(args) {
  endWithNpm();
  await toExitCode(async () => {
    await ensureInstalled();
    await ensureBuilt();
    process.argv = [process.execPath, inRoot("scripts", "patchtwin.mjs"), ...args];
    endOn("SIGINT", 130);
    endOn("SIGTERM", 143);
    await import(pathToFileURL(inRoot("dist", "cli.js")).href);
  });
}

/**
 * Ends with the exit code of the signal where the running command does not handle the signal itself.
 * @param {NodeJS.Signals} signal
 * @param {number} exitCode
 */
function endOn(signal, exitCode) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(exitCode);
  });
}
