import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../embedded/cli/lab-files";

let project: string;

/** A folder with the course's files, and a kubectl that answers from the files in `cluster`, and notes its calls. */
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "course-"));
  cpSync(join(projectRoot, "docs/course"), join(project, "docs/course"), {
    recursive: true,
    filter: (path) => !path.includes("node_modules") && !path.endsWith(".ts"),
  });
  mkdirSync(join(project, "bin"));
  mkdirSync(join(project, "cluster"));
  const kubectl = `#!/usr/bin/env bash
echo "$*" >>calls
if [ -e cluster/kubectl ]; then . cluster/kubectl; fi
case "$*" in
"get namespace "*go-template*) [ ! -e cluster/namespace-$3 ] || cat cluster/namespace-$3 ;;
"get namespace "*) [ -e cluster/namespace-$3 ] && cat cluster/namespace-$3 || { echo "namespaces $3 not found" >&2; exit 1; } ;;
"get persistentvolumes,"*) [ ! -e cluster/broken ] && { cat cluster/objects 2>/dev/null; true; } ;;
"get persistentvolumes "*) cat cluster/volumes 2>/dev/null; true ;;
"get nodes "*) echo node1 ;;
"auth can-i "*) echo no; exit 1 ;;
"create -f -") cat >created ;;
"delete persistentvolume/stuck-"*) exit 1 ;;
"version "*) [ ! -e cluster/away ] ;;
esac`;
  writeFileSync(join(project, "bin/kubectl"), kubectl, { mode: 0o755 });
  writeFileSync(join(project, "lab"), '#!/bin/sh\necho "lab $*" >>calls\n[ ! -e cluster/nas ] || cat cluster/nas\n', {
    mode: 0o755,
  });
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

const inCluster = (file: string, content: string) => writeFileSync(join(project, "cluster", file), content);
const calls = () => readFileSync(join(project, "calls"), "utf8");

function bash(commands: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", commands], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: `${project}/bin:${process.env.PATH}`, ...env },
  });
  return { status, stdout, stderr };
}

