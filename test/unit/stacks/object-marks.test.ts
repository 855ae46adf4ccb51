import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { courseSchema, infrastructureSchema } from "../../../stacks/config-schema";
import { courseNames } from "../../../stacks/course/course-names";
import { courseRemedy } from "../../../stacks/course/course-remedy";
import { SECTION_MARK, STACK_MARK } from "../../../stacks/mark-names";
import { existsAlready } from "../../../stacks/object-marks";
import { infrastructure } from "../../../stacks/infrastructure";
import { infrastructureRemedy } from "../../../stacks/infrastructure-remedy";
import { deploy, type Deployment } from "../mocks";
import { all, only, outputs, required, run, setSecrets } from "./run-course";

beforeEach(() => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

const settings = {
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients: ["192.168.110.0/24"] },
  nodes: [{ name: "node1", host: "192.168.110.11" }],
};
const options = { stacks: { infra: outputs }, stack: "one" };

/** The annotations of each object, by kind and name. */
const marksOf = ({ resources }: Deployment) =>
  resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, inputs }) => {
      const { name, annotations = {} } = inputs.metadata as { name: string; annotations?: Record<string, string> };
      return { object: `${type.split(":").at(-1)} ${name}`, annotations };
    });

test("every object of the infrastructure names its stack", async () => {
  const marks = marksOf(await deploy(() => infrastructure(infrastructureSchema.parse(settings)), { stack: "one" }));
  expect(marks).toHaveLength(9);
  for (const { annotations } of marks) expect(annotations).toEqual({ [STACK_MARK]: "storage-lab/one" });
});

test("every object of the course names its stack, and its section unless it is everybody's", async () => {
  const marks = marksOf(await run({ exampleNamespace: "examples" }, options));
  for (const { annotations } of marks) expect(annotations).toMatchObject({ [STACK_MARK]: "storage-lab/one" });
  const without = marks.filter(({ annotations }) => !(SECTION_MARK in annotations)).map(({ object }) => object);
  expect(without.sort()).toEqual(["Namespace examples", "Namespace shiqi"]);
});

test.each(all)("what is marked with the section %s is what the section makes", async (section) => {
  const needed = section === "clusterIpService" ? (["redisTemplate"] as const) : [];
  const alone = marksOf(await run({ sections: only(section, ...needed) }, options));
  const others = [undefined, ...needed] as (string | undefined)[];
  const made = alone.filter(({ annotations }) => !others.includes(annotations[SECTION_MARK]));
  expect(made.length).toBeGreaterThan(0);
  for (const { annotations } of made) expect(annotations[SECTION_MARK]).toBe(section);
});

test("an object keeps its own annotations", async () => {
  const { annotations } = marksOf(await run({ sections: only("wordpress") }, options)).find(
    ({ object }) => object === "Deployment wordpress-claim",
  )!;
  expect(Object.keys(annotations).length).toBeGreaterThan(2);
});

test("no pod of a controller and no claim of a template is marked: a change of them would replace it", async () => {
  for (const { inputs } of (await run({}, options)).resources) {
    const { template, volumeClaimTemplates = [] } = (inputs.spec ?? {}) as Record<string, object>;
    expect(JSON.stringify([template, volumeClaimTemplates])).not.toContain("storage-lab.example/");
  }
});

test("hosts' commands are not marked, and what the stack only reads is not either", async () => {
  const change = { createNamespace: false, sections: only("staticPair") };
  const { resources, reads } = await run(change, options);
  const commands = resources.filter(({ type }) => !type.startsWith("kubernetes:"));
  expect(JSON.stringify(commands)).not.toContain(STACK_MARK);
  expect(reads).toEqual(["namespace shiqi"]);
});

