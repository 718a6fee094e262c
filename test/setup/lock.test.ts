import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { withLock } from "../../scripts/lib/lock.mjs";

const NOBODY = 2 ** 30; // no process has so high a number

describe("a lock", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "patchtwin-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a killed process leaves behind. */
  function leaveLock(pid: number, host: string, age_ms = 0): void {
    const lock = join(folder, "job");
    mkdirSync(lock);
    writeFileSync(join(lock, "owner.json"), JSON.stringify({ id: "gone", pid, host }));
    const touched = new Date(Date.now() - age_ms);
    utimesSync(lock, touched, touched);
  }

  /** Takes the lock several times at once and returns the most holders that there were at any time. */
  async function mostHolders(count: number): Promise<number> {
    let [holders, most] = [0, 0];
    const hold = async () => {
      most = Math.max(most, ++holders);
      await wait(20);
      holders--;
    };
    await Promise.all(Array.from({ length: count }, () => withLock("job", hold, { folder })));
    return most;
  }

  test("is held by one at a time", async () => {
    expect(await mostHolders(5)).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("left by a process that is gone is taken over, by one of several", async () => {
    leaveLock(NOBODY, hostname());
    expect(await mostHolders(5)).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("left on another machine is taken over once nobody has touched it for long", async () => {
    leaveLock(process.pid, "another", 60_000);
    expect(await withLock("job", async () => "done", { folder })).toBe("done");
  });

  test("of a living process is waited for", async () => {
    leaveLock(process.pid, hostname());
    let held = false;
    const take = async () => {
      held = true;
    };
    const waiting = withLock("job", take, { folder });
    await wait(300);
    expect(held).toBe(false);
    rmSync(join(folder, "job"), { recursive: true });
    await waiting;
    expect(held).toBe(true);
  });

  test("is given back when its holder fails", async () => {
    await expect(withLock("job", async () => Promise.reject(new Error("no")), { folder })).rejects.toThrow(
      "no",
    );
    expect(existsSync(join(folder, "job"))).toBe(false);
  });
});
