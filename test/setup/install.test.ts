import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { outOfStep } from "../../scripts/lib/in-step.mjs";
import { requireNode } from "../../scripts/lib/node-version.mjs";
import { inRoot } from "../../scripts/lib/root.mjs";

const linux = { os: "linux", cpu: "x64", libc: "glibc" };
const zod = { version: "4.0.0", integrity: "sha512-a" };
const lock = {
  packages: {
    "": {},
    "node_modules/zod": zod,
    "node_modules/native-linux": {
      version: "1.0.0",
      optional: true,
      os: ["linux"],
      cpu: ["x64"],
      libc: ["glibc"],
    },
    "node_modules/native-musl": {
      version: "1.0.0",
      optional: true,
      os: ["linux"],
      cpu: ["x64"],
      libc: ["musl"],
    },
    "node_modules/native-mac": { version: "1.0.0", optional: true, os: ["darwin"] },
    "node_modules/of-native-mac": { version: "1.0.0", optional: true },
  },
};
const native = lock.packages["node_modules/native-linux"];

describe("whether the installed packages serve for the lock file", () => {
  test.each([
    ["all are there", { "node_modules/zod": zod, "node_modules/native-linux": native }, undefined],
    [
      "one more is there",
      { "node_modules/zod": zod, "node_modules/native-linux": native, "node_modules/extra": zod },
      undefined,
    ],
    ["one is missing", { "node_modules/native-linux": native }, "zod is missing"],
    ["this machine's native one is missing", { "node_modules/zod": zod }, "native-linux is missing"],
    ["another version", { "node_modules/zod": { ...zod, version: "3.0.0" } }, "zod is 3.0.0, not 4.0.0"],
    [
      "other contents",
      { "node_modules/zod": { ...zod, integrity: "sha512-b" } },
      "zod has other contents than locked",
    ],
  ])("%s", (_, packages, reason) => {
    expect(outOfStep(lock, { packages }, linux)).toBe(reason);
  });

  test("what npm installed here serves", () => {
    const read = (path: string) => JSON.parse(readFileSync(inRoot(path), "utf8"));
    expect(outOfStep(read("package-lock.json"), read("node_modules/.package-lock.json"))).toBeUndefined();
  });
});

describe("the version of Node", () => {
  test.each(["20.19.0", "20.20.2", "22.0.0"])("%s serves", (version) => {
    expect(() => requireNode(version)).not.toThrow();
  });

  test.each(["18.20.4", "20.18.3"])("%s is refused as wrong use", (version) => {
    expect(() => requireNode(version)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test("the oldest that serves is the one in package.json", () => {
    const { engines } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
    expect(() => requireNode(`${engines.node.replace(">=", "")}.0`)).not.toThrow();
  });
});
