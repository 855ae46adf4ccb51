import * as pulumi from "@pulumi/pulumi";
import {
  ClaimQuota,
  ClusterIpService,
  HeadlessService,
  type Metadata,
  MysqlStatefulSet,
  NfsStorageClass,
  NodeDirectory,
  RedisStatefulSet,
  StaticVolume,
  VolumeClass,
} from "../../../components/index";
import { deploy, type Registered, secret } from "../mocks";

// What holds for every component that makes Kubernetes objects, whichever they are.

/** Gives each argument its value; `preview.test.ts` has the values that are not known yet. */
type Given = <T>(value: T) => pulumi.Input<T>;
type Make = (name: string, given: Given, metadata?: Metadata) => pulumi.ComponentResource;

const port = { name: "redis", port: 6379 };
const template = (given: Given) => ({ template: { name: "data", storageClassName: given("nfs-client") } });
const set = (given: Given) => ({
  statefulSetName: given("redis"),
  serviceName: given("redis"),
  namespace: given("shiqi"),
  replicas: given(2),
  image: given("example/redis:7.4.4"),
});

const COMPONENTS: Record<string, Make> = {
  StaticVolume: (name, given, metadata) =>
    new StaticVolume(name, {
      volumeName: given("pv"),
      claimName: given("pvc"),
      namespace: given("shiqi"),
      source: { type: "nfs", server: given("nas"), path: given("/nfs/data") },
      capacity: given("64Mi"),
      accessModes: given([given("ReadWriteMany" as const)]),
      reclaimPolicy: given("Retain" as const),
      storageClassName: given("slow"),
      metadata,
    }),
  NfsStorageClass: (name, given, metadata) =>
    new NfsStorageClass(name, {
      className: given("nfs-client"),
      isDefault: given(true),
      onDelete: given("delete" as const),
      pathPattern: given("${.PVC.namespace}/${.PVC.name}"),
      metadata,
    }),
  VolumeClass: (name, given, metadata) =>
    new VolumeClass(name, {
      className: given("gp3"),
      provisioner: given("ebs.csi.aws.com"),
      parameters: given({ type: given("gp3") }),
      metadata,
    }),
  ClaimQuota: (name, given, metadata) =>
    new ClaimQuota(name, {
      quotaName: given("quota"),
      namespace: given("shiqi"),
      claims: given(2),
      classes: { slow: { storage: given("64Mi") } },
      metadata,
    }),
  NodeDirectory: (name, given, metadata) =>
    new NodeDirectory(name, {
      jobName: given("prepare"),
      namespace: given("shiqi"),
      node: given("node1"),
      path: given("/mnt/disks/ssd1"),
      image: given("busybox:1.37"),
      metadata,
    }),
  HeadlessService: (name, given, metadata) =>
    new HeadlessService(name, {
      serviceName: given("redis"),
      namespace: given("shiqi"),
      selector: given({ app: given("redis") }),
      port,
      metadata,
    }),
  ClusterIpService: (name, given, metadata) =>
    new ClusterIpService(name, {
      serviceName: given("redis"),
      namespace: given("shiqi"),
      selector: given({ app: given("redis") }),
      port,
      metadata,
    }),
  RedisStatefulSet: (name, given, metadata) =>
    new RedisStatefulSet(name, { ...set(given), password: given("s3cr3t"), storage: template(given), metadata }),
  MysqlStatefulSet: (name, given, metadata) =>
    new MysqlStatefulSet(name, { ...set(given), rootPassword: given("s3cr3t"), storage: template(given), metadata }),
};
const names = Object.keys(COMPONENTS);

const known: Given = (value) => value;

const ADDED = { labels: { team: "storage", app: "mine" }, annotations: { "example.com/owner": "physics" } };

interface Meta {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}
const objectsOf = (resources: Registered[]) => resources.filter(({ type }) => type.startsWith("kubernetes:"));
const metaOf = ({ inputs }: Registered) => inputs.metadata as Meta;
const podsOf = ({ inputs }: Registered) => (inputs.spec as { template?: { metadata?: Meta } } | undefined)?.template;
/** The object without its labels and annotations, and without its pods' labels. */
function bare(object: Registered): unknown {
  const { inputs } = JSON.parse(JSON.stringify(object)) as Registered;
  for (const meta of [inputs.metadata as Meta, podsOf({ ...object, inputs })?.metadata]) {
    delete meta?.labels;
    delete meta?.annotations;
  }
  const pods = podsOf({ ...object, inputs });
  if (Object.keys(pods?.metadata ?? {}).length === 0) delete pods?.metadata;
  return { ...object, inputs };
}

describe.each(names)("%s", (name) => {
  const make = COMPONENTS[name]!;
  const run = (metadata?: Metadata) => deploy(() => make("own", known, metadata));

  test("has its arguments as inputs, passwords as secrets", async () => {
    const { resources } = await run();
    const [component] = resources;
    expect(component!.type).toMatch(new RegExp(`^storage-lab:(storage|workload):${name}$`));
    expect(Object.keys(component!.inputs).length).toBeGreaterThan(2);
    for (const [key, value] of Object.entries(component!.inputs)) {
      if (/password/i.test(key)) expect(value).toEqual(secret("s3cr3t"));
    }
  });

  test("adds labels and annotations next to its own, to every object, and labels to pods", async () => {
    const [plain, added] = [objectsOf((await run()).resources), objectsOf((await run(ADDED)).resources)];
    expect(added.length).toBeGreaterThan(0);
    added.forEach((object, index) => {
      const own = metaOf(plain[index]!);
      expect(metaOf(object).labels).toEqual({ ...ADDED.labels, ...own.labels });
      expect(metaOf(object).annotations).toEqual({ ...ADDED.annotations, ...own.annotations });
      const pods = podsOf(object);
      if (pods) expect(pods.metadata?.labels).toEqual({ ...ADDED.labels, ...podsOf(plain[index]!)?.metadata?.labels });
      expect(pods?.metadata?.annotations).toEqual(podsOf(plain[index]!)?.metadata?.annotations);
    });
    // Nothing else of the objects changes: neither selectors nor templates of claims.
    expect(added.map(bare)).toEqual(plain.map(bare));
  });

  test("takes labels that are known late", async () => {
    const late = { labels: pulumi.output({ team: pulumi.output("storage") }) };
    const objects = objectsOf((await run(late)).resources);
    for (const object of objects) expect(metaOf(object).labels).toMatchObject({ team: "storage" });
  });
});

test("every object that a component makes is at hand", async () => {
  const { resources } = await deploy(() => {
    for (const [name, make] of Object.entries(COMPONENTS)) {
      const members = Object.values(make(name, known)).filter((member) => pulumi.CustomResource.isInstance(member));
      atHand.set(name, members.length);
    }
  });
  for (const name of names) {
    const made = objectsOf(resources).filter((object) => object.name.startsWith(`${name}-`));
    expect([name, atHand.get(name)]).toEqual([name, made.length]);
  }
});
const atHand = new Map<string, number>();
