import { describe, expect, test } from "vitest";
import { closingLine, countTests } from "../../scripts/lib/tally.mjs";

/** A report of vitest with one file. */
function report(passed: number, failed: number, pending = 0, status = failed > 0 ? "failed" : "passed") {
  const assertionResults = [
    ...Array.from({ length: passed }, () => ({ status: "passed" })),
    ...Array.from({ length: failed }, () => ({ status: "failed" })),
  ];
  return {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: 0,
    testResults: [{ status, assertionResults }],
  };
}

describe("the count of tests", () => {
  test.each([
    ["all passed", report(3, 0), 0, { passed: 3, failed: 0, skipped: 0 }],
    ["some failed", report(3, 2), 1, { passed: 3, failed: 2, skipped: 0 }],
    ["some skipped", report(3, 0, 4), 0, { passed: 3, failed: 0, skipped: 4 }],
    ["a file could not be loaded", report(0, 0, 0, "failed"), 1, { passed: 0, failed: 1, skipped: 0 }],
    ["an error outside of any test", report(3, 0), 1, { passed: 3, failed: 1, skipped: 0 }],
    ["no test was found", { ...report(0, 0), testResults: [] }, 0, { passed: 0, failed: 1, skipped: 0 }],
    ["vitest wrote no report", undefined, 1, { passed: 0, failed: 1, skipped: 0 }],
  ])("%s", (_, vitest, exitCode, count) => {
    expect(countTests(vitest, exitCode)).toEqual(count);
  });

  test("closes with the line that CI reads", () => {
    expect(closingLine({ passed: 412, failed: 0, skipped: 0 })).toBe("412 passed, 0 failed");
    expect(closingLine({ passed: 410, failed: 1, skipped: 1 })).toBe("410 passed, 1 failed, 1 skipped");
  });
});
