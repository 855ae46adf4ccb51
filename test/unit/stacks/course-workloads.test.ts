import type * as pulumi from "@pulumi/pulumi";
import { ClaimPod, type ClaimPodArgs } from "../../../stacks/course/workloads/claim-pod";
import { ConfiguredPod } from "../../../stacks/course/workloads/configured-pod";
import { readyWithin } from "../../../components/workload/workload-options";
import { MysqlStatefulSet } from "../../../components/workload/mysql-stateful-set";
import { RedisStatefulSet } from "../../../components/workload/redis-stateful-set";
import {
  WordPressDeployment,
  type WordPressDeploymentArgs,
} from "../../../stacks/course/workloads/wordpress-deployment";
import { deploy } from "../mocks";

describe("WordPress", () => {
  const wordPress = (uploads: WordPressDeploymentArgs["uploads"]) =>
    new WordPressDeployment("blog", { deploymentName: "wordpress-claim", namespace: "shiqi", uploads });

  test("keeps its uploads on a claim", async () => {
    const { inputs } = await deploy(() => wordPress({ claimName: "pvc-wordpress" }));
    expect(inputs("kubernetes:apps/v1:Deployment", "blog-deployment")).toEqual({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: {
        name: "wordpress-claim",
        namespace: "shiqi",
        labels: { app: "wordpress-claim" },
        annotations: { "pulumi.com/patchForce": "true" },
      },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "wordpress-claim" } },
        template: {
          metadata: { labels: { app: "wordpress-claim" } },
          spec: {
            terminationGracePeriodSeconds: 5,
            containers: [
              {
                name: "wordpress",
                image: "wordpress:6-apache",
                ports: [{ containerPort: 80, name: "http" }],
                resources: { requests: { memory: "32Mi", cpu: "20m" }, limits: { memory: "256Mi" } },
                readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 10, timeoutSeconds: 5 },
                volumeMounts: [{ name: "uploads", mountPath: "/var/www/html/wp-content/uploads" }],
              },
            ],
            volumes: [{ name: "uploads", persistentVolumeClaim: { claimName: "pvc-wordpress" } }],
          },
        },
      },
    });
  });

  test("or loses them with its pod", async () => {
    const { inputs } = await deploy(() => wordPress("emptyDir"));
    expect(inputs("kubernetes:apps/v1:Deployment", "blog-deployment").spec).toMatchObject({
      template: { spec: { volumes: [{ name: "uploads", emptyDir: {} }] } },
    });
  });
});

describe("a pod on a claim", () => {
  const pod = (change: Partial<ClaimPodArgs> = {}) =>
    new ClaimPod("app", { podName: "app", namespace: "default", claimName: "my-pvc", ...change });

  test("is the course's first example", async () => {
    const { inputs } = await deploy(() => pod());
    expect(inputs("kubernetes:core/v1:Pod", "app-pod")).toEqual({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "app", namespace: "default", labels: { app: "app" } },
      spec: {
        terminationGracePeriodSeconds: 5,
        containers: [
          {
            name: "my-container",
            image: "nginx:1.27",
            resources: { requests: { memory: "16Mi", cpu: "10m" }, limits: { memory: "128Mi" } },
            volumeMounts: [{ name: "my-volume", mountPath: "/data" }],
          },
        ],
        volumes: [{ name: "my-volume", persistentVolumeClaim: { claimName: "my-pvc" } }],
      },
    });
  });

  test("stays on the node that has its data", async () => {
    const { inputs } = await deploy(() => pod({ nodeName: "node1" }));
    expect(inputs("kubernetes:core/v1:Pod", "app-pod").spec).toMatchObject({
      nodeSelector: { "kubernetes.io/hostname": "node1" },
    });
  });
});

