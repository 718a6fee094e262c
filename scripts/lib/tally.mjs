/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: { status: string }[] }[] }} VitestReport what vitest's JSON
 *   reporter writes, as far as it is used here
 */

/**
 * Counts what vitest ran. A file that could not be loaded has no tests to fail, and an error outside of any test
 * shows only in the exit code: each counts as one failure, and so does finding no test at all.
 *
 * @param {VitestReport | undefined} report undefined when vitest ended without writing one
 * @param {number} exitCode vitest's
 * @returns {Count}
 */
export function countTests(report, exitCode) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const passed = report.numPassedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const failed = report.numFailedTests + unloaded.length;
  const unseen = failed === 0 && (exitCode !== 0 || passed + skipped === 0);
  return { passed, failed: unseen ? 1 : failed, skipped };
}

/**
 * The closing line that CI and people read: `412 passed, 0 failed`.
 * @param {Count} count
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
