import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { inRoot, say } from "./root.mjs";

const TELL_AFTER_MS = 1_000;
const HEARTBEAT_MS = 1_000;
const STALE_AFTER_MS = 20_000;

/** @typedef {{ id: string, pid: number, host: string }} Owner */

/**
 * Does something that only one process may do at a time; a second one waits. The lock is a folder that
 * holds its owner's name and is touched every second, so that one left behind by a killed process is
 * recognised (also from another container, where the process number says nothing) and taken over.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} use
 * @param {{ folder?: string, staleAfter_ms?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(name, use, options = {}) {
  const { folder = inRoot(".patchtwin", "locks"), staleAfter_ms = STALE_AFTER_MS } = options;
  const lock = join(folder, name);
  /** @type {Owner} */
  const me = { id: randomUUID(), pid: process.pid, host: hostname() };
  const mine = `${lock}.${me.id}`;
  mkdirSync(mine, { recursive: true });
  writeFileSync(join(mine, "owner.json"), JSON.stringify(me));
  /** @type {string[]} */
  const takenOver = [];
  const began_ms = performance.now();
  let told = false;
  for (touch(mine); !renamed(mine, lock); touch(mine)) {
    const owner = readOwner(lock);
    if (owner && isStale(lock, owner, staleAfter_ms)) {
      // The name is the dead owner's, and a folder cannot be renamed onto one with something in it: of several
      // waiting processes only one takes over, and a late one cannot carry off the new owner's lock.
      const remains = `${lock}.stale-${owner.id}`;
      if (renamed(lock, remains)) takenOver.push(remains);
      continue;
    }
    if (owner && !told && performance.now() - began_ms > TELL_AFTER_MS) {
      say(`waiting for process ${owner.pid}, which is busy with: ${name}`);
      told = true;
    }
    await wait(100);
  }
  const heartbeat = setInterval(() => touch(lock), HEARTBEAT_MS);
  try {
    return await use();
  } finally {
    clearInterval(heartbeat);
    for (const left of [lock, ...takenOver]) rmSync(left, { recursive: true, force: true });
  }
}

/**
 * Renames a folder; false where the target exists or the source has gone.
 * @param {string} from
 * @param {string} to
 */
function renamed(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (["ENOTEMPTY", "EEXIST", "EPERM", "ENOENT"].includes(code ?? "")) return false;
    throw error;
  }
}

/**
 * @param {string} lock
 * @returns {Owner | undefined} undefined when the lock has just been given back
 */
function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(join(lock, "owner.json"), "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} lock
 * @param {Owner} owner
 * @param {number} staleAfter_ms
 */
function isStale(lock, owner, staleAfter_ms) {
  if (owner.host === hostname() && !isAlive(owner.pid)) return true;
  const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? {};
  return mtimeMs !== undefined && Date.now() - mtimeMs > staleAfter_ms;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM"; // alive, but another user's
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // taken over after a long pause of this machine: nothing to keep alive any more
  }
}
