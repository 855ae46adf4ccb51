import { duration, Progress } from "../../../exercises/runner/progress";
import { isLive } from "../../../exercises/runner/status-line";

function screen() {
  const written: string[] = [];
  return { written, columns: 60, write: (text: string) => written.push(text) };
}

/** A clock that the test moves. */
function clock() {
  let time = 0;
  return { now: () => time, pass: (milliseconds: number) => (time += milliseconds) };
}

describe("where nobody looks on", () => {
  test("a step says that it begins and how long it took, in plain lines", async () => {
    const out = screen();
    const time = clock();
    const progress = new Progress(out, { live: false, now: time.now });
    const answer = await progress.step("Build", (step) => {
      step.note("from the cache");
      time.pass(61_000);
      return Promise.resolve(7);
    });
    expect(answer).toBe(7);
    expect(out.written.join("")).toBe("… Build …\n· from the cache\n✓ Build (1 min 01 s)\n");
  });

  test("a long step says now and then what it waits for", async () => {
    const out = screen();
    const progress = new Progress(out, { live: false, heartbeat: 5 });
    await progress.step("Boot", async (step) => {
      step.waiting("node1 to answer");
      while (out.written.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(out.written[1]).toMatch(/^… Boot \(\d+\.\d s\): waiting for node1 to answer\n$/);
  });

  test("a step that fails says what it waited for last, and passes the error on", async () => {
    const out = screen();
    const progress = new Progress(out, { live: false, now: () => 0 });
    const work = progress.step("Boot", (step) => {
      step.waiting("node1 to answer");
      return Promise.reject(new Error("no answer"));
    });
    await expect(work).rejects.toThrow("no answer");
    expect(out.written.at(-1)).toBe("✗ Boot (0.0 s, last: node1 to answer)\n");
  });
});

describe("where a person looks on", () => {
  test("the running step is redrawn in place, cut to the width, and leaves one line", async () => {
    const out = screen();
    const progress = new Progress(out, { live: true, now: () => 0 });
    await progress.step("Boot", (step) => {
      step.waiting("a condition with a name so long that it cannot fit on the line");
      return Promise.resolve();
    });
    const frames = out.written.filter((text) => text.startsWith("…"));
    expect(frames.at(-1)).toMatch(/…$/);
    for (const frame of frames) expect(frame.length).toBeLessThan(60);
    expect(out.written.join("").split("\n").length - 1).toBe(1);
    expect(out.written.at(-1)).toContain("Boot (0.0 s)\n");
  });

  test("when an inner step ends, the outer one is drawn again", async () => {
    const out = screen();
    const progress = new Progress(out, { live: true, now: () => 0 });
    await progress.step("Outer", () => progress.step("Inner", () => Promise.resolve()));
    const end = out.written.findIndex((text) => text.includes("Inner (0.0 s)\n"));
    expect(out.written[end + 1]).toBe("… Outer (0.0 s)");
  });
});

describe("isLive", () => {
  const terminal = { write: () => true, isTTY: true };

  test("needs a terminal", () => {
    expect(isLive(terminal, {})).toBe(true);
    expect(isLive({ ...terminal, isTTY: false }, {})).toBe(false);
  });

  test.each([{ NO_COLOR: "1" }, { TERM: "dumb" }, { CI: "true" }])("not with %j", (environment) => {
    expect(isLive(terminal, environment)).toBe(false);
  });
});

describe("duration", () => {
  test.each([
    [0, "0.0 s"],
    [420, "0.4 s"],
    [9_949, "9.9 s"],
    [9_960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 00 s"],
    [185_000, "3 min 05 s"],
  ])("%i ms reads %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});
