/** How many tests ran, and how they ended. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** What is needed here of jest's --json report. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}

/**
 * Counts a run of jest: what really ran. A suite that could not start counts as one failure, and so does a run that has
 * no report, or in which nothing ran although all of its tests were asked for (`whole`).
 */
export function tally(report: JestReport | undefined, exitCode: number, whole: boolean): Tally {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const passed = report.numPassedTests;
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // jest also fails for reasons that are no test: a global setup, an error in its configuration.
  const unseen = failed === 0 && (exitCode !== 0 || (whole && passed === 0));
  return { passed, failed: unseen ? 1 : failed, skipped: report.numPendingTests + report.numTodoTests };
}
