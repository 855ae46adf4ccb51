import { tally } from "../../../../embedded/cli/tally";

const report = {
  numPassedTests: 5,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 2,
  numRuntimeErrorTestSuites: 0,
};
const nothing = { ...report, numPassedTests: 0 };

test("counts what ran, and what did not", () => {
  expect(tally(report, 0, true)).toEqual({ passed: 5, failed: 0, skipped: 3 });
});

test("a suite that could not start is a failure", () => {
  expect(tally({ ...report, numRuntimeErrorTestSuites: 2 }, 1, true).failed).toBe(2);
});

test("a run that failed without a failed test is a failure", () => {
  expect(tally(report, 1, true).failed).toBe(1);
});

test("a run without a report is a failure", () => {
  expect(tally(undefined, 0, true)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("a kind of which nothing ran is a failure, unless it has no test of the name that was asked for", () => {
  expect(tally(nothing, 0, true).failed).toBe(1);
  expect(tally(nothing, 0, false).failed).toBe(0);
});
