import junit from "junit-report-builder";
import type { Result } from "./run-exercises";

/** One result as text: outcome, evidence, and the reason of a failure. */
export function resultText(result: Result): string {
  const width = Math.max(0, ...result.evidence.map(({ label }) => label.length));
  return [
    `${result.passed ? "pass" : "FAIL"}  ${result.id} (${result.seconds.toFixed(1)} s): ${result.title}`,
    ...result.evidence.map(({ label, value }) => `      ${label.padEnd(width)}  ${value}`),
    ...(result.reason === undefined ? [] : [`      why:  ${result.reason}`]),
    ...(result.remedy === undefined ? [] : [`      next: ${result.remedy}`]),
  ].join("\n");
}

/** The summary as one line of text. */
export function summaryText(results: Result[], seconds: number): string {
  const failed = results.filter(({ passed }) => !passed);
  const passed = `${results.length - failed.length} of ${results.length} passed in ${seconds.toFixed(1)} s`;
  return failed.length === 0 ? passed : `${passed}; failed: ${failed.map(({ id }) => id).join(", ")}`;
}

/** All results for programs. */
export function jsonReport(results: Result[], seconds: number): string {
  return JSON.stringify({ passed: results.every(({ passed }) => passed), seconds, results }, undefined, 2);
}

/** All results as JUnit XML, which continuous integration reads. */
export function junitReport(results: Result[], suiteName: string, seconds: number): string {
  const builder = junit.newBuilder();
  const suite = builder.testSuite().name(suiteName).time(seconds);
  for (const result of results) {
    const test = suite.testCase().className(result.id).name(result.title).time(result.seconds);
    test.standardOutput(result.evidence.map(({ label, value }) => `${label}: ${value}`).join("\n"));
    if (!result.passed) test.failure([result.reason, result.remedy].filter(Boolean).join("\n"));
  }
  return builder.build();
}
