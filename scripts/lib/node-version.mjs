import { SetupError } from "./root.mjs";

const OLDEST = [20, 19];

/**
 * Refuses a Node that is too old to run Patchtwin.
 * @param {string} version as in process.versions.node
 */
export function requireNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(
    `Node is too old (got ${version}, expected ${OLDEST.join(".")} or newer). Install a newer Node and run this again.`,
    2,
  );
}
