import type * as pulumi from "@pulumi/pulumi";
import { ClaimPod, type ClaimPodArgs } from "../../../stacks/course/workloads/claim-pod";
import { ConfiguredPod } from "../../../stacks/course/workloads/configured-pod";
import {
  MysqlStatefulSet,
  readyWithin,
  RedisStatefulSet,
  SCALED_BY_HAND,
  StaticVolume,
} from "../../../components/index";
import {
  WordPressDeployment,
  type WordPressDeploymentArgs,
} from "../../../stacks/course/workloads/wordpress-deployment";
import { deploy } from "../mocks";

interface Container {
  image: string;
  ports?: { containerPort: number }[];
  readinessProbe?: { tcpSocket: { port: number } };
  env?: { name: string }[];
  volumeMounts: { name: string; mountPath: string }[];
}
interface PodSpec {
  containers: Container[];
  volumes: ({ name: string } & Record<string, unknown>)[];
}

/** What the pod's only container finds at a path. */
function mountedAt({ containers, volumes }: PodSpec, path: string): Record<string, unknown> {
  expect(containers).toHaveLength(1);
  const mount = containers[0]!.volumeMounts.find(({ mountPath }) => mountPath === path);
  const { name, ...source } = volumes.find((volume) => volume.name === mount?.name) ?? { name: undefined };
  expect(name).toBeDefined();
  return source;
}

describe("WordPress", () => {
  const deployment = async (uploads: WordPressDeploymentArgs["uploads"]) => {
    const args = { deploymentName: "wordpress-claim", namespace: "shiqi", uploads };
    const { inputs } = await deploy(() => new WordPressDeployment("blog", args));
    return inputs("kubernetes:apps/v1:Deployment", "blog-deployment") as unknown as {
      metadata: { annotations: Record<string, string> };
      spec: {
        selector: { matchLabels: Record<string, string> };
        template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
      };
    };
  };
  // Where the image's WordPress keeps what is uploaded (its documentation, "wp-content").
  const uploads = "/var/www/html/wp-content/uploads";

  test("keeps its uploads on a claim", async () => {
    const { spec } = await deployment({ claimName: "pvc-wordpress" });
    expect(mountedAt(spec.template.spec, uploads)).toEqual({ persistentVolumeClaim: { claimName: "pvc-wordpress" } });
  });

  test("or loses them with its pod", async () => {
    const { spec } = await deployment("emptyDir");
    expect(mountedAt(spec.template.spec, uploads)).toEqual({ emptyDir: {} });
  });

  test("finds its pods, which are ready once their port is open, and may be scaled by hand", async () => {
    const { metadata, spec } = await deployment("emptyDir");
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    const [container] = spec.template.spec.containers;
    expect(container!.ports).toContainEqual(
      expect.objectContaining({ containerPort: container!.readinessProbe!.tcpSocket.port }),
    );
    expect(metadata.annotations).toEqual(SCALED_BY_HAND);
  });
});

const volume = () =>
  new StaticVolume("my", {
    volumeName: "my-pv",
    claimName: "my-pvc",
    namespace: "default",
    source: { type: "hostPath", path: "/mnt/data/my-pv" },
    capacity: "5Gi",
  });

describe("a pod on a claim", () => {
  const pod = (change: Partial<ClaimPodArgs> = {}, opts?: pulumi.ComponentResourceOptions) =>
    new ClaimPod("app", { podName: "app", namespace: "default", claim: volume(), ...change }, opts);

  test("has the volume at /data, and is replaced with it", async () => {
    const replaced: unknown[] = [];
    const note: pulumi.ResourceTransformation = ({ type, opts }) => {
      if (type.endsWith(":Pod")) replaced.push((opts as pulumi.CustomResourceOptions).replaceWith);
      return undefined;
    };
    const claim: StaticVolume[] = [];
    const { inputs } = await deploy(() => {
      claim.push(volume());
      return pod({ claim: claim[0]! }, { transformations: [note] });
    });
    const spec = inputs("kubernetes:core/v1:Pod", "app-pod").spec as PodSpec;
    expect(mountedAt(spec, "/data")).toEqual({ persistentVolumeClaim: { claimName: "my-pvc" } });
    expect(replaced).toEqual([[claim[0]!.persistentVolume]]);
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
    const spec = inputs("kubernetes:core/v1:Pod", "configured-pod").spec as PodSpec;
    const { projected } = mountedAt(spec, "/projected-volume") as { projected: { sources: Record<string, unknown>[] } };
    const sources = projected.sources.flatMap((source) => Object.entries(source) as [string, { name?: string }][]);
    expect(sources.map(([kind, { name }]) => (name === undefined ? kind : `${kind} ${name}`))).toEqual([
      "secret user",
      "secret pwd",
      "configMap app-config",
      "downwardAPI",
      "serviceAccountToken",
    ]);
    expect(mountedAt(spec, "/etc/mysecret")).toEqual({ secret: { secretName: "mysecret" } });
    expect(mountedAt(spec, "/cache")).toEqual({ emptyDir: {} });
    expect(spec.containers[0]!.env).toEqual([
      { name: "MY_SECRET_USER", valueFrom: { secretKeyRef: { name: "mysecret", key: "user" } } },
    ]);
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
    ["Pod", "ClaimPod", (opts) => new ClaimPod("app", { ...common, podName: "app", claim: volume() }, opts)],
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
