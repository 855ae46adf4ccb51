import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClusterIpService } from "../../../components/workload/cluster-ip-service";
import { MysqlStatefulSet, type MysqlStatefulSetArgs } from "../../../components/workload/mysql-stateful-set";
import { RedisStatefulSet, type RedisStatefulSetArgs } from "../../../components/workload/redis-stateful-set";
import { deploy, inClear, secret, valueOf } from "../mocks";

const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";
const args: RedisStatefulSetArgs = {
  statefulSetName: "statefulset-redis-exist-pvc",
  serviceName: "redis-exist-pvc",
  namespace: "shiqi",
  storage: { claimName: "pvc-shiqi-redis-exist-pvc", volumeName: "volume-shiqi-redis-exist-pvc" },
};
const make = (change: Partial<RedisStatefulSetArgs> = {}) => new RedisStatefulSet("redis", { ...args, ...change });
/** So that what students scale by hand is Pulumi's again at its next change. */
const annotations = { "pulumi.com/patchForce": "true" };
const template = { template: { name: "pvc-shiqi", storageClassName: "nfs-client" } };

test("Redis on an existing claim has the course's fields exactly", async () => {
  const image = "registry.example:5000/mirror/redis:7.4.4";
  const { inputs } = await deploy(() => make({ image }));
  const labels = { app: "redis-exist-pvc", version: "7.4.4" };
  expect(inputs(STATEFUL_SET, "redis-statefulset")).toEqual({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "statefulset-redis-exist-pvc", namespace: "shiqi", labels, annotations },
    spec: {
      serviceName: "redis-exist-pvc",
      replicas: 1,
      selector: { matchLabels: { app: "redis-exist-pvc" } },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "redis",
              image,
              ports: [{ containerPort: 6379, name: "redis" }],
              resources: { requests: { memory: "64Mi", cpu: "100m" }, limits: { memory: "128Mi", cpu: "100m" } },
              livenessProbe: {
                tcpSocket: { port: 6379 },
                initialDelaySeconds: 30,
                periodSeconds: 10,
                timeoutSeconds: 5,
                failureThreshold: 3,
                successThreshold: 1,
              },
              readinessProbe: {
                exec: { command: ["sh", "-c", 'reply=$(redis-cli ping); echo "$reply"; [ "$reply" = PONG ]'] },
                initialDelaySeconds: 5,
                periodSeconds: 5,
                timeoutSeconds: 3,
                failureThreshold: 3,
                successThreshold: 1,
              },
              volumeMounts: [{ name: "volume-shiqi-redis-exist-pvc", mountPath: "/data" }],
            },
          ],
          restartPolicy: "Always",
          volumes: [
            {
              name: "volume-shiqi-redis-exist-pvc",
              persistentVolumeClaim: { claimName: "pvc-shiqi-redis-exist-pvc" },
            },
          ],
        },
      },
    },
  });
});

test("the headless Service has the name that serviceName says", async () => {
  let redis: RedisStatefulSet | undefined;
  const { inputs } = await deploy(() => (redis = make()));
  expect(inputs("kubernetes:core/v1:Service", "redis-service")).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "redis-exist-pvc", namespace: "shiqi" },
    spec: {
      clusterIP: "None",
      selector: { app: "redis-exist-pvc" },
      ports: [{ name: "redis", protocol: "TCP", port: 6379, targetPort: 6379 }],
    },
  });
  expect(await valueOf(redis!.host)).toBe("statefulset-redis-exist-pvc-0.redis-exist-pvc.shiqi.svc.cluster.local");
});

test("Redis on a template gives each replica a claim of the course's form", async () => {
  const { inputs } = await deploy(() => make({ storage: template, replicas: 3 }));
  const spec = inputs(STATEFUL_SET, "redis-statefulset").spec as Record<string, unknown>;
  expect(spec.replicas).toBe(3);
  expect(spec.volumeClaimTemplates).toEqual([
    {
      metadata: { name: "pvc-shiqi" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "64Mi" } },
        storageClassName: "nfs-client",
      },
    },
  ]);
  expect(spec.template).toMatchObject({
    spec: { volumes: [], containers: [{ volumeMounts: [{ name: "pvc-shiqi", mountPath: "/data" }] }] },
  });
});

test("claims of a template go with the StatefulSet only when asked", async () => {
  const storage = { template: { ...template.template, retention: { whenDeleted: "Delete" as const } } };
  const { inputs } = await deploy(() => make({ storage }));
  expect(inputs(STATEFUL_SET, "redis-statefulset").spec).toMatchObject({
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
  });
});

test("one claim for several replicas is refused unless asked for by name", async () => {
  await expect(deploy(() => make({ replicas: 3 }))).rejects.toThrow("shareBetweenReplicas");
  const storage = { claimName: "redis-pvc", shareBetweenReplicas: true };
  const { inputs } = await deploy(() => make({ replicas: 3, storage }));
  expect(inputs(STATEFUL_SET, "redis-statefulset").spec).toMatchObject({
    replicas: 3,
    // One of them may be unable to save, and then does not end by itself.
    template: { spec: { terminationGracePeriodSeconds: 5 } },
  });
  const single = await deploy(() => make({}));
  expect(single.inputs(STATEFUL_SET, "redis-statefulset")).not.toHaveProperty(
    "spec.template.spec.terminationGracePeriodSeconds",
  );
});

