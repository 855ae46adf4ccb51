import { execFileSync } from "node:child_process";
import { Context } from "../../../exercises/runner/exercise";
import { Failure } from "../../../exercises/runner/failure";
import { queryUntilRight, judge, type PodQuery, scriptOf } from "../../../exercises/cluster/pod-queries";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { FakeCluster } from "./fake-cluster";

const expecting = (command: string, expected: string): PodQuery => ({
  command,
  judge(output) {
    if (output !== expected) throw new Failure(`${command} → ${output}`, `fix ${command}`);
    return `${command} is right`;
  },
});

const shell = (queries: PodQuery[]) => execFileSync("sh", ["-c", scriptOf(queries)], { encoding: "utf8" });

describe("a script of queries", () => {
  it("hands each query its own output, errors included, and goes on after one that fails", () => {
    const queries = [
      expecting("echo one; echo two", "one\ntwo"),
      expecting("echo no >&2; false", "no"),
      expecting(":", ""),
    ];
    expect(judge(queries, shell(queries))).toEqual({
      lines: ["echo one; echo two is right", "echo no >&2; false is right", ": is right"],
      errors: [],
    });
  });

  it("tells the errors apart from what is right", () => {
    const queries = [expecting("echo 1", "1"), expecting("echo 2", "3")];
    const { lines, errors } = judge(queries, shell(queries));
    expect(lines).toEqual(["echo 1 is right"]);
    expect(errors.map(({ message }) => message)).toEqual(["echo 2 → 2"]);
  });
});

describe("queryUntilRight", () => {
  const from = { namespace: "shiqi", pod: "redis-0" };
  const asking = (cluster: FakeCluster) => new Context("dns", cluster, courseSettings, new AbortController().signal);

  it("asks again while an answer is wrong", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => `## 0\n${cluster.scripts.length < 2 ? "stale" : "fresh"}\n`;
    const queries = () => Promise.resolve([expecting("lookup", "fresh")]);
    expect(await queryUntilRight(asking(cluster), from, 5, queries)).toEqual(["lookup is right"]);
    expect(cluster.scripts).toHaveLength(2);
  });

  it("asks again when the script could not be run", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => {
      if (cluster.scripts.length < 2) throw new Failure("the connection ended before the command did");
      return "## 0\nfresh\n";
    };
    const queries = () => Promise.resolve([expecting("lookup", "fresh")]);
    expect(await queryUntilRight(asking(cluster), from, 5, queries)).toEqual(["lookup is right"]);
  });

  it("fails with every wrong answer and the first remedy when the time is up", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => "## 0\nstale\n## 1\nfresh\n## 2\ngone\n";
    const queries = () => Promise.resolve(["a", "b", "c"].map((name) => expecting(name, "fresh")));
    await expect(queryUntilRight(asking(cluster), from, 0, queries)).rejects.toMatchObject({
      message: "the expected results in Pod shiqi/redis-0: timed out after 0 s: a → stale; c → gone",
      remedy: "fix a",
    });
  });

  it("says why the script itself cannot run when the time is up", async () => {
    const cluster = new FakeCluster();
    cluster.onScript = () => 127;
    await expect(queryUntilRight(asking(cluster), from, 0, () => Promise.resolve([]))).rejects.toThrow(
      /in Pod shiqi\/redis-0, .* ended with exit code 127: no such file/,
    );
  });
});
