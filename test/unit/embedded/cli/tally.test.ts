import { tally } from "../../../../embedded/cli/tally";

const report = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numRuntimeErrorTestSuites: 0 };

test("counts what ran", () => {
  expect(tally(report, 0)).toEqual({ passed: 5, failed: 0, skipped: 1 });
});

test("a suite that could not start is a failure", () => {
  expect(tally({ ...report, numRuntimeErrorTestSuites: 2 }, 1).failed).toBe(2);
});

test("a run that failed without a failed test is a failure", () => {
  expect(tally(report, 1).failed).toBe(1);
});

test("a run without a report is a failure", () => {
  expect(tally(undefined, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});