test("several replicas on a claim that is for one node are refused, asked for or not", async () => {
  const storage = { claimName: "redis-pvc", shareBetweenReplicas: true };
  await expect(
    deploy(() => make({ replicas: 3, storage: { ...storage, accessModes: ["ReadWriteOnce"] } })),
  ).rejects.toThrow(
    "replicas of RedisStatefulSet redis: 3 replicas on one claim of ReadWriteOnce: those on a second node could not have it",
  );
  const many = { ...storage, accessModes: ["ReadWriteOnce" as const, "ReadWriteMany" as const] };
  await expect(deploy(() => make({ replicas: 3, storage: many }))).resolves.toBeDefined();
});

test.each([-1, 1.5])("%d replicas are refused", async (replicas) => {
  await expect(deploy(() => make({ replicas, storage: template }))).rejects.toThrow("not a number of pods");
});

describe("readiness", () => {
  interface PodSpec {
    containers: { readinessProbe: { exec: { command: string[] } } }[];
  }

  /** How the probe ends where redis-cli says this, and exits 0 as it does for an error of the server, too. */
  const probe = async (reply: string, exitCode = 0) => {
    const { inputs } = await deploy(() => make());
    const { spec } = inputs(STATEFUL_SET, "redis-statefulset") as { spec: { template: { spec: PodSpec } } };
    const [program, ...rest] = spec.template.spec.containers[0]!.readinessProbe.exec.command;
    const bin = mkdtempSync(join(tmpdir(), "redis-cli-"));
    writeFileSync(join(bin, "redis-cli"), `#!/bin/sh\necho "${reply}"\nexit ${exitCode}\n`, { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env.PATH}` };
    return spawnSync(program!, rest, { env, encoding: "utf8" });
  };

  test("is PONG", async () => {
    expect(await probe("PONG")).toMatchObject({ status: 0, stdout: "PONG\n" });
  });

  test.each([
    ["NOAUTH Authentication required.", 0],
    ["LOADING Redis is loading the dataset in memory", 0],
    ["Could not connect to Redis at 127.0.0.1:6379: Connection refused", 1],
    ["", 0],
  ])("is no other reply: %s", async (reply, exitCode) => {
    expect(await probe(reply, exitCode)).toMatchObject({ status: 1, stdout: `${reply}\n` });
  });
});

describe("names that the cluster would refuse", () => {
  const long = "s".repeat(53);
  test.each<[string, Partial<RedisStatefulSetArgs>, string]>([
    [
      "of a StatefulSet, for its pods' label",
      { statefulSetName: long },
      `statefulSetName of RedisStatefulSet redis: "${long}" has 53 characters, and may have 52: its pods get it`,
    ],
    [
      "of a StatefulSet",
      { statefulSetName: "redis.one" },
      'statefulSetName of RedisStatefulSet redis: "redis.one" is no name',
    ],
    ["of a Service", { serviceName: "9redis" }, 'serviceName of HeadlessService redis: "9redis" begins with a digit'],
    ["of a Service", { serviceName: "s".repeat(64) }, "app of RedisStatefulSet redis: "],
    ["of a label", { app: "my redis" }, 'app of RedisStatefulSet redis: "my redis" is no label\'s value'],
    [
      "of a volume",
      { storage: { claimName: "pvc", volumeName: "Data" } },
      'storage of RedisStatefulSet redis: "Data" is no name',
    ],
    [
      "of a template",
      { storage: { template: { ...template.template, name: "d".repeat(64) } } },
      "storage of RedisStatefulSet redis: ",
    ],
  ])("%s: %j", async (_of, change, sentence) => {
    await expect(deploy(() => make(change))).rejects.toThrow(sentence);
  });

  test("52 characters are none of them", async () => {
    await expect(deploy(() => make({ statefulSetName: "s".repeat(52) }))).resolves.toBeDefined();
  });

  test("of a Service with an address", async () => {
    const service = { serviceName: "Redis", namespace: "shiqi", selector: {}, port: { name: "redis", port: 6379 } };
    await expect(deploy(() => new ClusterIpService("redis", service))).rejects.toThrow(
      'serviceName of ClusterIpService redis: "Redis" is no name that Kubernetes takes here',
    );
  });
});

test.each([
  ["64MiB", 'capacity of the template of RedisStatefulSet redis: "64MiB" is not a quantity: write 64Mi.'],
  ["0", 'capacity of the template of RedisStatefulSet redis: "0" is no size: it must be more than 0.'],
])("a template of %s is refused", async (capacity, sentence) => {
  await expect(deploy(() => make({ storage: { template: { ...template.template, capacity } } }))).rejects.toThrow(
    sentence,
  );
});

test.each([
  ["101m", 'cpu of RedisStatefulSet redis: "101m" is more than its limit of 100m.'],
  ["1/2", 'cpu of RedisStatefulSet redis: "1/2" is not a quantity: write a number and a unit'],
  ["-1m", 'cpu of RedisStatefulSet redis: "-1m" is less than nothing.'],
])("a pod that asks for %s of a CPU is refused", async (cpu, sentence) => {
  await expect(deploy(() => make({ cpu }))).rejects.toThrow(sentence);
});

test("the label may be another than the Service's name, and a pod ask for less than the course's", async () => {
  const { inputs } = await deploy(() => make({ app: "redis", cpu: "50m", readiness: "port" }));
  expect(inputs(STATEFUL_SET, "redis-statefulset").spec).toMatchObject({
    serviceName: "redis-exist-pvc",
    selector: { matchLabels: { app: "redis" } },
    template: {
      metadata: { labels: { app: "redis", version: "7.4.4" } },
      spec: {
        containers: [
          {
            resources: { requests: { memory: "64Mi", cpu: "50m" }, limits: { memory: "128Mi", cpu: "100m" } },
            readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 5 },
          },
        ],
      },
    },
  });
  expect(inputs("kubernetes:core/v1:Service", "redis-service").spec).toMatchObject({ selector: { app: "redis" } });
});

test("a ClusterIP Service has an address, and selects the same pods as a headless one", async () => {
  const { inputs } = await deploy(
    () =>
      new ClusterIpService("next to", {
        serviceName: "redis-clusterip",
        namespace: "shiqi",
        selector: { app: "redis-exist-pvc" },
        port: { name: "redis", port: 6379 },
      }),
  );
  expect(inputs("kubernetes:core/v1:Service", "next to-service")).toEqual({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "redis-clusterip", namespace: "shiqi" },
    spec: {
      type: "ClusterIP",
      selector: { app: "redis-exist-pvc" },
      ports: [{ name: "redis", protocol: "TCP", port: 6379, targetPort: 6379 }],
    },
  });
});

describe("MySQL", () => {
  const mysql = (change: Partial<MysqlStatefulSetArgs> = {}) =>
    new MysqlStatefulSet("mysql", {
      statefulSetName: "mysql",
      serviceName: "mysql",
      namespace: "shiqi",
      replicas: 3,
      rootPassword: "s3cr3t",
      storage: { template: { name: "data", capacity: "10Gi", storageClassName: "nfs-client" } },
      ...change,
    });

  test("is a StatefulSet with a claim for each replica", async () => {
    const { inputs } = await deploy(() => mysql());
    const port = { tcpSocket: { port: 3306 }, timeoutSeconds: 5 };
    expect(inputs(STATEFUL_SET, "mysql-statefulset")).toEqual({
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "mysql", namespace: "shiqi", labels: { app: "mysql" }, annotations },
      spec: {
        serviceName: "mysql",
        podManagementPolicy: "Parallel",
        replicas: 3,
        selector: { matchLabels: { app: "mysql" } },
        template: {
          metadata: { labels: { app: "mysql" } },
          spec: {
            containers: [
              {
                name: "mysql",
                image: "mysql:8.0",
                args: ["--performance-schema=OFF", "--innodb-buffer-pool-size=64M"],
                env: [
                  {
                    name: "MYSQL_ROOT_PASSWORD",
                    valueFrom: { secretKeyRef: { name: "mysql", key: "root-password" } },
                  },
                ],
                ports: [{ containerPort: 3306, name: "mysql" }],
                resources: { requests: { memory: "128Mi", cpu: "50m" }, limits: { memory: "512Mi" } },
                startupProbe: { ...port, periodSeconds: 5, failureThreshold: 60 },
                readinessProbe: { ...port, periodSeconds: 10 },
                livenessProbe: { ...port, periodSeconds: 20 },
                volumeMounts: [{ name: "data", mountPath: "/var/lib/mysql" }],
              },
            ],
            restartPolicy: "Always",
            volumes: [],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: {
              accessModes: ["ReadWriteOnce"],
              resources: { requests: { storage: "10Gi" } },
              storageClassName: "nfs-client",
            },
          },
        ],
      },
    });
  });

  test("the root password is in its Secret and nowhere else", async () => {
    const { inputs, resources } = await deploy(() => mysql({ secretName: "mysql-root" }));
    expect(inputs("kubernetes:core/v1:Secret", "mysql-password")).toMatchObject({
      metadata: { name: "mysql-root", namespace: "shiqi" },
      stringData: secret({ "root-password": "s3cr3t" }),
    });
    expect(inputs("storage-lab:workload:MysqlStatefulSet", "mysql")).toMatchObject({ rootPassword: secret("s3cr3t") });
    expect(inClear(resources)).not.toContain("s3cr3t");
  });

  test("three databases on one claim are refused", async () => {
    await expect(deploy(() => mysql({ storage: { claimName: "mysql-pvc" } }))).rejects.toThrow(
      "replicas of MysqlStatefulSet mysql: 3 replicas on one claim write over each other's data",
    );
  });
});
