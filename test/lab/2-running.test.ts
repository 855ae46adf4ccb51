import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exercises } from "../../exercises/sections/exercises";
import { listFirst } from "../../exercises/cluster/mounts";
import type { SandboxState } from "../../embedded/sandbox/types";
import { changingPart } from "../support/changing-part";
import { noChanges, wentWell } from "../support/expectations";
import { measured } from "../support/measured";
import { type Ended, TestLab } from "../support/test-lab";

const lab = new TestLab();

test("with all running, up only looks, and says so", async () => {
  const { output, seconds } = wentWell(await lab.run(["up"]));
  for (const stack of Object.values(lab.stacks))
    expect(output).toContain(`${stack}: unchanged since the last pulumi up`);
  expect(output).not.toContain("Verifying");
  measured("up with all running", seconds);
});

test("status tells what runs, within the memory that was promised", async () => {
  const state = JSON.parse(await lab.ok(["status", "--json"])) as SandboxState;
  expect(state.nodes).toEqual([
    { name: "node1", ready: true },
    { name: "node2", ready: true },
  ]);
  measured("memory of the whole lab", state.memoryMiB, "MiB");
  expect(state.memoryMiB).toBeLessThan(6 * 1024);
});

test("doctor tells which plugins are in use", async () => {
  expect(await lab.ok(["doctor"])).toMatch(
    /plugins: (official|mirror) \(nodejs 3\.259\.0\S*, command 1\.2\.1\S*, kubernetes 4\.32\.0\S*\)/,
  );
});

/** All exercises, with the count of what they left behind. */
const all = [...exercises.map(({ id }) => id), "leftovers"];

interface Report {
  seconds: number;
  results: { id: string; passed: boolean; seconds: number; evidence: unknown[]; reason?: string }[];
}

/** The report of a run in which every exercise passed; the test fails with what the others said, and nothing else. */
function reportOf({ exitCode, stdout, output }: Ended): Report {
  if (!stdout.startsWith("{")) throw new Error(`no report, exit code ${exitCode}:\n${output}`);
  const report = JSON.parse(stdout) as Report;
  const failed = report.results.filter(({ passed }) => !passed);
  expect(failed.map(({ id, reason }) => `${id}: ${reason}`)).toEqual([]);
  expect(exitCode).toBe(0);
  return report;
}

/** Runs `./lab verify` with reports for machines, and checks them; `ids` are those that must have run. */
async function verifies(title: string, ids: string[], ...words: string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "verify-"));
  const junit = join(folder, "verify.xml");
  const ended = await lab.run(["verify", "--json", "--junit", junit, ...words], { limit: 1200 });
  const report = reportOf(ended);
  measured(`verify of ${title}`, report.seconds);
  for (const { id, seconds } of report.results) measured(`  ${id}`, seconds);
  expect(report.results.map(({ id }) => id)).toEqual(ids);
  for (const { evidence } of report.results) expect(evidence).not.toEqual([]);
  expect(readFileSync(junit, "utf8")).toContain(`tests="${report.results.length}"`);
  rmSync(folder, { recursive: true });
}

test("verify passes all exercises and reports them for machines", () => verifies("all exercises", all));

// Each exercise meets the cluster that all others left, and what itself has left there.
test("verify passes the exercises once more", () => {
  const ids = [...changingPart("exercises that run once more", all.slice(0, -1), 6), ...all.slice(-1)];
  return verifies(`${ids.length} exercises once more`, ids, "--only", ...ids);
});

// What the exercises rely on, and the handbook says: without the listing, node2 believes its memory here.
test("listing a folder shows a file that another node made and this one remembers as missing", async () => {
  const folder = "/run/test-look-again";
  const file = `${folder}/test-look-again`;
  await Promise.all(
    ["node1", "node2"].map((node) => lab.ssh(node, `mkdir ${folder} && mount -t nfs 192.168.110.168:/nfs ${folder}`)),
  );
  try {
    expect(await lab.ssh("node2", `ls ${folder} > /dev/null; [ -e ${file} ] || echo missing`)).toBe("missing\n");
    await lab.ssh("node1", `echo written > ${file}`);
    expect(await lab.ssh("node2", `${listFirst(folder)}; cat ${file}`)).toBe("written\n");
  } finally {
    await lab.ssh("node1", `rm -f ${file}`);
    await Promise.all(["node1", "node2"].map((node) => lab.ssh(node, `umount ${folder} && rmdir ${folder}`)));
  }
});

test("after the exercises, and with the pods of Redis and of the provisioner deleted, the course is back and neither stack sees a change", async () => {
  await lab.kubectl("delete", "pods", "--namespace=shiqi", "--selector=app in (redis-exist-pvc, redis-not-exist-pvc)");
  await lab.kubectl("delete", "pods", "--all", "--namespace=nfs-provisioner");
  await lab.rolledOut("statefulset/statefulset-redis-exist-pvc");
  await lab.rolledOut("statefulset/statefulset-redis-not-exist-pvc");
  await lab.rolledOut("deployment/nfs-client-provisioner", "nfs-provisioner");
  await lab.ok(["probe"]);
  await noChanges(lab);
});

test("a second ./lab on the same lab says so and waits", async () => {
  const first = lab.start(["up"]);
  await first.until("the lock is held", 60, (output) => output.includes("Start hosts"));
  const second = await lab.run(["up"]);
  expect((await first.ended(120)).exitCode).toBe(0);
  expect(second.output).toMatch(/Waiting for \.\/lab up \(process \d+\), which works on the same lab/);
  expect(second.exitCode).toBe(0);
});

test("Ctrl-C ends it cleanly, without a stack trace", async () => {
  const up = lab.start(["up"]);
  await up.until("it is at work", 60, (output) => output.includes("Start hosts"));
  up.signal("SIGINT");
  const { exitCode, output } = await up.ended(60);
  expect(exitCode).toBe(130);
  expect(output).toContain("The same command continues where this one stopped.");
  expect(output).not.toMatch(/^\s+at /m);
  await lab.ok(["probe"]);
});

test("exec passes on the exit code of its command", async () => {
  expect((await lab.run(["exec", "--", "sh", "-c", "exit 42"])).exitCode).toBe(42);
});
