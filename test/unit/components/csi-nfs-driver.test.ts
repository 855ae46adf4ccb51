import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { CsiNfsDriver, type CsiNfsDriverArgs } from "../../../components/storage/csi-nfs-driver";
import { DEFAULT_CSI_NFS_IMAGES, driverImageError } from "../../../components/storage/csi-nfs-images";
import { deploy, type MockOptions, valueOf } from "../mocks";

/** What the SDK asks the engine for. */
interface Request {
  getName(): string;
  getDependenciesList(): string[];
}

const make = (args?: CsiNfsDriverArgs) => new CsiNfsDriver("csi", args);

interface Container {
  name: string;
  image: string;
  args: string[];
  env?: { name: string; valueFrom: unknown }[];
  volumeMounts: { name: string; mountPath: string; mountPropagation?: string }[];
  resources: { requests: object; limits: object };
  securityContext: { privileged?: boolean; capabilities?: { drop: string[] } };
  livenessProbe?: { exec?: object; httpGet?: { port: number } };
  readinessProbe?: object;
  startupProbe?: object;
}
interface Pod {
  hostNetwork: boolean;
  serviceAccountName: string;
  tolerations?: object[];
  containers: Container[];
  volumes: { name: string; hostPath?: { path: string; type: string }; emptyDir?: object }[];
}
interface Workload {
  replicas?: number;
  strategy?: { type: string };
  selector: { matchLabels: object };
  template: { metadata: { labels: object; annotations?: object }; spec: Pod };
}
interface Meta {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

async function made(args?: CsiNfsDriverArgs, options?: MockOptions) {
  let component: CsiNfsDriver | undefined;
  const deployment = await deploy(() => (component = make(args)), options);
  const { inputs } = deployment;
  const controller = inputs("kubernetes:apps/v1:Deployment", "csi-controller").spec as Workload;
  const node = inputs("kubernetes:apps/v1:DaemonSet", "csi-node").spec as Workload;
  return { ...deployment, component: component!, controller, node };
}
const container = ({ template }: Workload, name: string) =>
  template.spec.containers.find((each) => each.name === name)!;
const mounts = ({ volumeMounts }: Container) => volumeMounts.map(({ name, mountPath }) => `${name} ${mountPath}`);

test("makes what upstream's manifests make, under their names, and the attacher's rights", async () => {
  const { resources } = await made();
  const objects = resources.slice(1).map(({ type, inputs }) => {
    const { name, namespace } = inputs.metadata as Meta;
    return [type.split(":")[2], name, namespace].join(" ").trim();
  });
  expect(objects.sort()).toEqual(
    [
      "CSIDriver nfs.csi.k8s.io",
      "Namespace csi-nfs",
      "ServiceAccount csi-nfs-controller-sa csi-nfs",
      "ServiceAccount csi-nfs-node-sa csi-nfs",
      "ClusterRole nfs-external-provisioner-role",
      "ClusterRole nfs-external-attacher-role",
      "ClusterRole nfs-external-resizer-role",
      "ClusterRoleBinding nfs-csi-provisioner-binding",
      "ClusterRoleBinding nfs-csi-attacher-binding",
      "ClusterRoleBinding nfs-csi-resizer-binding",
      "Role leader-locking-csi-nfs-controller csi-nfs",
      "RoleBinding leader-locking-csi-nfs-controller csi-nfs",
      "Deployment csi-nfs-controller csi-nfs",
      "DaemonSet csi-nfs-node csi-nfs",
    ].sort(),
  );
});

describe("the CSIDriver", () => {
  const CSI_DRIVER = "kubernetes:storage.k8s.io/v1:CSIDriver";

  test("is upstream's, with attachments", async () => {
    const { inputs } = await made();
    expect(inputs(CSI_DRIVER, "csi-driver")).toMatchObject({
      metadata: { name: "nfs.csi.k8s.io" },
      spec: { attachRequired: true, volumeLifecycleModes: ["Persistent"], fsGroupPolicy: "File" },
    });
  });

  test("is not taken over from somebody else: nothing asks the provider to", async () => {
    const { inputs } = await made();
    expect((inputs(CSI_DRIVER, "csi-driver").metadata as Meta).annotations).toBeUndefined();
  });

  test("comes first: where one exists, nothing runs", async () => {
    const register = jest.spyOn(MockMonitor.prototype, "registerResource");
    await made();
    const waitsFor = Object.fromEntries(
      register.mock.calls.map(([request]: Request[]) => [request!.getName(), request!.getDependenciesList()]),
    );
    register.mockRestore();
    for (const workload of ["csi-controller", "csi-node"]) {
      expect(waitsFor[workload]).toContainEqual(expect.stringMatching(/:CSIDriver::csi-driver$/));
    }
    // Nor does the controller run without its rights.
    for (const binding of ["csi-provisioner-binding", "csi-attacher-binding", "csi-resizer-binding", "csi-leading"]) {
      expect(waitsFor["csi-controller"]).toContainEqual(expect.stringMatching(new RegExp(`::${binding}$`)));
    }
  });
});

describe("the controller", () => {
  test("has the driver and three sidecars on one socket, with upstream's arguments", async () => {
    const { controller } = await made();
    const { containers, volumes } = controller.template.spec;
    const rate = ["--kube-api-qps=50", "--kube-api-burst=100"];
    expect(Object.fromEntries(containers.map(({ name, args }) => [name, args]))).toEqual({
      "csi-provisioner": [
        "-v=2",
        "--csi-address=/csi/csi.sock",
        "--extra-create-metadata=true",
        "--feature-gates=VolumeAttributesClass=false",
        "--timeout=1200s",
        "--retry-interval-max=30m",
        ...rate,
      ],
      "csi-attacher": ["-v=2", "--csi-address=/csi/csi.sock", ...rate],
      "csi-resizer": [
        "-v=2",
        "--csi-address=/csi/csi.sock",
        "--handle-volume-inuse-error=false",
        "--feature-gates=VolumeAttributesClass=false",
        ...rate,
      ],
      nfs: ["-v=5", "--nodeid=$(NODE_ID)", "--endpoint=unix:///csi/csi.sock"],
    });
    expect(containers.map(mounts)).toEqual(containers.map(() => ["socket-dir /csi"]));
    expect(volumes).toEqual([{ name: "socket-dir", emptyDir: {} }]);
    expect(container(controller, "nfs").env).toEqual([
      { name: "NODE_ID", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    ]);
  });

  test("is alone by default and asks for no lock; with several pods one of them leads", async () => {
    const { controller } = await made();
    expect([controller.replicas, controller.strategy]).toEqual([1, { type: "Recreate" }]);
    const pair = (await made({ replicas: 2, namespace: "storage" })).controller;
    expect(pair.replicas).toBe(2);
    for (const name of ["csi-provisioner", "csi-attacher", "csi-resizer"]) {
      const lock = ["--leader-election", "--leader-election-namespace=storage"];
      expect(container(pair, name).args.slice(-2)).toEqual(lock);
      expect(container(controller, name).args.join()).not.toContain("leader");
    }
    expect(container(pair, "nfs").args.join()).not.toContain("leader");
  });

  test("may ask the API server more often", async () => {
    const { controller } = await made({ kubeApiQps: 20 });
    for (const name of ["csi-provisioner", "csi-attacher", "csi-resizer"]) {
      expect(container(controller, name).args.slice(-2)).toEqual(["--kube-api-qps=20", "--kube-api-burst=40"]);
    }
  });
});

describe("a node's pod", () => {
  test("mounts where the kubelet sees it, and is registered by a container of its own", async () => {
    const { node } = await made();
    const { containers, volumes } = node.template.spec;
    expect(containers.map(({ name }) => name)).toEqual(["node-driver-registrar", "nfs"]);
    const registrar = container(node, "node-driver-registrar");
    expect(registrar.args).toEqual([
      "--v=2",
      "--csi-address=/csi/csi.sock",
      "--kubelet-registration-path=/var/lib/kubelet/plugins/csi-nfsplugin/csi.sock",
    ]);
    expect(mounts(registrar)).toEqual(["socket-dir /csi", "registration-dir /registration"]);
    expect(container(node, "nfs").volumeMounts).toEqual([
      { name: "socket-dir", mountPath: "/csi" },
      { name: "pods-mount-dir", mountPath: "/var/lib/kubelet/pods", mountPropagation: "Bidirectional" },
    ]);
    expect(volumes).toEqual([
      { name: "socket-dir", hostPath: { path: "/var/lib/kubelet/plugins/csi-nfsplugin", type: "DirectoryOrCreate" } },
      { name: "pods-mount-dir", hostPath: { path: "/var/lib/kubelet/pods", type: "Directory" } },
      { name: "registration-dir", hostPath: { path: "/var/lib/kubelet/plugins_registry", type: "Directory" } },
    ]);
  });

  test("has what a driver needs that registers itself", async () => {
    const { node, controller } = await made({ registrar: false });
    expect(node.template.spec.containers.map(({ name }) => name)).toEqual(["nfs"]);
    const driver = container(node, "nfs");
    const registration = "--kubelet-registration-path=/var/lib/kubelet/plugins/csi-nfsplugin/csi.sock";
    expect(driver.args).toEqual(["-v=5", "--nodeid=$(NODE_ID)", "--endpoint=unix:///csi/csi.sock", registration]);
    expect(mounts(driver)).toContain("registration-dir /registration");
    // Only a node's driver is the kubelet's.
    expect(container(controller, "nfs").args).not.toContain(registration);
  });

  test("follows the kubelet to another folder", async () => {
    const { node } = await made({ kubeletDir: "/data/kubelet" });
    const { volumes } = node.template.spec;
    expect(volumes.map(({ hostPath }) => hostPath?.path)).toEqual([
      "/data/kubelet/plugins/csi-nfsplugin",
      "/data/kubelet/pods",
      "/data/kubelet/plugins_registry",
    ]);
    expect(mounts(container(node, "nfs"))).toContain("pods-mount-dir /data/kubelet/pods");
    expect(container(node, "node-driver-registrar").args).toContain(
      "--kubelet-registration-path=/data/kubelet/plugins/csi-nfsplugin/csi.sock",
    );
  });

  test("runs on every node, or where it is told", async () => {
    expect((await made()).node.template.spec.tolerations).toEqual([{ operator: "Exists" }]);
    const tolerations = [{ key: "gpu", operator: "Exists" }];
    expect((await made({ tolerations })).node.template.spec.tolerations).toEqual(tolerations);
  });
});

test("both pods are on the host's network, only the driver is privileged, and every container has small bounds", async () => {
  const { controller, node } = await made();
  for (const { selector, template } of [controller, node]) {
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(template.spec).toMatchObject({ hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" });
    for (const { name, securityContext, resources } of template.spec.containers) {
      expect(securityContext).toEqual(name === "nfs" ? { privileged: true } : { capabilities: { drop: ["ALL"] } });
      expect(resources).toEqual({
        requests: { cpu: "10m", memory: "20Mi" },
        limits: { memory: expect.stringMatching(/^[1-4]00Mi$/) as unknown },
      });
    }
  }
});

test("nothing probes by default; a liveness probe asks over the network and starts no process", async () => {
  const probed = (args?: CsiNfsDriverArgs) =>
    made(args).then(({ controller, node }) => [controller, node].map(({ template }) => template.spec.containers));
  for (const { livenessProbe, readinessProbe, startupProbe } of (await probed()).flat()) {
    expect([livenessProbe, readinessProbe, startupProbe]).toEqual([undefined, undefined, undefined]);
  }
  const pods = await probed({ images: { livenessProbe: "livenessprobe:1" } });
  const ports = pods.map((containers) => {
    const prober = containers.find(({ name }) => name === "liveness-probe")!;
    const { livenessProbe } = containers.find(({ name }) => name === "nfs")!;
    expect(livenessProbe?.exec).toBeUndefined();
    expect(prober.image).toBe("livenessprobe:1");
    expect(prober.args).toContain(`--http-endpoint=localhost:${livenessProbe?.httpGet?.port}`);
    return livenessProbe?.httpGet?.port;
  });
  // Both can be on one node, and share its ports.
  expect(new Set(ports).size).toBe(2);
});

describe("images", () => {
  test("are upstream's by default", async () => {
    const { controller, node } = await made();
    const used = [...controller.template.spec.containers, ...node.template.spec.containers].map(({ image }) => image);
    expect(new Set(used)).toEqual(new Set(Object.values(DEFAULT_CSI_NFS_IMAGES)));
    expect(used.every((image) => /^registry\.k8s\.io\/sig-storage\/[a-z-]+:v\d+\.\d+\.\d+$/.test(image))).toBe(true);
    expect(driverImageError(DEFAULT_CSI_NFS_IMAGES.driver)).toBeUndefined();
  });

  test("can each be another one", async () => {
    const images = { driver: "d:1", provisioner: "p:1", attacher: "a:1", resizer: "r:1", registrar: "n:1" };
    const { controller, node } = await made({ images });
    const byName = ({ template }: Workload) =>
      Object.fromEntries(template.spec.containers.map(({ name, image }) => [name, image]));
    expect(byName(controller)).toEqual({
      "csi-provisioner": "p:1",
      "csi-attacher": "a:1",
      "csi-resizer": "r:1",
      nfs: "d:1",
    });
    expect(byName(node)).toEqual({ "node-driver-registrar": "n:1", nfs: "d:1" });
  });

  test.each([
    "registry.k8s.io/sig-storage/nfsplugin:v4.13.0",
    "registry.k8s.io/sig-storage/nfsplugin:v4.12.1",
    "registry.k8s.io/sig-storage/nfsplugin:v4.2.0",
    "registry.k8s.io/sig-storage/nfsplugin:v3.1.0",
    "registry.example:5000/mirror/nfsplugin:4.9.0",
    "nfsplugin:v4.12",
    `registry.k8s.io/sig-storage/nfsplugin:v4.11.0@sha256:${"0".repeat(64)}`,
  ])("the driver's must not be %s: its fault deletes other directories", async (driver) => {
    const sentence = `images.driver of CsiNfsDriver csi: "${driver}" is a release before 4.13.1, in which`;
    await expect(made({ images: { driver } })).rejects.toThrow(sentence);
    await expect(made({ images: { driver } })).rejects.toThrow("CVE-2026-3864");
  });

  test.each([
    "registry.k8s.io/sig-storage/nfsplugin:v4.13.1",
    "registry.k8s.io/sig-storage/nfsplugin:v4.13.10",
    "registry.k8s.io/sig-storage/nfsplugin:v4.14.0",
    "registry.k8s.io/sig-storage/nfsplugin:v5.0.0",
    "nfsplugin:v4.13",
    "nfsplugin:canary",
    `registry.k8s.io/sig-storage/nfsplugin@sha256:${"0".repeat(64)}`,
    "registry.example/our-driver:v1.0.0",
  ])("the driver's may be %s", (driver) => expect(driverImageError(driver)).toBeUndefined());
});

describe("what cannot be is refused before anything is made", () => {
  test.each<[CsiNfsDriverArgs, string]>([
    [{ images: { attacher: "" } }, "images.attacher of CsiNfsDriver csi: it is empty"],
    [{ images: { livenessProbe: " " } }, "images.livenessProbe of CsiNfsDriver csi: it is empty"],
    [{ replicas: 0 }, "replicas of CsiNfsDriver csi: 0 is no number of pods"],
    [{ replicas: 1.5 }, "replicas of CsiNfsDriver csi: 1.5 is no number of pods"],
    [{ kubeApiQps: 0 }, "kubeApiQps of CsiNfsDriver csi: 0 is no rate"],
    [{ kubeletDir: "var/lib/kubelet" }, 'kubeletDir of CsiNfsDriver csi: "var/lib/kubelet" is no folder of a node'],
    [{ kubeletDir: "/var/lib/../kubelet" }, "is no folder of a node"],
    [{ kubeletDir: "/var/lib/kubelet/" }, "is no folder of a node"],
  ])("%j", async (args, sentence) => {
    const registered: string[] = [];
    await expect(deploy(() => make(args), { onRegister: (name) => registered.push(name) })).rejects.toThrow(sentence);
    expect(registered.filter((name) => name !== "csi")).toEqual([]);
  });
});

describe("rights", () => {
  const RULES = { provisioner: "ClusterRole", attacher: "ClusterRole", resizer: "ClusterRole", leader: "Role" };
  /** What each sidecar's own manifests grant it, without Secrets, snapshots, attribute classes and the resizer's pods. */
  const WANTED: Record<keyof typeof RULES, string[]> = {
    provisioner: [
      "persistentvolumes: get list watch create patch delete",
      "persistentvolumeclaims: get list watch update",
      "storage.k8s.io/storageclasses: get list watch",
      "storage.k8s.io/csinodes: get list watch",
      "nodes: get list watch",
      "events: list watch create update patch",
    ],
    attacher: [
      "persistentvolumes: get list watch patch",
      "storage.k8s.io/csinodes: get list watch",
      "storage.k8s.io/volumeattachments: get list watch patch",
      "storage.k8s.io/volumeattachments/status: patch",
    ],
    resizer: [
      "persistentvolumes: get list watch patch",
      "persistentvolumeclaims: get list watch",
      "persistentvolumeclaims/status: patch",
      "events: list watch create update patch",
    ],
    leader: ["coordination.k8s.io/leases: get list watch create update patch"],
  };

  test.each(Object.entries(RULES))("of the %s are what it needs and no more", async (name, kind) => {
    const { inputs } = await made();
    const role = name === "leader" ? "csi-leader" : `csi-${name}-role`;
    const { rules } = inputs(`kubernetes:rbac.authorization.k8s.io/v1:${kind}`, role) as unknown as {
      rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    };
    const granted = rules.flatMap(({ apiGroups: [group], resources, verbs }) =>
      resources.map((resource) => `${group ? `${group}/` : ""}${resource}: ${verbs.join(" ")}`),
    );
    expect(granted.sort()).toEqual([...WANTED[name as keyof typeof RULES]].sort());
  });

  test("are the controller's; the nodes' account has none, and no token", async () => {
    const { resources, inputs, controller, node } = await made({ namespace: "storage" });
    const bindings = resources.filter(({ type }) => /Binding$/.test(type));
    expect(bindings).toHaveLength(4);
    for (const { inputs: binding } of bindings) {
      expect(binding.subjects).toEqual([
        { kind: "ServiceAccount", name: "csi-nfs-controller-sa", namespace: "storage" },
      ]);
    }
    expect(controller.template.spec.serviceAccountName).toBe("csi-nfs-controller-sa");
    expect(node.template.spec.serviceAccountName).toBe("csi-nfs-node-sa");
    const account = inputs("kubernetes:core/v1:ServiceAccount", "csi-node-account");
    expect(account.automountServiceAccountToken).toBe(false);
  });

  test("have other names for what is cluster-wide, when they are asked for", async () => {
    const { resources } = await made({ clusterRolePrefix: "b-" });
    const roles = resources.filter(({ type }) => /:ClusterRole(Binding)?$/.test(type));
    expect(roles).toHaveLength(6);
    for (const { inputs } of roles) expect((inputs.metadata as Meta).name).toMatch(/^b-nfs-(csi|external)-/);
    const bound = roles.flatMap(({ inputs }) => (inputs.roleRef as { name: string } | undefined)?.name ?? []);
    expect(bound.sort()).toEqual(["attacher", "provisioner", "resizer"].map((name) => `b-nfs-external-${name}-role`));
  });
});

describe("its namespace", () => {
  test("admits privileged pods", async () => {
    const { inputs } = await made();
    expect(inputs("kubernetes:core/v1:Namespace", "csi-namespace").metadata).toEqual({
      name: "csi-nfs",
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
    });
  });

  test("that exists is left alone", async () => {
    const { names, reads, component, inputs } = await made({ namespace: "kube-system", createNamespace: false });
    expect(names("kubernetes:core/v1:Namespace")).toEqual([]);
    // Under the name of the resource that makes it, so that the engine lets go of one which it made before.
    expect(reads).toEqual(["csi-namespace kube-system"]);
    expect(component.namespace).toBeUndefined();
    expect(inputs("kubernetes:apps/v1:DaemonSet", "csi-node").metadata).toMatchObject({ namespace: "kube-system" });
  });

  test("that the program makes is not read: a preview could not", async () => {
    const { reads } = await made({ namespace: pulumi.output("storage"), createNamespace: false });
    expect(reads).toEqual([]);
  });
});

test("labels and annotations are on all its objects, next to its own, and not on its pods", async () => {
  const metadata = { labels: { team: "storage", app: "mine" }, annotations: { "example.com/owner": "physics" } };
  const { resources, controller, node, inputs } = await made({ metadata });
  for (const { inputs: object } of resources.slice(1)) {
    const { labels, annotations } = object.metadata as Meta;
    expect(labels).toMatchObject({ team: "storage" });
    expect(annotations).toEqual({ "example.com/owner": "physics" });
  }
  // Its own label wins, or its selector would find nothing.
  const deployment = inputs("kubernetes:apps/v1:Deployment", "csi-controller").metadata as Meta;
  expect(deployment.labels).toEqual({ team: "storage", app: "csi-nfs-controller" });
  expect(controller.template.metadata).toEqual({ labels: { app: "csi-nfs-controller" } });
  expect(node.template.metadata).toEqual({ labels: { app: "csi-nfs-node" } });
});

test("says what it made, and its objects are at hand", async () => {
  const { component } = await made({ namespace: "storage" });
  const { driverName, namespaceName, controllerName, daemonSetName } = component;
  expect(await valueOf(pulumi.all([driverName, namespaceName, controllerName, daemonSetName]))).toEqual([
    "nfs.csi.k8s.io",
    "storage",
    "csi-nfs-controller",
    "csi-nfs-node",
  ]);
  const { csiDriver, controllerAccount, nodeAccount, controller, daemonSet, namespace } = component;
  const objects = [csiDriver, controllerAccount, nodeAccount, controller, daemonSet, namespace!];
  expect(objects.every((object) => pulumi.CustomResource.isInstance(object))).toBe(true);
});
