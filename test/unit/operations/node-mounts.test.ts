import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { HostCheck } from "../../../components/index";
import { scriptRevision } from "../../../components/nfs/script-text";
import { assignments } from "../../../components/nfs/shell-quote";
import { lookAtMounts, readMounts } from "../../../operations/hosts/node-mounts";
import type { Lab } from "../../../operations/lab";
import type { DeclaredObject } from "../../../operations/probe/declared";
import { failed, passed, type Finding } from "../../../operations/probe/finding";

const uid = (letter: string) => `${letter.repeat(8)}-0000-4000-8000-000000000000`;
const volumeOf = (letter: string, volume = "data") =>
  `/var/lib/kubelet/pods/${uid(letter)}/volumes/kubernetes.io~nfs/${volume}`;

describe("the script on a node", () => {
  const script = readFileSync(join(__dirname, "../../../operations/hosts/node-mounts.sh"), "utf8");
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "node-mounts-"));
    mkdirSync(join(root, "bin"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** Runs it as over SSH, where `stat` is as `body` says and these are mounted. Ends when nothing holds its output open. */
  function look(mounts: string[], body: string): Promise<{ code: number | null; stdout: string; seconds: number }> {
    writeFileSync(join(root, "mounts"), mounts.map((line) => `${line} rw 0 0\n`).join(""));
    const stat = [
      "#!/bin/bash",
      `echo "$*" >>"${root}/calls"`,
      // Older releases do not know the option.
      `[[ $* != *--cached* || ! -e ${root}/old ]] || exit 1`,
      '[[ $* != *"--terse /" ]] || exit 0',
      body,
    ];
    writeFileSync(join(root, "bin/stat"), `${stat.join("\n")}\n`);
    chmodSync(join(root, "bin/stat"), 0o755);
    const text = assignments({ MOUNT_SERVER: "192.168.110.168" }) + script.replace("/proc/mounts", `${root}/mounts`);
    const begin = Date.now();
    const child = spawn("bash", ["-s", "--", "look"], { env: { PATH: `${root}/bin:${process.env.PATH}` } });
    child.stdin.end(text);
    let stdout = "";
    child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
    return new Promise((resolve) => {
      child.on("close", (code) => resolve({ code, stdout, seconds: (Date.now() - begin) / 1000 }));
    });
  }
  const calls = () => readFileSync(join(root, "calls"), "utf8").trim().split("\n");
  const nfs = (path: string, server = "192.168.110.168") => `${server}:/nfs/one ${path} nfs4`;

  test("asks the server about the mounts of pods there, with one process, and prints nothing where all is well", async () => {
    const mounts = [
      nfs(volumeOf("a")),
      nfs(volumeOf("b")),
      nfs(volumeOf("c"), "192.168.110.200"),
      nfs("/mnt"),
      `tmpfs ${volumeOf("d")} tmpfs`,
    ];
    expect(await look(mounts, "exit 0")).toMatchObject({ code: 0, stdout: "" });
    expect(calls().slice(1)).toEqual([`--cached=never --terse -- ${volumeOf("a")} ${volumeOf("b")}`]);
  });

  test("starts nothing on a node without such mounts", async () => {
    expect(await look([nfs("/mnt")], "exit 0")).toMatchObject({ code: 0, stdout: "" });
    expect(calls).toThrow();
  });

  test("names the mounts that the server refuses; what was unmounted meanwhile is none", async () => {
    const words = (letter: string, error: string) => `echo "stat: cannot statx '${volumeOf(letter)}': ${error}" >&2`;
    const body = [words("a", "Stale file handle"), words("b", "No such file or directory"), "exit 1"].join("\n");
    const { code, stdout } = await look([nfs(volumeOf("a")), nfs(volumeOf("b"))], body);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `refused ${uid("a")} data Stale file handle\n` });
  });

  test("is not held up by a mount that hangs, and tells what it learned before", async () => {
    const words = `echo "stat: cannot statx '${volumeOf("a")}': Stale file handle" >&2`;
    const { code, stdout, seconds } = await look([nfs(volumeOf("a")), nfs(volumeOf("b"))], `${words}\nexec sleep 30`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `refused ${uid("a")} data Stale file handle\nsilent\n` });
    expect(seconds).toBeLessThan(5);
  });

  test("does not wait for what not even SIGKILL ends", async () => {
    // What the kernel keeps asleep is, seen from the script, a `timeout` that does not come back.
    writeFileSync(join(root, "bin/timeout"), "#!/bin/bash\nexec sleep 8\n");
    chmodSync(join(root, "bin/timeout"), 0o755);
    const { code, stdout, seconds } = await look([nfs(volumeOf("a"))], "exit 0");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "silent\n" });
    expect(seconds).toBeLessThan(6);
  });

  test("works where stat cannot be told to ask the server", async () => {
    writeFileSync(join(root, "old"), "");
    const { stdout } = await look(
      [nfs(volumeOf("a"))],
      `echo "stat: cannot stat '${volumeOf("a")}': Stale file handle" >&2; exit 1`,
    );
    expect(stdout).toContain("refused");
  });
});

