import * as pulumi from "@pulumi/pulumi";
import { infrastructureSchema } from "../../../stacks/config-schema";
import { infrastructure } from "../../../stacks/infrastructure";
import { deploy, valueOf, type MockOptions } from "../mocks";
import { only, outputs, run as course, setSecrets } from "./run-course";

const COMMAND = "command:remote:Command";
const JOB = "kubernetes:batch/v1:Job";
const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

beforeEach(setSecrets);

describe("an infrastructure on an export that exists", () => {
  const settings = {
    existing: { server: "fd00::10", path: "/" },
    nodes: [{ name: "node1", host: "192.168.110.11" }],
  };
  const run = async (change = {}) => {
    let made: Awaited<ReturnType<typeof infrastructure>> | undefined;
    const config = infrastructureSchema.parse({ ...settings, ...change });
    const deployment = await deploy(async () => (made = await infrastructure(config)));
    return { ...deployment, made: made! };
  };

  test("does nothing on its server, and proves it on every node", async () => {
    const { names, inputs, made } = await run();
    expect(names(COMMAND)).toEqual(["node1-mount"]);
    expect(inputs(COMMAND, "node1-mount").stdin).toContain("MOUNT_SERVER='[fd00::10]'\nEXPORT_PATH='/'\nREVISION=''\n");
    expect(Object.keys(made)).not.toContain("nas");
    expect(await valueOf(pulumi.output(made.nfs))).toEqual({ server: "[fd00::10]", path: "/" });
    expect((await valueOf(pulumi.output(made.hostChecks))).map(({ name }) => name)).toEqual(["node1"]);
  });

  test("tells the course its mount options, and gives them to classes without any", async () => {
    const storageClasses = [{ name: "nfs-client" }, { name: "own", mountOptions: ["nfsvers=4.2"] }];
    const { inputs, made } = await run({ mountOptions: ["nfsvers=3"], storageClasses });
    expect(made.mountOptions).toEqual(["nfsvers=3"]);
    expect(inputs(CLASS, "nfs-client-class").mountOptions).toEqual(["nfsvers=3"]);
    expect(inputs(CLASS, "own-class").mountOptions).toEqual(["nfsvers=4.2"]);
  });

  test("leaves the folder's mode alone, which the CSI driver would give it", async () => {
    const { inputs } = await run({ csi: {} });
    expect(inputs(CLASS, "nfs-csi-class")).toMatchObject({ parameters: { share: "/", mountPermissions: "0" } });
  });
});

describe("a course on an export that exists", () => {
  const infra = {
    ...outputs,
    nas: undefined,
    nfs: { server: "192.168.110.5", path: "/volume1/k8s" },
    provisionerNamespace: "nfs-provisioner",
    mountOptions: ["nfsvers=3"],
  };
  const options: MockOptions = { stacks: { infra } };
  const sections = only("staticPair", "nfsShare");
  const run = (change = {}, more: MockOptions = {}) => course({ sections, ...change }, { ...options, ...more });

  test("needs no SSH key: a Job of the provisioner's namespace makes the directories", async () => {
    pulumi.runtime.setAllConfig({});
    const { names, inputs } = await run({ namePrefix: "b-", directoriesImage: "debian:12" });
    expect(names(COMMAND)).toEqual([]);
    expect(inputs(JOB, "directories-job")).toMatchObject({
      metadata: { name: "b-course-directories", namespace: "nfs-provisioner" },
      spec: { template: { spec: { containers: [{ image: "debian:12" }] } } },
    });
    expect(inputs("kubernetes:core/v1:PersistentVolume", "shiqi-redis-volume").spec).toMatchObject({
      nfs: { server: "192.168.110.5", path: "/volume1/k8s/b-shiqi-redis" },
      mountOptions: ["nfsvers=3"],
    });
  });

  test("nothing else is made in the cluster before the directories are there", async () => {
    const { resources } = await run();
    const order = resources.map(({ name }) => name);
    expect(order.indexOf("directories-job")).toBeLessThan(order.indexOf("cluster"));
  });

  const generations = async (state: MockOptions["state"]) => {
    const { inputs } = await run({ generation: 2 }, { state });
    const { metadata, spec } = inputs(JOB, "directories-job");
    return { ...(metadata as object), generation: /GENERATION='(\d+)'/.exec(JSON.stringify(spec))?.[1] };
  };
  const jobIn = (outputs: object) => ({
    [`urn:pulumi:x::storage-lab::${JOB}::directories-job`]: { type: JOB, outputs },
  });
  const failed = { conditions: [{ type: "Failed", status: "True" }] };
  const failures = (count: string) => ({ "storage-lab.example/failures": count });

  test("a Job that has failed is made anew by the next run, and one that has not is left", async () => {
    expect((await generations({})).generation).toBe("2");
    const metadata = { name: "course-directories", namespace: "nfs-provisioner" };
    const first = await generations(jobIn({ metadata, status: failed }));
    expect(first).toMatchObject({ generation: "3", annotations: failures("1") });
    const marked = { ...metadata, annotations: failures("1") };
    const good = { conditions: [{ type: "Complete", status: "True" }] };
    expect(await generations(jobIn({ metadata: marked, status: good }))).toMatchObject(first);
    expect(await generations(jobIn({ metadata: marked, status: failed }))).toMatchObject({ generation: "4" });
  });

  test("archiving is refused before anything is registered, with what to do instead", async () => {
    const registered: string[] = [];
    const failing = run({ onDelete: "archive" }, { onRegister: (name) => registered.push(name) });
    await expect(failing).rejects.toThrow(/^storage-lab:course\.onDelete \("archive"\): .* Set onDelete: keep/);
    await expect(failing).rejects.toBeInstanceOf(pulumi.RunError);
    expect(registered).toEqual([]);
  });
});

test("a course on a NAS needs the key for it, and says so before anything is registered", async () => {
  pulumi.runtime.setAllConfig({ "storage-lab:mysqlRootPassword": "ROOT" }, ["storage-lab:mysqlRootPassword"]);
  const registered: string[] = [];
  const failing = course({}, { stacks: { infra: outputs }, onRegister: (name) => registered.push(name) });
  await expect(failing).rejects.toThrow("sshPrivateKey");
  expect(registered).toEqual([]);
});