describe("start", () => {
  test("copies the manifests under the student's own name, and makes the namespace", () => {
    const { stdout, stderr } = bash(". docs/course/start anna1; echo $ME");
    expect([stderr, stdout]).toEqual(["", expect.stringMatching(/^You are anna1: .*\nanna1\n$/)]);
    const manifest = readFileSync(join(project, "work/anna1/static-pair/pv.yaml"), "utf8");
    expect(manifest).toContain("name: anna1-pair");
    expect(manifest).toContain("path: /nfs/anna1-pair");
    expect(manifest).not.toContain("handbook");
    expect(JSON.parse(readFileSync(join(project, "created"), "utf8"))).toMatchObject({
      metadata: { name: "anna1", labels: { "storage-lab/student": "anna1" } },
    });
  });

  test("brings the Chinese files, where asked for or where the terminal is Chinese", () => {
    const chinese = () => readFileSync(join(project, "work/anna1/static-pair/pv.yaml"), "utf8");
    bash(". docs/course/start anna1 zh");
    expect(chinese()).toMatch(/\p{Script=Han}/u);
    rmSync(join(project, "work"), { recursive: true });
    bash(". docs/course/start anna1", { LANG: "zh_CN.UTF-8" });
    expect(chinese()).toMatch(/\p{Script=Han}/u);
    expect(bash(". docs/course/start anna1 en").stdout).not.toContain("kept");
    expect(chinese()).not.toMatch(/\p{Script=Han}/u);
  });

  test("keeps a file that the student has changed, and says so", () => {
    bash(". docs/course/start anna1");
    const file = join(project, "work/anna1/static-pair/pvc.yaml");
    writeFileSync(file, "mine");
    const { stdout } = bash(". docs/course/start anna1");
    expect(stdout).toContain("work/anna1/static-pair/pvc.yaml is kept as you changed it. For a new copy delete it");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test("puts the address and the path of an own NAS into the manifests", () => {
    bash(". docs/course/start anna1", { NAS_ADDRESS: "10.0.0.9", NAS_PATH: "/export/course" });
    const manifest = readFileSync(join(project, "work/anna1/static-pair/pv.yaml"), "utf8");
    expect(manifest).toMatch(/server: 10\.0\.0\.9\n\s+path: \/export\/course\/anna1-pair\n/);
  });

  test.each(["", "Anna", "anna-b", "1anna", "a".repeat(21), "../x", "a b"])("refuses the name %j", (name) => {
    const { stderr, stdout } = bash(`. docs/course/start '${name}'; echo "ME=$ME still here"`);
    expect(stderr).toBe(
      `error: the name is '${name}': use 1 to 20 lower-case letters and digits, a letter first, for example: . docs/course/start anna1\n`,
    );
    expect(stdout).toBe("ME= still here\n");
    expect(existsSync(join(project, "work"))).toBe(false);
  });

  test.each(["pvc", "archived", "run"])("refuses the name %s, with which much of others begins", (name) => {
    expect(bash(`. docs/course/start ${name}`).stderr).toBe(
      `error: much that is not yours begins with ${name}-: choose another name\n`,
    );
  });

  test("refuses a prefix that a namespace has, or a directory of the NAS", () => {
    inCluster("objects", "namespace/kube-system\n");
    expect(bash(". docs/course/start kube").stderr).toBe(
      "error: namespace/kube-system is there already and begins with kube-: choose another name\n",
    );
    inCluster("nas", "/nfs/data-2019\n/nfs/data-2020\n");
    expect(bash(". docs/course/start data").stderr).toBe(
      "error: /nfs/data-2019 is there already and begins with data-: choose another name\n",
    );
  });

  test("refuses where kubectl cannot say what is there", () => {
    inCluster("broken", "");
    expect(bash(". docs/course/start anna1").stderr).toBe("error: kubectl cannot list what is outside of namespaces\n");
    expect(existsSync(join(project, "created"))).toBe(false);
  });

  test.each(["/nfs ", "/my nfs", "/nfs/", "/", "nfs", "/n;reboot", "/a|b"])("refuses the path %j of a NAS", (path) => {
    for (const command of [". docs/course/start anna1", "docs/course/clean-up anna1", "docs/course/check states"]) {
      const { status, stderr } = bash(command, { NAS_PATH: path, ME: "anna1" });
      expect([status, stderr]).toEqual([1, expect.stringContaining(`error: NAS_PATH is '${path}': `)]);
    }
    expect(existsSync(join(project, "calls"))).toBe(false);
  });

  test.each(["set -C", "set -eu", "CDPATH=/:docs"])("copies the manifests whole in a shell with %s", (setting) => {
    bash(`${setting}\n. docs/course/start anna1`);
    expect(readFileSync(join(project, "work/anna1/static-pair/pv.yaml"), "utf8")).toContain("name: anna1-pair");
  });

  test("does not say that manifests are there which it could not write", () => {
    writeFileSync(join(project, "work"), "a file where the folder should be");
    const { stdout, stderr } = bash(". docs/course/start anna1; echo ME=$ME");
    expect([stdout, stderr]).toEqual([
      "ME=\n",
      expect.stringMatching(/error: work\/anna1\/.*yaml could not be written\n$/),
    ]);
  });

  test("refuses a language that it has not", () => {
    expect(bash(". docs/course/start anna1 fr").stderr).toBe("error: the language is 'fr': use en or zh\n");
  });

  test("refuses a namespace that is no student's, and a prefix that others use", () => {
    inCluster("namespace-shiqi", "nobody");
    expect(bash(". docs/course/start shiqi").stderr).toBe(
      "error: the namespace shiqi is there already and is no student's: choose another name\n",
    );
    inCluster("objects", "persistentvolume/pv-shiqi\nstorageclass.storage.k8s.io/nfs-client\n");
    expect(bash(". docs/course/start nfs").stderr).toBe(
      "error: storageclass.storage.k8s.io/nfs-client is there already and begins with nfs-: choose another name\n",
    );
    expect(existsSync(join(project, "created"))).toBe(false);
  });

  test("says where to work from", () => {
    expect(bash("cd docs; . course/start anna1").stderr).toBe(
      "error: work in the project's folder, next to Pulumi.yaml\n",
    );
  });

  test("wait_for ends, and says what it waited for and what the last answer was", () => {
    const { stderr, status } = bash(
      ". docs/course/start anna1 >/dev/null; wait_for 1 'the moon' sh -c 'echo cheese; false'",
    );
    expect([status, stderr]).toEqual([1, "error: waited 1 s for the moon in vain. The last answer: cheese\n"]);
    expect(bash(". docs/course/start anna1 >/dev/null; wait_for 1 'the moon' echo up").stdout).toBe("up\n");
  });
});

describe("check", () => {
  test.each([
    ["docs/course/check static-pair", {}, "error: your name is not set: . docs/course/start NAME\n"],
    ["docs/course/check nothing", { ME: "anna1" }, "error: there is no page 'nothing'. The pages with a check: "],
    ["docs/course/check ../../lab", { ME: "anna1" }, "error: there is no page '../../lab'. The pages with a check: "],
    [
      "docs/course/check static-pair x",
      { ME: "anna1" },
      "error: 'x' is no part of a page: docs/course/check static-pair [homework]\n",
    ],
    ["touch cluster/away; docs/course/check static-pair", { ME: "anna1" }, "error: kubectl cannot reach the cluster."],
  ])("%s %j", (commands, env, error) => {
    const { status, stderr } = bash(commands, env);
    expect([status, stderr.slice(0, error.length)]).toEqual([1, error]);
  });

  test("with nothing there misses everything, and says what to do", () => {
    const { status, stdout } = bash("docs/course/check static-pair", { ME: "anna1" });
    expect([status, stdout.split("\n")[0]]).toEqual([
      1,
      "missing  the PV anna1-pair keeps its data (Retain): Apply work/anna1/static-pair/pv.yaml",
    ]);
    expect(stdout).toMatch(/static-pair: 4 of 4 missing\n$/);
  });
});

/** What is to be checked, as the pages name it. */
const checks = readdirSync(join(projectRoot, "docs/course/checks")).map((file) => file.replace(".sh", ""));

describe("the check of", () => {
  test.each(checks)("%s passes nothing where nothing was done, and has no error", (page) => {
    for (const part of page === "exam" ? ["page"] : ["page", "homework"]) {
      const { status, stdout, stderr } = bash(`docs/course/check ${page} ${part}`, { ME: "anna1" });
      expect([page, status, stderr]).toEqual([page, 1, ""]);
      expect(stdout).not.toMatch(/^passed/m);
      expect(stdout).toMatch(new RegExp(`^${page}.*: (\\d+) of \\1 missing\\n$`, "m"));
    }
  });

  test.each([
    [
      "nfs-server",
      "/srv/anna1-team 192.168.110.11(sync,anonuid=1000,anongid=1000,sec=sys,rw,secure,root_squash,no_all_squash)\n",
      "missing  node1 may write",
    ],
    [
      "nfs-server",
      "/srv/anna1-team 192.168.110.11(sync,anonuid=1000,anongid=1000,sec=sys,rw,secure,root_squash,all_squash)\n",
      "passed   node1 may write",
    ],
    ["local-volumes", "1\n", "missing  two Pods wrote"],
    ["local-volumes", "2\n", "passed   two Pods wrote"],
    ["local-volumes", "12\n", "passed   two Pods wrote"],
  ])("%s where a host says %j: %s", (page, answer, line) => {
    inCluster("nas", answer);
    expect(bash(`docs/course/check ${page} homework`, { ME: "anna1" }).stdout).toContain(line);
  });

  test.each([
    ["a[1]*", "a[1]*", "passed"],
    ["a[1]*", "a1", "missing"],
    ["", "anything", "missing"],
  ])("a Secret %j that the Pod sees as %j: %s", (secret, seen, result) => {
    const encoded = Buffer.from(secret).toString("base64");
    inCluster(
      "kubectl",
      `case "$*" in "get secret "*) echo '${encoded}' ;; "exec configured "*"/pass") echo '${seen}' ;; esac\n`,
    );
    const { stdout } = bash("docs/course/check configuration-volumes", { ME: "anna1" });
    expect(stdout).toMatch(new RegExp(`^${result} +/etc/mysecret/pass has`, "m"));
  });

  test("classes looks at the student's own directories, and not at joanna1's", () => {
    bash("docs/course/check classes", { ME: "anna1" });
    expect(calls()).toContain("archived-anna1-of-");
    expect(calls()).not.toContain("*anna1");
  });

  test.each(checks)("%s looks where an own NAS has its files", (page) => {
    for (const part of ["page", "homework"])
      bash(`docs/course/check ${page} ${part}`, { ME: "anna1", NAS_PATH: "/export/course" });
    expect(calls()).not.toMatch(/^lab ssh nas .*[" ]\/nfs\//m);
  });

  test("a page without homework says so, and does not pass", () => {
    const { status, stderr } = bash("docs/course/check exam homework", { ME: "anna1" });
    expect([status, stderr]).toEqual([1, "error: the page exam has no homework to check\n"]);
  });

  test("what is on a NAS that does not answer is not missing for sure", () => {
    writeFileSync(join(project, "lab"), "#!/bin/sh\nexit 255\n", { mode: 0o755 });
    const { stderr } = bash("docs/course/check states", { ME: "anna1" });
    expect(stderr).toBe("warning: the NAS does not answer\n");
  });
});

test("check gets its answers from hosts also in a terminal, where `timeout` may not read", () => {
  writeFileSync(join(project, "docs/course/checks/own.sh"), 'page() { expect "the NAS" "$(on_nas hostname)" nas; }\n');
  writeFileSync(join(project, "lab"), "#!/bin/sh\nread -r line\necho nas\n", { mode: 0o755 });
  const inTerminal = "script --quiet --return --command 'docs/course/check own' /dev/null";
  const { status, stdout } = bash(inTerminal, { ME: "anna1" });
  expect([status, stdout]).toEqual([0, expect.stringContaining("passed   the NAS")]);
});

test("nas leaves what was typed ahead in a terminal to the shell", () => {
  inCluster("namespace-anna1", "anna1");
  writeFileSync(join(project, "lab"), '#!/bin/sh\ncat >/dev/null\necho "on the NAS"\n', { mode: 0o755 });
  const { status, stdout } = spawnSync("script", ["--quiet", "--return", "--command", "bash --norc", "/dev/null"], {
    cwd: project,
    encoding: "utf8",
    env: { PATH: `${project}/bin:${process.env.PATH}`, TERM: "dumb" },
    input: ". docs/course/start anna1\nnas ls\necho $((40 + 2)) follows\nexit\n",
    timeout: 30_000,
  });
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^on the NAS\r?\n[^]*^42 follows/m)]);
});

describe("clean-up", () => {
  /** What the first node is told, run here: with folders instead of / and the mount table, and an umount that does nothing or does. */
  function onNode(mounts: string, umount: string) {
    inCluster("namespace-anna1", "anna1");
    bash("docs/course/clean-up anna1");
    const [, script = ""] = /^lab ssh node1 -- ([^]*?)^lab ssh nas/m.exec(calls()) ?? [];
    for (const each of ["mnt/anna1-hand/all-of-the-nas", "mnt/ben1-hand", "transient"])
      mkdirSync(join(project, each), { recursive: true });
    writeFileSync(join(project, "transient/anna1-relay.service"), "");
    writeFileSync(join(project, "mounts"), mounts);
    writeFileSync(join(project, "bin/umount"), `#!/bin/sh\necho "umount $*" >>${project}/calls\n${umount}\n`, {
      mode: 0o755,
    });
    writeFileSync(join(project, "bin/systemctl"), `#!/bin/sh\necho "systemctl $*" >>${project}/calls\n`, {
      mode: 0o755,
    });
    rmSync(join(project, "calls"));
    const here = script
      .replaceAll("/proc/mounts", `${project}/mounts`)
      .replaceAll("/run/systemd/transient", `${project}/transient`)
      .replace("rm -rf --one-file-system /mnt/", `rm -rf --one-file-system ${project}/mnt/`);
    const { status } = bash(here);
    return { status, calls: calls(), files: readdirSync(join(project, "mnt")) };
  }
  const hand = "nas:/nfs /mnt/anna1-hand nfs4 rw 0 0\n";

  test("unmounts all that is mounted on one directory, before it deletes", () => {
    const mounts = `${hand}nas:/x /mnt/anna1-hand nfs4 rw 0 0\nnas:/y /mnt/anna1-a\\040b nfs rw 0 0\nnas:/z /mnt/ben1-hand nfs rw 0 0\n`;
    const done = onNode(mounts, `sed -i '\\|/mnt/anna1|d' ${project}/mounts`);
    expect(done.calls).toBe(
      "umount -f -l /mnt/anna1-a b\numount -f -l /mnt/anna1-hand\numount -f -l /mnt/anna1-hand\nsystemctl kill -s KILL anna1-relay.service\n",
    );
    expect([done.status, done.files]).toEqual([0, ["ben1-hand"]]);
  });

  test("deletes nothing where a mount is left: that would be the server's files", () => {
    const done = onNode(hand, "exit 1");
    expect([done.status, done.files]).toEqual([1, ["anna1-hand", "ben1-hand"]]);
  });

  test("is for one's own name, unless it is asked for twice", () => {
    inCluster("namespace-anna2", "anna2");
    const { status, stderr } = bash("docs/course/clean-up anna2", { ME: "anna1" });
    expect([status, stderr]).toEqual([1, expect.stringContaining("error: you are anna1, and not anna2.")]);
    expect(existsSync(join(project, "calls"))).toBe(false);
    expect(bash("docs/course/clean-up anna2", { ME: "" }).status).toBe(0);
  });

  test("keeps the namespace where kubectl cannot say what else there is", () => {
    inCluster("namespace-anna1", "anna1");
    inCluster("broken", "");
    expect(bash("docs/course/clean-up anna1").status).toBe(1);
    expect(calls()).not.toMatch(/^(delete namespace|lab)/m);
  });

  test("leaves the PV of another, which a PVC of the student took", () => {
    inCluster("namespace-anna1", "anna1");
    inCluster("volumes", "anna1 ben1-spare Retain\n");
    const { status, stderr } = bash("docs/course/clean-up anna1");
    expect([status, stderr]).toEqual([0, expect.stringContaining("warning: the PV ben1-spare stays")]);
    expect(calls()).not.toMatch(/^delete persistentvolume/m);
  });

  test("removes what begins with the student's name, the namespace last", () => {
    inCluster("namespace-anna1", "anna1");
    inCluster(
      "objects",
      "persistentvolume/anna1-pair\npersistentvolume/anna10-pair\nstorageclass.storage.k8s.io/anna1-nfs\n",
    );
    inCluster(
      "volumes",
      "anna1 pvc-kept Retain nfs\nanna1 anna1-pair Retain\nanna10 pvc-other Retain nfs\nanna1 pvc-gone Delete nfs\n",
    );
    expect(bash("docs/course/clean-up anna1").status).toBe(0);
    const made = calls()
      .split("\n")
      .filter((call) => /^(delete|lab|wait)/.test(call));
    expect(made).toEqual([
      expect.stringMatching(/^delete statefulsets,.* -l app!=nfs-client-provisioner -n anna1 /),
      expect.stringMatching(/^delete pods -l app!=nfs-client-provisioner -n anna1 /),
      "delete pvc --all -n anna1 --timeout=180s",
      "delete persistentvolume pvc-kept --ignore-not-found --timeout=60s",
      "wait --for=delete persistentvolume/pvc-gone --timeout=60s",
      expect.stringMatching(/^delete all,.* --all -n anna1 /),
      "delete persistentvolume/anna1-pair --timeout=60s",
      "delete storageclass.storage.k8s.io/anna1-nfs --timeout=60s",
      expect.stringMatching(/^lab ssh node1 -- tac .*\/mnt\/anna1-/),
      expect.stringMatching(/^lab ssh nas -- rm -f \/etc\/exports.d\/anna1.exports /),
      "delete namespace anna1 --timeout=120s",
    ]);
    expect(calls()).toContain("rm -rf --one-file-system -- /nfs/anna1-* /nfs/archived-anna1-* /srv/anna1-*");
  });

  test.each([
    ["nobody's", "nobody", "error: the namespace shiqi is no student's: it stays\n"],
    ["another's", "anna1", "error: the namespace shiqi is no student's: it stays\n"],
  ])("touches nothing of %s namespace", (_, owner, error) => {
    inCluster("namespace-shiqi", owner);
    expect(bash("docs/course/clean-up shiqi")).toMatchObject({ status: 1, stderr: error });
    expect(calls()).not.toContain("delete");
  });

  test("keeps the namespace, and with it the right to go on, where something is stuck", () => {
    inCluster("namespace-stuck", "stuck");
    inCluster("objects", "persistentvolume/stuck-pair\n");
    expect(bash("docs/course/clean-up stuck").status).toBe(1);
    expect(calls()).not.toMatch(/^(delete namespace|lab)/m);
  });
});
