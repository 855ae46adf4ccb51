import { wentWell } from "../support/expectations";
import { courseSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

// Two courses on one cluster and NAS, and what becomes of a namespace that holds what students made. Without pods, which the
// lab tests start; the infrastructure is that of the files before.
const lab = new TestLab();
const first = new TestStack(lab, "course", "first");
const second = new TestStack(lab, "course", "second");
let settings: Settings;

const OFF = [
  ...["redisExistingClaim", "redisTemplate", "redisHeadless", "redisShared", "clusterIpService"],
  ...["mysql", "wordpress", "nginx", "configuration", "localVolume"],
];

interface Meta {
  kind: string;
  metadata: { name: string; uid: string; annotations?: Record<string, string> };
}

/** A claim of a student in the first course's namespace: nothing that Pulumi knows. */
const CLAIM = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "students-own", namespace: "shiqi" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } }, storageClassName: "nfs-client" },
};
const uidsInside = async () =>
  Promise.all(
    [
      ["namespace", "shiqi"],
      ["pvc", "--namespace=shiqi", "students-own"],
    ].map(async (words) => (await lab.object<Meta>(...words))?.metadata.uid),
  );

beforeAll(async () => {
  const sections = Object.fromEntries(OFF.map((name) => [name, false]));
  settings = { ...(await courseSettings(lab, "infrastructure-sandbox-test")), sections, onDelete: "archive" };
  await first.init(settings);
  await second.init({ ...settings, namePrefix: "b-" });
});
afterAll(async () => {
  await second.remove();
  await first.remove();
  await lab.ssh("nas", "rm -rf /nfs/archived-*");
});

test("two courses are up side by side, and each object names its stack", async () => {
  wentWell(await first.up());
  wentWell(await second.up());
  await first.unchanged();
  await second.unchanged();
  const { items } = (await lab.object<{ items: Meta[] }>("persistentvolume,storageclass,namespace"))!;
  const ofStack = (stack: TestStack) =>
    items
      .filter(({ metadata }) => metadata.annotations?.["storage-lab.example/stack"] === `storage-lab/${stack.name}`)
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  expect(ofStack(first)).toEqual(expect.arrayContaining(["PersistentVolume pv-shiqi-redis", "Namespace shiqi"]));
  expect(ofStack(second)).toEqual(expect.arrayContaining(["PersistentVolume b-pv-shiqi-redis", "Namespace b-shiqi"]));
  expect(ofStack(second)).toHaveLength(ofStack(first).length);
});

test("a course that is there keeps its prefix: preview and up refuse another one", async () => {
  second.configure({ ...settings, namePrefix: "c-" });
  for (const { exitCode, output } of [await second.preview(), await second.up()]) {
    expect(exitCode).not.toBe(0);
    expect(output).toContain('storage-lab:course.namePrefix ("c-")');
    expect(output).toContain("b-");
  }
  second.configure({ ...settings, namePrefix: "b-" });
  await second.unchanged();
});

describe("a namespace with a student's claim in it", () => {
  let before: (string | undefined)[];
  beforeAll(async () => {
    await lab.ok(["exec", "--", "kubectl", "apply", "--filename=-"], { input: JSON.stringify(CLAIM) });
    before = await uidsInside();
    expect(before).not.toContain(undefined);
  });
  afterEach(async () => expect(await uidsInside()).toEqual(before));

  test("is not renamed: preview and up refuse", async () => {
    first.configure({ ...settings, namespace: "elsewhere" });
    for (const { exitCode, output } of [await first.preview(), await first.up()]) {
      expect(exitCode).not.toBe(0);
      expect(output).toContain('storage-lab:course.namespace ("elsewhere"): this stack works in the namespace shiqi.');
    }
  });

  test("stays when createNamespace becomes false, and the preview says so", async () => {
    first.configure({ ...settings, createNamespace: false });
    const { output } = wentWell(await first.preview());
    expect(output).toContain(
      "The namespace shiqi has to exist (createNamespace: false). It stays, with everything in it",
    );
    expect(output).not.toMatch(/Namespace namespace delete/);
    wentWell(await first.up());
    await first.unchanged();
  });

  test("is not taken back: createNamespace true is refused", async () => {
    first.configure(settings);
    const { exitCode, output } = await first.up();
    expect(exitCode).not.toBe(0);
    expect(output).toContain("The namespace shiqi exists and is not this stack's: it was left as it is.");
    first.configure({ ...settings, createNamespace: false });
    wentWell(await first.up());
  });

  test("stays when the stack is destroyed", async () => {
    wentWell(await first.destroy());
    expect(first.resources()).toEqual([]);
  });
});

test("the other course is as it was, its directories are not archived, and it goes with its own objects only", async () => {
  expect(await lab.ssh("nas", "ls /nfs")).toMatch(/^archived-shiqi-redis-.*^b-shiqi-redis$/ms);
  await second.unchanged();
  wentWell(await second.destroy());
  expect(await lab.object("namespace", "b-shiqi")).toBeUndefined();
  expect(await lab.object("pvc", "--namespace=shiqi", "students-own")).toBeDefined();
  await lab.kubectl("delete", "namespace", "shiqi");
});