describe("a configured pod", () => {
  const pod = (tokenExpirationSeconds?: number) =>
    new ConfiguredPod("configured", {
      podName: "projected-volume",
      namespace: "shiqi",
      labels: { app: "projected-volume" },
      image: "busybox:1.37",
      projected: { secretNames: ["user", "pwd"], configMapNames: ["app-config"], tokenExpirationSeconds },
      secret: { name: "mysecret", mountPath: "/etc/mysecret", env: { MY_SECRET_USER: "user" } },
    });

  test("gets Secrets, ConfigMap, its own name and a token in one folder, and a Secret in two ways", async () => {
    const { inputs } = await deploy(() => pod());
    expect(inputs("kubernetes:core/v1:Pod", "configured-pod").spec).toEqual({
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: "shell",
          image: "busybox:1.37",
          command: ["sleep", "infinity"],
          resources: { requests: { memory: "8Mi", cpu: "10m" }, limits: { memory: "64Mi" } },
          env: [{ name: "MY_SECRET_USER", valueFrom: { secretKeyRef: { name: "mysecret", key: "user" } } }],
          volumeMounts: [
            { name: "projected", mountPath: "/projected-volume", readOnly: true },
            { name: "secret", mountPath: "/etc/mysecret", readOnly: true },
            { name: "cache", mountPath: "/cache" },
          ],
        },
      ],
      volumes: [
        {
          name: "projected",
          projected: {
            sources: [
              { secret: { name: "user" } },
              { secret: { name: "pwd" } },
              { configMap: { name: "app-config" } },
              {
                downwardAPI: {
                  items: [
                    { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
                    { path: "name", fieldRef: { fieldPath: "metadata.name" } },
                  ],
                },
              },
              { serviceAccountToken: { path: "token", expirationSeconds: 3600 } },
            ],
          },
        },
        { name: "secret", secret: { secretName: "mysecret" } },
        { name: "cache", emptyDir: {} },
      ],
    });
  });

  test("a token for less than ten minutes is refused", async () => {
    await expect(deploy(() => pod(60))).rejects.toThrow(
      "tokenExpirationSeconds of ConfiguredPod configured: 60 seconds are less than the 600 that Kubernetes asks for.",
    );
  });
});

describe("a workload is waited for", () => {
  const common = { namespace: "shiqi", image: "missing:1", readyWithin: "90s" };
  const stateful = { ...common, statefulSetName: "db", serviceName: "db", storage: { claimName: "pvc-db" } };
  const projected = { secretNames: [], configMapNames: [] };
  const secret = { name: "mysecret", mountPath: "/etc/mysecret", env: {} };

  test.each<[string, string, (opts: pulumi.ComponentResourceOptions) => unknown]>([
    ["StatefulSet", "RedisStatefulSet", (opts) => new RedisStatefulSet("db", stateful, opts)],
    ["StatefulSet", "MysqlStatefulSet", (opts) => new MysqlStatefulSet("db", { ...stateful, rootPassword: "x" }, opts)],
    [
      "Deployment",
      "WordPressDeployment",
      (opts) => new WordPressDeployment("blog", { ...common, deploymentName: "blog", uploads: "emptyDir" }, opts),
    ],
    ["Pod", "ClaimPod", (opts) => new ClaimPod("app", { ...common, podName: "app", claimName: "my-pvc" }, opts)],
    [
      "Pod",
      "ConfiguredPod",
      (opts) => new ConfiguredPod("app", { ...common, podName: "app", labels: {}, projected, secret }, opts),
    ],
  ])("as long as it is told: the %s of %s", async (kind, _component, make) => {
    const limits: unknown[] = [];
    const note: pulumi.ResourceTransformation = ({ type, opts }) => {
      if (type.endsWith(`:${kind}`)) limits.push(opts.customTimeouts);
      return undefined;
    };
    await deploy(() => make({ transformations: [note] }));
    expect(limits).toEqual([{ create: "90s", update: "90s" }]);
  });

  test("ten minutes, where nothing is said", () => {
    expect(readyWithin({})).toEqual({ create: "10m", update: "10m" });
  });
});
