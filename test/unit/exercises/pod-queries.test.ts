import { execFileSync } from "node:child_process";
import { Context } from "../../../exercises/runner/exercise";
import { Failure } from "../../../exercises/runner/failure";
import { askUntilRight, judge, type Question, scriptOf } from "../../../exercises/cluster/pod-queries";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { FakeCluster } from "./fake-cluster";

const expecting = (command: string, expected: string): Question => ({
  command,
  judge(output) {
    if (output !== expected) throw new Failure(`${command} → ${output}`, `mend ${command}`);
    return `${command} is right`;
  },
});

const shell = (questions: Question[]) => execFileSync("sh", ["-c", scriptOf(questions)], { encoding: "utf8" });

describe("a script of questions", () => {
  it("hands each question its own output, errors included, and goes on after one that fails", () => {
    const questions = [
      expecting("echo one; echo two", "one\ntwo"),
      expecting("echo no >&2; false", "no"),
      expecting(":", ""),
    ];
    expect(judge(questions, shell(questions))).toEqual({
      lines: ["echo one; echo two is right", "echo no >&2; false is right", ": is right"],
      faults: [],
    });
  });

  it("tells the faults apart from what is right", () => {
    const questions = [expecting("echo 1", "1"), expecting("echo 2", "3")];
    const { lines, faults } = judge(questions, shell(questions));
    expect(lines).toEqual(["echo 1 is right"]);
    expect(faults.map(({ message }) => message)).toEqual(["echo 2 → 2"]);
  });
});

describe("askUntilRight", () => {
  const from = { namespace: "shiqi", pod: "redis-0" };
  const asking = (cluster: FakeCluster) => new Context("dns", cluster, courseSettings, new AbortController().signal);

  it("asks again while an answer is wrong", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => `## 0\n${cluster.scripts.length < 2 ? "stale" : "fresh"}\n`;
    const questions = () => Promise.resolve([expecting("lookup", "fresh")]);
    expect(await askUntilRight(asking(cluster), from, 5, questions)).toEqual(["lookup is right"]);
    expect(cluster.scripts).toHaveLength(2);
  });

  it("asks again when the script could not be run", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => {
      if (cluster.scripts.length < 2) throw new Failure("the connection ended before the command did");
      return "## 0\nfresh\n";
    };
    const questions = () => Promise.resolve([expecting("lookup", "fresh")]);
    expect(await askUntilRight(asking(cluster), from, 5, questions)).toEqual(["lookup is right"]);
  });

  it("fails with every wrong answer and the first remedy when the time is up", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => "## 0\nstale\n## 1\nfresh\n## 2\ngone\n";
    const questions = () => Promise.resolve(["a", "b", "c"].map((name) => expecting(name, "fresh")));
    await expect(askUntilRight(asking(cluster), from, 0, questions)).rejects.toMatchObject({
      message: "the right answers in Pod shiqi/redis-0: not within 0 s: a → stale; c → gone",
      remedy: "mend a",
    });
  });

  it("says why the script itself cannot run when the time is up", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => 127;
    await expect(askUntilRight(asking(cluster), from, 0, () => Promise.resolve([]))).rejects.toThrow(
      /in Pod shiqi\/redis-0, .* ended with exit code 127: no such file/,
    );
  });
});
