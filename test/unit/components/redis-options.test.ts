import { execFileSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";
import { StaticVolume } from "../../../components/storage/static-volume";
import { imageTag } from "../../../components/workload/image-tag";
import { redisConfig } from "../../../components/workload/redis-container";
import {
  DEFAULT_REDIS_IMAGE,
  RedisStatefulSet,
  type RedisStatefulSetArgs,
} from "../../../components/workload/redis-stateful-set";
import { flatStorage, replicasError } from "../../../components/workload/stateful-storage";
import { deploy, inClear, type MockOptions, secret, valueOf } from "../mocks";

const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const args: RedisStatefulSetArgs = {
  statefulSetName: "statefulset-redis-exist-pvc",
  serviceName: "redis-exist-pvc",
  namespace: "shiqi",
  storage: { claimName: "pvc-shiqi-redis-exist-pvc", volumeName: "volume-shiqi-redis-exist-pvc" },
};
const make = (change: Partial<RedisStatefulSetArgs> = {}) => new RedisStatefulSet("redis", { ...args, ...change });

test("a password is in a Secret only, and known to the probe", async () => {
  const { inputs, resources } = await deploy(() => make({ password: "s3cr3t" }));
  expect(inputs("kubernetes:core/v1:Secret", "redis-password")).toMatchObject({
    metadata: { name: "statefulset-redis-exist-pvc-password", namespace: "shiqi" },
    stringData: secret({ password: "s3cr3t", "redis.conf": redisConfig("s3cr3t") }),
  });
  expect(inputs("storage-lab:workload:RedisStatefulSet", "redis")).toEqual({ ...args, password: secret("s3cr3t") });
  expect(inClear(resources)).not.toContain("s3cr3t");
  expect(inputs(STATEFUL_SET, "redis-statefulset").spec).toMatchObject({
    template: {
      spec: {
        containers: [
          {
            command: ["redis-server", "/etc/redis-config/redis.conf"],
            env: [
              {
                name: "REDISCLI_AUTH",
                valueFrom: { secretKeyRef: { name: "statefulset-redis-exist-pvc-password", key: "password" } },
              },
            ],
          },
        ],
      },
    },
  });
});

/** Makes each Secret an object of its own, whose uid says what is in it and whose resourceVersion changes at every look. */
let looks = 0;
const cluster: MockOptions = {
  outputs: ({ type, inputs }) =>
    type === "kubernetes:core/v1:Secret"
      ? {
          metadata: {
            ...(inputs.metadata as object),
            uid: `uid-of-${JSON.stringify(inputs.stringData).length}`,
            resourceVersion: String(++looks),
          },
        }
      : {},
};
const podMeta = async (change: Partial<RedisStatefulSetArgs>) => {
  const { inputs } = await deploy(() => make(change), cluster);
  return (inputs(STATEFUL_SET, "redis-statefulset").spec as { template: { metadata: { annotations?: object } } })
    .template.metadata;
};

test("another password restarts the pods, and nothing else does", async () => {
  const [first, again, other] = [
    await podMeta({ password: "s3cr3t" }),
    await podMeta({ password: "s3cr3t" }),
    await podMeta({ password: "another one" }),
  ];
  expect(again).toEqual(first);
  expect(other.annotations).not.toEqual(first.annotations);
  expect(Object.keys(other.annotations ?? {})).toEqual(Object.keys(first.annotations ?? {}));
  expect(await podMeta({})).not.toHaveProperty("annotations");
});

test("another password is another Secret, whatever the provider would update in place", async () => {
  const options: pulumi.CustomResourceOptions[] = [];
  const note: pulumi.ResourceTransformation = ({ type, opts }) => {
    if (type === "kubernetes:core/v1:Secret") options.push(opts);
    return undefined;
  };
  await deploy(() => new RedisStatefulSet("redis", { ...args, password: "s3cr3t" }, { transformations: [note] }));
  expect(options).toEqual([
    expect.objectContaining({ replaceOnChanges: ["data", "stringData"], deleteBeforeReplace: true }),
  ]);
});

test("a password of any characters is written so that Redis reads it back", () => {
  const password = 'a "b" \\ $x\n石';
  const line = redisConfig(password)
    .split("\n")
    .find((each) => each.startsWith("requirepass")) as string;
  const quoted = /^requirepass "(.*)"$/.exec(line)?.[1] as string;
  // printf reads \xHH as Redis does.
  expect(execFileSync("bash", ["-c", `printf '${quoted}'`], { encoding: "utf8" })).toBe(password);
});

describe("the label version", () => {
  const labels = async (change: Partial<RedisStatefulSetArgs>) => {
    const { inputs } = await deploy(() => make(change));
    const set = inputs(STATEFUL_SET, "redis-statefulset") as unknown as {
      metadata: { labels: object };
      spec: { template: { metadata: { labels: object } }; selector: object };
    };
    expect(set.spec.template.metadata.labels).toEqual(set.metadata.labels);
    expect(set.spec.selector).toEqual({ matchLabels: { app: "redis-exist-pvc" } });
    return set.metadata.labels;
  };
  const app = "redis-exist-pvc";

  test("follows the image, also one that is known late", async () => {
    expect(await labels({ image: "redis:7.2.1" })).toEqual({ app, version: "7.2.1" });
    expect(await labels({ image: pulumi.output("redis:7.2.1") })).toEqual({ app, version: "7.2.1" });
    expect(await labels({})).toEqual({ app, version: imageTag(DEFAULT_REDIS_IMAGE) });
  });

  test("is left out where the image says none, and is what the program says", async () => {
    expect(await labels({ image: "registry.example:5000/redis" })).toEqual({ app });
    expect(await labels({ image: pulumi.output("redis@sha256:0123456789abcdef") })).toEqual({ app });
    expect(await labels({ image: "redis@sha256:0123456789abcdef", version: "7.4.4" })).toEqual({
      app,
      version: "7.4.4",
    });
  });

  test.each([
    ["redis", undefined],
    ["redis:7.4.4", "7.4.4"],
    ["docker.io/library/redis:7.4-alpine", "7.4-alpine"],
    ["registry.example:5000/redis", undefined],
    ["registry.example:5000/redis:7", "7"],
    ["redis:7.4.4@sha256:0123456789abcdef", "7.4.4"],
    ["redis@sha256:0123456789abcdef", undefined],
    // Tags may be what labels may not.
    ["redis:_7", undefined],
    ["redis:7.", undefined],
    [`redis:${"7".repeat(64)}`, undefined],
  ])("of %s is %s", (image, tag) => expect(imageTag(image)).toBe(tag));
});

describe("the claim of a StaticVolume", () => {
  const volume = () =>
    new StaticVolume("pair", {
      volumeName: "pv-shiqi-redis-exist-pvc",
      claimName: "pvc-shiqi-redis-exist-pvc",
      namespace: "shiqi",
      source: { type: "nfs", server: "192.168.110.168", path: "/nfs/shiqi-redis-exist-pvc" },
      capacity: "64Mi",
      accessModes: ["ReadWriteOnce"],
    });
  const volumeName = "volume-shiqi-redis-exist-pvc";

  test("is the same as its name, its access modes and what it is replaced with", async () => {
    const run = async (storageOf: (claim: StaticVolume) => RedisStatefulSetArgs["storage"]) => {
      const replaced: unknown[] = [];
      const note: pulumi.ResourceTransformation = ({ type, opts }) => {
        if (type === STATEFUL_SET) replaced.push(...((opts as pulumi.CustomResourceOptions).replaceWith ?? []));
        return undefined;
      };
      let claim: StaticVolume | undefined;
      const { inputs } = await deploy(() => {
        claim = volume();
        new RedisStatefulSet("redis", { ...args, storage: storageOf(claim) }, { transformations: [note] });
      });
      expect(replaced).toEqual([claim!.persistentVolume]);
      return inputs(STATEFUL_SET, "redis-statefulset");
    };
    const derived = await run((claim) => ({ claim, volumeName }));
    const flat = await run(({ claimName, accessModes, persistentVolume: replaceWith }) => ({
      claimName,
      accessModes,
      volumeName,
      replaceWith,
    }));
    expect(derived).toEqual(flat);
    expect(derived.spec).toMatchObject({
      template: { spec: { volumes: [{ persistentVolumeClaim: { claimName: "pvc-shiqi-redis-exist-pvc" } }] } },
    });
  });

  test("keeps several replicas off a claim that is for one node", async () => {
    let claim: StaticVolume | undefined;
    await deploy(() => (claim = volume()));
    const storage = flatStorage({ claim: claim!, shareBetweenReplicas: true });
    const accessModes = await valueOf(pulumi.output("template" in storage ? undefined : storage.accessModes));
    expect(replicasError(2, storage, accessModes ?? [])).toContain("2 replicas on one claim of ReadWriteOnce");
  });
});
