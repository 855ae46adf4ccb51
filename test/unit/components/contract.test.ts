import * as pulumi from "@pulumi/pulumi";
import {
  ClaimQuota,
  ClusterIpService,
  CsiStorageClass,
  HeadlessService,
  type Metadata,
  MysqlStatefulSet,
  NfsDirectoriesJob,
  NfsStorageClass,
  NodeDirectory,
  RedisStatefulSet,
  StaticVolume,
  VolumeClass,
} from "../../../components/index";
import { deploy, type Registered, secret } from "../mocks";

// What holds for every component that makes Kubernetes objects, whichever they are.

type Make = (name: string, metadata?: Metadata) => pulumi.ComponentResource;

const port = { name: "redis", port: 6379 };
const template = { template: { name: "data", storageClassName: "nfs-client" } };
const set = {
  statefulSetName: "redis",
  serviceName: "redis",
  namespace: "shiqi",
  replicas: 2,
  image: "example/redis:7.4.4",
};

const COMPONENTS: Record<string, Make> = {
  StaticVolume: (name, metadata) =>
    new StaticVolume(name, {
      volumeName: "pv",
      claimName: "pvc",
      namespace: "shiqi",
      source: { type: "nfs", server: "nas", path: "/nfs/data" },
      capacity: "64Mi",
      accessModes: ["ReadWriteMany" as const],
      reclaimPolicy: "Retain" as const,
      storageClassName: "slow",
      metadata,
    }),
  NfsStorageClass: (name, metadata) =>
    new NfsStorageClass(name, {
      className: "nfs-client",
      isDefault: true,
      onDelete: "delete" as const,
      pathPattern: "${.PVC.namespace}/${.PVC.name}",
      metadata,
    }),
  CsiStorageClass: (name, metadata) =>
    new CsiStorageClass(name, {
      className: "nfs-csi",
      isDefault: true,
      server: "nas",
      share: "/nfs",
      subDir: "${pvc.metadata.namespace}/${pvc.metadata.name}",
      metadata,
    }),
  VolumeClass: (name, metadata) =>
    new VolumeClass(name, {
      className: "gp3",
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3" },
      metadata,
    }),
  ClaimQuota: (name, metadata) =>
    new ClaimQuota(name, {
      quotaName: "quota",
      namespace: "shiqi",
      claims: 2,
      classes: { slow: { storage: "64Mi" } },
      metadata,
    }),
  NfsDirectoriesJob: (name, metadata) =>
    new NfsDirectoriesJob(name, {
      jobName: "directories",
      namespace: "storage",
      image: "example/redis:7.4.4",
      server: "nas",
      path: "/volume1/k8s",
      names: ["one"],
      metadata,
    }),
  NodeDirectory: (name, metadata) =>
    new NodeDirectory(name, {
      jobName: "prepare",
      namespace: "shiqi",
      node: "node1",
      path: "/mnt/disks/ssd1",
      image: "busybox:1.37",
      metadata,
    }),
  HeadlessService: (name, metadata) =>
    new HeadlessService(name, {
      serviceName: "redis",
      namespace: "shiqi",
      selector: { app: "redis" },
      port,
      metadata,
    }),
  ClusterIpService: (name, metadata) =>
    new ClusterIpService(name, {
      serviceName: "redis",
      namespace: "shiqi",
      selector: { app: "redis" },
      port,
      metadata,
    }),
  RedisStatefulSet: (name, metadata) =>
    new RedisStatefulSet(name, { ...set, password: "s3cr3t", storage: template, metadata }),
  MysqlStatefulSet: (name, metadata) =>
    new MysqlStatefulSet(name, { ...set, rootPassword: "s3cr3t", storage: template, metadata }),
};
const names = Object.keys(COMPONENTS);

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
  const run = (metadata?: Metadata) => deploy(() => make("own", metadata));

  test("has its arguments as inputs, passwords as secrets", async () => {
    const { resources } = await run();
    const [component] = resources;
    expect(component!.type).toMatch(new RegExp(`^storage-lab:(nfs|storage|workload):${name}$`));
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
      const members = Object.values(make(name)).filter((member) => pulumi.CustomResource.isInstance(member));
      atHand.set(name, members.length);
    }
  });
  for (const name of names) {
    const made = objectsOf(resources).filter((object) => object.name.startsWith(`${name}-`));
    expect([name, atHand.get(name)]).toEqual([name, made.length]);
  }
});
const atHand = new Map<string, number>();