test("reads what the script prints, and nothing from nothing", () => {
  expect(readMounts("refused u v Stale file handle\nsilent\n")).toEqual({
    silent: true,
    refused: [{ uid: "u", volume: "v", words: "Stale file handle" }],
  });
  expect(readMounts("")).toEqual({ silent: false, refused: [] });
});

describe("what is found on the nodes", () => {
  const check = (name: string, script: HostCheck["script"]): HostCheck => ({
    name,
    title: name,
    host: `${name}.lab`,
    port: 22,
    user: "root",
    script,
    values: { SERVER: "nas", MOUNT_SERVER: "nas" },
    revision: scriptRevision(script),
  });
  const checks = [check("nas", "nfs-server"), check("node1", "nfs-client"), check("node2", "nfs-client")];
  const stale = `refused ${uid("a")} data Stale file handle\n`;
  const declared = { stack: "course", kind: "StatefulSet", namespace: "shiqi", name: "redis" } as DeclaredObject;
  const pod = (change: object = {}): V1Pod => ({
    metadata: {
      namespace: "shiqi",
      name: "redis-0",
      uid: uid("a"),
      ownerReferences: [{ apiVersion: "apps/v1", kind: "StatefulSet", name: "redis", uid: "u", controller: true }],
      ...change,
    },
  });

  /** @param said What the nodes print, in order; undefined for one that cannot be reached. */
  async function look(said: (string | undefined)[], pods = [pod()], hosts: Finding[] = [passed("nas.lab nas", "nas")]) {
    const texts: string[] = [];
    const ask = ({ text }: { text: string }) => {
      texts.push(text);
      const stdout = said[texts.length - 1];
      return Promise.resolve({ exitCode: 0, stdout: stdout ?? "", error: "", reached: stdout !== undefined });
    };
    const outputs = { hostChecks: checks };
    const state = { resources: [{ urn: "u", type: "pulumi:pulumi:Stack", outputs }] };
    const lab = {
      hosts: { ask },
      cluster: { list: () => Promise.resolve(pods) },
      stacks: [{ name: "infrastructure", program: "infrastructure", state }],
    } as unknown as Lab;
    return { findings: await lookAtMounts(lab, [declared], Promise.resolve(hosts)), texts };
  }
  const fixes = (findings: Finding[]) => findings.flatMap(({ trouble }) => trouble?.fix ?? []);

  test("every node with an NFS client is looked at, for the mounts of its server", async () => {
    const { findings, texts } = await look(["", ""]);
    expect(findings.map(({ passed: good, title }) => [good, title])).toEqual([
      [true, "The NFS mounts of the pods on node1 answer"],
      [true, "The NFS mounts of the pods on node2 answer"],
    ]);
    expect(texts).toEqual([expect.stringMatching(/^MOUNT_SERVER='nas'\n/), expect.anything()]);
  });

  test("a declared pod whose directory is gone is to be replaced, by its uid", async () => {
    const { findings } = await look([stale, ""]);
    expect(findings[0]).toMatchObject({
      title: "Pod shiqi/redis-0 has its NFS directory",
      reason: expect.stringMatching(/^its volume data on node1 is dead: Stale file handle/) as string,
    });
    expect(fixes(findings)).toEqual([{ does: "replace-pod", namespace: "shiqi", name: "redis-0", uid: uid("a") }]);
  });

  test("no pod is replaced while the export is away: its mount comes back with it", async () => {
    const away = failed("nas.lab nas", "nas", { reason: "not exported" });
    const { findings } = await look([stale, ""], [pod()], [away]);
    expect(findings[0]?.passed).toBe(false);
    expect(fixes(findings)).toEqual([]);
  });

  test("another host's trouble does not keep a pod from being replaced", async () => {
    const { findings } = await look([stale, ""], [pod()], [failed("node2.lab node2", "n", { reason: "away" })]);
    expect(fixes(findings)).toHaveLength(1);
  });

  test.each([
    ["somebody else's", pod({ ownerReferences: [] })],
    ["on its way out", pod({ deletionTimestamp: new Date(0) })],
    ["gone", pod({ uid: uid("b") })],
  ])("a pod that is %s is not told of", async (_which, other) => {
    const { findings } = await look([stale, ""], [other]);
    expect(findings.every(({ passed: good }) => good)).toBe(true);
  });

  test("a server that leaves mounts without an answer is told, and no pod is blamed", async () => {
    const { findings } = await look(["silent\n", ""]);
    expect(findings[0]).toMatchObject({ passed: false, reason: "nas leaves a mount there without an answer" });
    expect(fixes(findings)).toEqual([]);
  });

  test("other errors of a mount are told and not repaired", async () => {
    const { findings } = await look([`refused ${uid("a")} data Input/output error\n`, ""]);
    expect(findings[0]?.reason).toContain("Input/output error");
    expect(fixes(findings)).toEqual([]);
  });

  test("a node that cannot be reached is the matter of its own check", async () => {
    const { findings } = await look([undefined, ""]);
    expect(findings.map(({ id }) => id)).toEqual(["node2.lab node2 mounts"]);
  });
});
