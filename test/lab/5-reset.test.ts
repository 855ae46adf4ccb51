import type { KubernetesObject, V1Pod } from "@kubernetes/client-node";
import { FIRST_PROOF } from "../../embedded/cli/first-proof";
import { changingPart } from "../support/changing-part";
import { deleteAndApply } from "../support/delete-and-apply";
import { noChanges, wentWell } from "../support/expectations";
import { measured } from "../support/measured";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();
const onStatic = "statefulset-redis-exist-pvc-0";
const onTemplate = "statefulset-redis-not-exist-pvc-0";

const apply = (...objects: object[]) =>
  lab.ok(["exec", "--", "kubectl", "apply", "--filename=-"], {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
  });
const notes = (namespace: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "notes", namespace },
  data: { of: "a student" },
});
const get = (pod: string) => lab.redis(pod, "GET", "lesson-reset");

/** uid and version of all objects of some kinds. */
async function versions(...words: string[]): Promise<Record<string, string>> {
  const { items = [] } = (await lab.object<{ items: KubernetesObject[] }>(...words)) ?? {};
  const entries = items.map(({ metadata }) => [
    `${metadata?.namespace}/${metadata?.name}`,
    `${metadata?.uid} ${metadata?.resourceVersion}`,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

/** uid of each pod of the course's namespaces. */
async function podUids(): Promise<Map<string, string>> {
  const { items = [] } = (await lab.object<{ items: V1Pod[] }>("pods", "--all-namespaces")) ?? {};
  return new Map(items.map(({ metadata }) => [metadata?.name ?? "", metadata?.uid ?? ""]));
}

/** What students leave behind: keys, a file, and objects of their own in a namespace of the course and in `default`. */
async function work(): Promise<void> {
  for (const pod of [onStatic, onTemplate]) {
    // It resets a timer: after an hour without a save, Redis saves in the background when a key is set.
    expect(await lab.redis(pod, "SAVE")).toBe("OK\n");
    expect(await lab.redis(pod, "SET", "lesson-reset", "work")).toBe("OK\n");
    expect(await lab.redis(pod, "SAVE")).toBe("OK\n");
  }
  await lab.ssh("nas", "echo work > /nfs/share/hand-in.txt");
  const claim = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "students", namespace: "shiqi" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "nfs-client",
      resources: { requests: { storage: "1Mi" } },
    },
  };
  await apply(notes("shiqi"), notes("test"), notes("default"), claim);
  await lab.kubectl("wait", "pvc/students", "--for=jsonpath={.status.phase}=Bound", "--namespace=shiqi");
}

test("reset asks: it lists what goes, and changes nothing", async () => {
  await work();
  const before = await podUids();
  const { exitCode, output } = await lab.run(["reset"]);
  expect(exitCode).toBe(2);
  expect(output).toContain("deleted, since the stack did not make it: ConfigMap in shiqi: notes");
  expect(output).toContain("deleted, since the stack did not make it: ConfigMap in test: notes");
  expect(output).toContain("PersistentVolumeClaim in shiqi: students");
  expect(output).toMatch(/nfs-client: the data of .*shiqi\/students.* is deleted, for good/);
  expect(output).toContain("Agree to it with --yes.");
  expect(await podUids()).toEqual(before);
});

test("reset keeps what students have under a name, and goes back to the first minute", async () => {
  const others = await versions("configmaps", "--namespace=default");
  const nas = await lab.ssh("nas", "ls -d /nfs/*");
  const { seconds } = wentWell(await lab.run(["reset", "--save", "students", "--yes"], { limit: 900 }));
  measured("reset of the whole course, with a snapshot", seconds);
  for (const pod of [onStatic, onTemplate]) expect(await get(pod)).toBe("\n");
  expect(await lab.ssh("nas", "ls -A /nfs/share /nfs/unreserved | grep -c hand-in || true")).toBe("0\n");
  for (const namespace of ["shiqi", "test"])
    expect(await lab.object("configmap", "notes", `--namespace=${namespace}`)).toBeUndefined();
  expect(await lab.object("pvc", "students", "--namespace=shiqi")).toBeUndefined();
  expect(await versions("configmaps", "--namespace=default")).toEqual(others);
  // Volumes of dynamic claims have new directories, the others are the same.
  const statics = (text: string) =>
    text.split("\n").filter((line) => /^\/nfs\/[a-z-]+$/.test(line) && !line.includes("-pvc-"));
  expect(statics(await lab.ssh("nas", "ls -d /nfs/*"))).toEqual(statics(nas));
  expect(await lab.ok(["reset", "--list"])).toMatch(/^students\t/);
  await noChanges(lab);
});

test("the exercises that prove a new course prove this one", async () => {
  wentWell(await lab.run(["verify", "--only", ...FIRST_PROOF], { limit: 900 }));
});

test("what was kept is handed out again, with owners and modes, and can become the lesson's start", async () => {
  const sections = ["--section", "redisExistingClaim", "nfsShare"];
  wentWell(await lab.run(["reset", "--from", "students", ...sections, "--yes"], { limit: 900 }));
  expect(await get(onStatic)).toBe("work\n");
  expect(await lab.ssh("nas", "cat /nfs/share/hand-in.txt; stat -c %a /nfs/share")).toBe("work\n777\n");
  wentWell(await lab.run(["reset", "--save", "lesson", "--yes"], { limit: 900 }));
  expect(await get(onStatic)).toBe("work\n");
});

test("a section goes back alone: the pods of the others run on", async () => {
  expect(await lab.redis(onStatic, "SET", "lesson-reset", "changed")).toBe("OK\n");
  expect(await lab.redis(onTemplate, "SET", "lesson-reset", "stays")).toBe("OK\n");
  await apply(notes("shiqi"));
  const before = await podUids();
  wentWell(await lab.run(["reset", "--section", "redisExistingClaim", "--yes"], { limit: 600 }));
  const after = await podUids();
  const changed = [...before].filter(([name, uid]) => after.get(name) !== uid).map(([name]) => name);
  expect(changed).toEqual([onStatic]);
  expect(await get(onStatic)).toBe("work\n");
  expect(await get(onTemplate)).toBe("stays\n");
  expect(await lab.object("configmap", "notes", "--namespace=shiqi")).toBeDefined();
  await noChanges(lab);
});

test("a reset that was killed is continued by another one, with the lesson's data", async () => {
  expect(await lab.redis(onStatic, "SET", "lesson-reset", "changed")).toBe("OK\n");
  await lab.ssh("nas", "rm /nfs/share/hand-in.txt");
  const running = lab.start(["reset", "--yes"]);
  await running.until("deletion", 120, (output) => output.includes("The objects go"));
  running.kill();
  expect((await running.ended(10)).exitCode).toBe(137);
  wentWell(await lab.run(["reset", "--yes"], { limit: 900 }));
  expect(await get(onStatic)).toBe("work\n");
  expect(await lab.ssh("nas", "cat /nfs/share/hand-in.txt")).toBe("work\n");
  await lab.ok(["probe"]);
});

test("what is refused changes nothing", async () => {
  const before = await podUids();
  for (const [words, message] of [
    [["--section", "nosuch"], "has no section nosuch"],
    [["--from", "nosuch"], "there is no snapshot nosuch"],
    [["--save", "students"], "there is a snapshot students already"],
  ] as const) {
    const { exitCode, output } = await lab.run(["reset", ...words, "--yes"]);
    expect(output).toContain(message);
    expect(exitCode).toBe(2);
  }
  expect(await podUids()).toEqual(before);
});

const compared = [
  { what: "the whole course", sections: undefined },
  { what: "one section", sections: ["mysql"] },
];

test.each(changingPart("resets next to kubectl", compared, 2))(
  "reset of $what next to kubectl on the same objects",
  async ({ what, sections }) => {
    // A refresh, as noChanges runs it, has `up` and `reset` apply the stacks again, which is no part of a reset.
    await lab.ok(["up"]);
    const kubectl = await deleteAndApply(lab, sections);
    const words = ["reset", "--yes", ...(sections ? ["--section", ...sections] : [])];
    const { seconds } = wentWell(await lab.run(words, { limit: 900 }));
    measured(`reset of ${what}`, seconds);
    measured(`the objects of ${what} deleted and applied with kubectl`, kubectl);
    measured(`reset of ${what}, of kubectl's time`, (100 * seconds) / kubectl, "%");
    await noChanges(lab);
  },
);

test("snapshots are removed by name, and Redis has its data for what comes next", async () => {
  for (const name of ["students", "lesson"]) await lab.ok(["reset", "--remove", name]);
  expect(await lab.ok(["reset", "--list"])).toBe("");
  await lab.kubectl("delete", "configmap", "notes", "--namespace=default");
  expect(await lab.redis(onStatic, "SAVE")).toBe("OK\n");
});
