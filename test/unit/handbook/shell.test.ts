import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
case "$*" in
"get namespace "*go-template*) [ ! -e cluster/namespace-$3 ] || cat cluster/namespace-$3 ;;
"get namespace "*) [ -e cluster/namespace-$3 ] && cat cluster/namespace-$3 || { echo "namespaces $3 not found" >&2; exit 1; } ;;
"get persistentvolumes,"*) cat cluster/objects 2>/dev/null ;;
"get persistentvolumes "*) cat cluster/volumes 2>/dev/null ;;
"get nodes "*) echo node1 ;;
"create -f -") cat >created ;;
"delete persistentvolume/stuck-"*) exit 1 ;;
"version "*) [ ! -e cluster/away ] ;;
esac`;
  writeFileSync(join(project, "bin/kubectl"), kubectl, { mode: 0o755 });
  writeFileSync(join(project, "lab"), '#!/bin/sh\necho "lab $*" >>calls\n', { mode: 0o755 });
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
    expect(stdout).toMatch(/static-pair: 3 of 3 missing\n$/);
  });
});

describe("clean-up", () => {
  test("removes what begins with the student's name, the namespace last", () => {
    inCluster("namespace-anna1", "anna1");
    inCluster(
      "objects",
      "persistentvolume/anna1-pair\npersistentvolume/anna10-pair\nstorageclass.storage.k8s.io/anna1-nfs\n",
    );
    inCluster(
      "volumes",
      "anna1 pvc-kept Retain\nanna1 anna1-pair Retain\nanna10 pvc-other Retain\nanna1 pvc-gone Delete\n",
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
      expect.stringMatching(/^lab ssh node1 -- .*\/mnt\/anna1-\*/),
      expect.stringMatching(/^lab ssh nas -- rm -f \/etc\/exports.d\/anna1.exports /),
      "delete namespace anna1 --timeout=120s",
    ]);
    expect(calls()).toContain("rm -rf -- /nfs/anna1-* /nfs/archived-anna1-* /srv/anna1-*");
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
