import { jsonReport, junitReport, resultText, summaryText } from "../../../exercises/runner/report";
import type { Result } from "../../../exercises/runner/run-exercises";

const passed: Result = {
  id: "static-pair",
  title: "The pair is bound",
  passed: true,
  seconds: 1.25,
  evidence: [
    { label: "claim", value: "Bound" },
    { label: "volume pv", value: "Bound" },
  ],
};

const failed: Result = {
  id: "dns",
  title: "Names <answer> & follow",
  passed: false,
  seconds: 60,
  evidence: [],
  reason: 'no answer for "redis-0"',
  remedy: "look at the DNS",
};

describe("the text report", () => {
  it("shows what was seen in aligned lines", () => {
    expect(resultText(passed).split("\n")).toEqual([
      "pass  static-pair (1.3 s): The pair is bound",
      "      claim      Bound",
      "      volume pv  Bound",
    ]);
  });

  it("shows why an exercise failed and what to do next", () => {
    expect(resultText(failed).split("\n")).toEqual([
      "FAIL  dns (60.0 s): Names <answer> & follow",
      '      why:  no answer for "redis-0"',
      "      next: look at the DNS",
    ]);
  });

  it("ends with a count, and with the names of those that failed", () => {
    expect(summaryText([passed], 2)).toBe("1 of 1 passed in 2.0 s");
    expect(summaryText([passed, failed], 61)).toBe("1 of 2 passed in 61.0 s; failed: dns");
  });
});

describe("the JSON report", () => {
  it("says that all passed only when all did", () => {
    expect(JSON.parse(jsonReport([passed], 2))).toEqual({ passed: true, seconds: 2, results: [passed] });
    expect(JSON.parse(jsonReport([passed, failed], 61))).toMatchObject({ passed: false });
  });
});

describe("the JUnit report", () => {
  const xml = junitReport([passed, failed], "exercises", 61);

  it("counts cases and failures", () => {
    expect(xml).toMatch(/<testsuite name="exercises" time="61" tests="2" failures="1"/);
  });

  it("carries evidence, reason and remedy, escaped", () => {
    expect(xml).toContain("volume pv: Bound");
    expect(xml).toMatch(/name="Names &lt;answer(>|&gt;) &amp; follow"/);
    expect(xml).toMatch(/<failure message="no answer for &quot;redis-0&quot;[^"]*look at the DNS"/);
  });
});