describe("an object that is there and not this stack's is named, with the key that gives another name", () => {
  const failed = (type: string, metadata: object, name = "x") => ({
    errors: ['claims "x" already exists'],
    type: `kubernetes:core/v1:${type}`,
    name,
    newInputs: { metadata },
  });

  const config = courseSchema.parse({ ...required });
  test.each<[string, object, string, string]>([
    [
      "Namespace",
      { name: "shiqi" },
      "namespace",
      "The namespace shiqi exists and is not this stack's: it was left as it is. Set createNamespace: false to work inside it, name another one, or delete it.",
    ],
    ["Namespace", { name: "test" }, "hostPathNamespace", "Name another one as hostPathNamespace"],
    [
      "PersistentVolume",
      { name: "my-pv" },
      "my",
      "The PersistentVolume my-pv exists and is not this stack's: it was left as it is. Delete it, or run pulumi destroy and set namePrefix for another name.",
    ],
    ["StorageClass", { name: "fast-ssd" }, "fast-ssd", "set namePrefix for another name"],
    [
      "Pod",
      { name: "app", namespace: "default" },
      "app",
      "The Pod default/app exists and is not this stack's: it was left as it is. Delete it, or run pulumi destroy and set namePrefix for another name, or exampleNamespace for another place.",
    ],
    ["Secret", { name: "mysql", namespace: "shiqi" }, "mysql", "name another place as namespace"],
    [
      "PersistentVolumeClaim",
      { name: "pvc-hostpath-data", namespace: "test" },
      "x",
      "name another place as hostPathNamespace",
    ],
    ["ResourceQuota", { name: "pvc-quota", namespace: "shiqi-quota" }, "x", "name another place as quotaNamespace"],
  ])("%s %j of the course", (type, metadata, name, words) => {
    expect(existsAlready(failed(type, metadata, name), courseRemedy(config, courseNames(config)))).toContain(words);
  });

  test("another namePrefix, where there is one", () => {
    const prefixed = courseSchema.parse({ ...required, namePrefix: "b-" });
    const remedy = courseRemedy(prefixed, courseNames(prefixed));
    expect(existsAlready(failed("PersistentVolume", { name: "b-my-pv" }), remedy)).toContain(
      "set another namePrefix than b- for another name",
    );
  });

  test.each<[type: string, metadata: object, words: string, name?: string]>([
    ["Namespace", { name: "nfs-provisioner" }, "Set provisioner.createNamespace: false to work inside it"],
    ["CSIDriver", { name: "nfs.csi.k8s.io" }, "take csi out of the config, or remove that driver first"],
    ["StorageClass", { name: "nfs-client" }, "Give the class another name in storageClasses"],
    ["ClusterRole", { name: "nfs-client-provisioner-runner" }, "Set provisioner.clusterRolePrefix"],
    ["ClusterRoleBinding", { name: "run-nfs-client-provisioner" }, "Set provisioner.clusterRolePrefix"],
    ["Deployment", { name: "nfs-client-provisioner", namespace: "p" }, "name another place as provisioner.namespace"],
    ["PersistentVolume", { name: "a" }, "name another place as provisioner.namespace", "provisioner-root-volume"],
    [
      "PersistentVolume",
      { name: "a" },
      "name another place as additional archive: provisioner.namespace",
      "provisioner-archive-root-volume",
    ],
    ["Namespace", { name: "nfs-node-proof" }, "Set nodePods.createNamespace: false", "nodes-namespace"],
    ["Namespace", { name: "p-archive" }, "Name another place as nodePods.namespace", "nodes-archive-namespace"],
  ])("%s %j of the infrastructure", (type, metadata, words, name = "x") => {
    expect(existsAlready(failed(type, metadata, name), infrastructureRemedy)).toContain(words);
  });

  test("another failure is left to what the engine says", () => {
    const refused = { ...failed("Pod", { name: "app" }), errors: ["pods is forbidden"] };
    expect(existsAlready(refused, infrastructureRemedy)).toBeUndefined();
  });
});

test("every object has the hook that says so", async () => {
  interface Request {
    getType(): string;
    getHooks(): { getOnErrorList(): string[] } | undefined;
  }
  const requests = jest.spyOn(
    MockMonitor.prototype as unknown as { registerResource: (request: Request) => void },
    "registerResource",
  );
  await run({}, options);
  const objects = requests.mock.calls.map(([each]) => each).filter((each) => each.getType().startsWith("kubernetes:"));
  expect(objects.length).toBeGreaterThan(40);
  for (const each of objects) expect(each.getHooks()?.getOnErrorList()).toEqual(["object-exists"]);
});
