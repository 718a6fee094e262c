import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {string[]} parts path below the repository's folder */
export const inRoot = (...parts) => join(ROOT, ...parts);

/** A set-up step that could not be done; the message says what and what to do next. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {number} exitCode 1 our fault or the machine's, 2 wrong use, 130 and 143 interrupted
   */
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Progress goes to standard error: standard output belongs to the command line's results.
 * @param {string} line
 */
export const say = (line) => void process.stderr.write(`patchtwin: ${line}\n`);

/**
 * Runs a step to its exit code; a SetupError is a message, anything else a bug with its stack.
 * @param {() => Promise<unknown>} step
 */
export async function toExitCode(step) {
  try {
    await step();
  } catch (error) {
    if (error instanceof SetupError) say(error.message);
    else console.error("internal:", error);
    process.exitCode = error instanceof SetupError ? error.exitCode : 1;
  }
}

/**
 * Whether this module is the program that was started, rather than imported.
 * @param {string} moduleUrl import.meta.url
 */
export function isProgram(moduleUrl) {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl);
}
