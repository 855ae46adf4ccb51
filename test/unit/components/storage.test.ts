import * as pulumi from "@pulumi/pulumi";
import { ClaimQuota, type ClaimQuotaArgs } from "../../../components/storage/claim-quota";
import {
  DEFAULT_PROVISIONER_IMAGE,
  DEFAULT_PROVISIONER_NAME,
  NfsProvisioner,
} from "../../../components/storage/nfs-provisioner";
import {
  NfsStorageClass,
  type NfsStorageClassArgs,
  type OnDelete,
  type ProvisionerRelease,
} from "../../../components/storage/nfs-storage-class";
import { NodeDirectory } from "../../../components/storage/node-directory";
import { VolumeClass, type VolumeClassArgs } from "../../../components/storage/volume-class";
import { deploy, valueOf } from "../mocks";

/** Upstream's deploy/rbac.yaml. */
const UPSTREAM_RIGHTS = [
  ["ClusterRole", "get list watch", "nodes", ""],
  ["ClusterRole", "get list watch create delete", "persistentvolumes", ""],
  ["ClusterRole", "get list watch update", "persistentvolumeclaims", ""],
  ["ClusterRole", "get list watch", "storageclasses", "storage.k8s.io"],
  ["ClusterRole", "create update patch", "events", ""],
  ["Role", "get list watch create update patch", "endpoints", ""],
  ["Role", "get create update", "leases", "coordination.k8s.io"],
] as const;

/**
 * What upstream's provisioner does to a directory, by its README: `onDelete` decides if it says delete or retain; else
 * `archiveOnDelete: false` deletes, and everything else archives.
 */
function upstreamOnDelete({ onDelete, archiveOnDelete }: Record<string, string>): OnDelete {
  if (onDelete === "delete" || onDelete === "retain") return onDelete;
  return archiveOnDelete === "false" ? "delete" : "archive";
}

describe("NfsProvisioner", () => {
  const make = (args = {}) => new NfsProvisioner("provisioner", { server: "192.168.110.168", path: "/nfs", ...args });

  test("makes what upstream's manifests make, under their names", async () => {
    const { resources } = await deploy(() => make());
    const objects = resources.slice(1).map(({ type, inputs }) => {
      const { name, namespace } = inputs.metadata as { name: string; namespace?: string };
      return [type.split(":")[2], name, namespace];
    });
    expect(objects).toEqual(
      expect.arrayContaining([
        ["Namespace", "nfs-provisioner", undefined],
        ["ServiceAccount", "nfs-client-provisioner", "nfs-provisioner"],
        ["ClusterRole", "nfs-client-provisioner-runner", undefined],
        ["ClusterRoleBinding", "run-nfs-client-provisioner", undefined],
        ["Role", "leader-locking-nfs-client-provisioner", "nfs-provisioner"],
        ["RoleBinding", "leader-locking-nfs-client-provisioner", "nfs-provisioner"],
        ["Deployment", "nfs-client-provisioner", "nfs-provisioner"],
      ]),
    );
    expect(objects).toHaveLength(7);
  });

  test("its pod has what upstream's program reads, and no second one next to it", async () => {
    const { inputs } = await deploy(() => make());
    const { spec } = inputs("kubernetes:apps/v1:Deployment", "provisioner-deployment") as unknown as {
      spec: {
        replicas: number;
        strategy: { type: string };
        selector: { matchLabels: Record<string, string> };
        template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
      };
    };
    interface PodSpec {
      containers: {
        image: string;
        env: { name: string; value: string }[];
        volumeMounts: { name: string; mountPath: string }[];
      }[];
      volumes: { name: string; nfs: { server: string; path: string } }[];
    }
    const [container] = spec.template.spec.containers;
    // Upstream's README and deploy/: three variables, the export at /persistentvolumes, this image.
    expect(Object.fromEntries(container!.env.map(({ name, value }) => [name, value]))).toEqual({
      PROVISIONER_NAME: DEFAULT_PROVISIONER_NAME,
      NFS_SERVER: "192.168.110.168",
      NFS_PATH: "/nfs",
    });
    const mount = container!.volumeMounts.find(({ mountPath }) => mountPath === "/persistentvolumes");
    const volume = spec.template.spec.volumes.find(({ name }) => name === mount?.name);
    expect(volume?.nfs).toEqual({ server: "192.168.110.168", path: "/nfs" });
    expect(container!.image).toBe(DEFAULT_PROVISIONER_IMAGE);
    expect(DEFAULT_PROVISIONER_IMAGE).toMatch(/^registry\.k8s\.io\/sig-storage\/nfs-subdir-external-provisioner:v/);
    expect([spec.replicas, spec.strategy.type]).toEqual([1, "Recreate"]);
    expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
  });

  test.each(UPSTREAM_RIGHTS)("has upstream's right in the %s: %s of %s", async (kind, verbs, resource, group) => {
    const { inputs } = await deploy(() => make());
    const name = kind === "ClusterRole" ? "provisioner-runner" : "provisioner-leader";
    const { rules } = inputs(`kubernetes:rbac.authorization.k8s.io/v1:${kind}`, name) as unknown as {
      rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    };
    const granted = rules
      .filter(({ apiGroups, resources }) => apiGroups.includes(group) && resources.includes(resource))
      .flatMap((rule) => rule.verbs);
    expect(granted).toEqual(expect.arrayContaining(verbs.split(" ")));
  });

  test("leaves a namespace that exists alone", async () => {
    const { names, inputs, reads } = await deploy(() => make({ namespace: "storage", createNamespace: false }));
    expect(names("kubernetes:core/v1:Namespace")).toEqual([]);
    // Under the name of the resource that makes it, so that the engine lets go of one which it made before.
    expect(reads).toEqual(["provisioner-namespace storage"]);
    expect(inputs("kubernetes:apps/v1:Deployment", "provisioner-deployment").metadata).toMatchObject({
      namespace: "storage",
    });
  });

  test("does not read a namespace that the program makes: a preview could not", async () => {
    const namespace = pulumi.output("storage");
    const { inputs, reads } = await deploy(() => make({ namespace, createNamespace: false }));
    expect(reads).toEqual([]);
    expect(inputs("kubernetes:apps/v1:Deployment", "provisioner-deployment").metadata).toMatchObject({
      namespace: "storage",
    });
  });

  test("has upstream's names for what is cluster-wide, or those of a second one", async () => {
    const clusterWide = async (change: object) => {
      const { inputs } = await deploy(() => make(change));
      const role = inputs("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "provisioner-runner");
      const binding = inputs("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "provisioner-running");
      return [role.metadata, binding.metadata, (binding.roleRef as { name: string }).name];
    };
    expect(await clusterWide({})).toEqual([
      { name: "nfs-client-provisioner-runner" },
      { name: "run-nfs-client-provisioner" },
      "nfs-client-provisioner-runner",
    ]);
    expect(await clusterWide({ clusterRolePrefix: "b-" })).toEqual([
      { name: "b-nfs-client-provisioner-runner" },
      { name: "b-run-nfs-client-provisioner" },
      "b-nfs-client-provisioner-runner",
    ]);
  });
});

const made = async (args: NfsStorageClassArgs) => {
  let component: NfsStorageClass | undefined;
  const { inputs } = await deploy(() => (component = new NfsStorageClass("nfs-client", args)));
  return {
    inputs: inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-client-class"),
    effect: await valueOf(component!.deletionEffect),
  };
};

describe("NfsStorageClass", () => {
  test("keeps volume and data by default", async () => {
    const { inputs, effect } = await made({});
    expect(inputs).toMatchObject({
      metadata: { name: "nfs-client" },
      provisioner: DEFAULT_PROVISIONER_NAME,
      reclaimPolicy: "Retain",
    });
    // Should somebody change the volume's policy to Delete by hand, the data are kept all the same.
    expect(upstreamOnDelete(inputs.parameters as Record<string, string>)).toBe("archive");
    expect(effect).toBe(
      "Deleting a claim of class nfs-client keeps its volume (Released) and its directory with all data.",
    );
  });

  test.each<[OnDelete, string]>([
    ["delete", "deletes its volume and its directory with all data, for good"],
    ["retain", "deletes its volume and leaves its directory with all data"],
    ["archive", "renames its directory to archived-<directory>"],
  ])("%s is what upstream's provisioner then does, and what the reader is told", async (onDelete, words) => {
    const { inputs, effect } = await made({ reclaimPolicy: "Delete", onDelete });
    expect(upstreamOnDelete(inputs.parameters as Record<string, string>)).toBe(onDelete);
    expect(effect).toContain(words);
  });

  test("carries pattern, options and the default mark", async () => {
    const pathPattern = "${.PVC.namespace}/${.PVC.name}";
    const { inputs } = await made({ pathPattern, mountOptions: ["nfsvers=4.2"], isDefault: true, className: "other" });
    expect(inputs).toMatchObject({
      metadata: { name: "other", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      parameters: { pathPattern },
      mountOptions: ["nfsvers=4.2"],
    });
  });

  test("refuses an unsafe pattern", async () => {
    await expect(made({ pathPattern: "../${.PVC.namespace}/${.PVC.name}" })).rejects.toThrow("leads elsewhere");
  });
});

describe("NfsStorageClass and the provisioner's release", () => {
  const nested = "${.PVC.namespace}/${.PVC.name}";
  const single = "${.PVC.namespace}_${.PVC.name}";
  const policy = { reclaimPolicy: "Delete" } as const;

  test.each<NfsStorageClassArgs>([
    { ...policy, pathPattern: nested, onDelete: "delete" },
    { ...policy, pathPattern: nested },
    { ...policy, pathPattern: nested, provisionerImage: "registry.example/mirror/nfs-provisioner:latest" },
  ])("%j is refused: another directory would go", async (args) => {
    await expect(made(args)).rejects.toThrow(
      /^pathPattern of NfsStorageClass nfs-client: "\$\{.PVC.namespace\}\/\$\{.PVC.name\}" has "\/" in it, and provisioner v4.0.2 .* shiqi\/data the directory data/,
    );
  });

  test("archives of the same name are refused", async () => {
    await expect(made({ ...policy, pathPattern: single })).rejects.toThrow("cannot archive it a second time");
  });

  test.each<NfsStorageClassArgs>([
    { ...policy, pathPattern: single, onDelete: "delete" },
    { ...policy, pathPattern: nested, onDelete: "retain" },
    { ...policy, pathPattern: nested, onDelete: "delete", provisionerRelease: "v4.0.3" },
    {
      ...policy,
      pathPattern: nested,
      provisionerImage: "k8s.gcr.io/sig-storage/nfs-subdir-external-provisioner:v4.0.0",
    },
    { ...policy, onDelete: "archive" },
  ])("%j is made as asked", async (args) => {
    const { inputs } = await made(args);
    expect(upstreamOnDelete(inputs.parameters as Record<string, string>)).toBe(args.onDelete ?? "archive");
  });

  test.each([nested, single])("a kept volume of %s whose policy is changed by hand stays", async (pathPattern) => {
    const { inputs } = await made({ pathPattern });
    expect(inputs).toMatchObject({ reclaimPolicy: "Retain", parameters: { onDelete: "retain", pathPattern } });
  });

  test("a release that is none is refused", async () => {
    const provisionerRelease = "4.0.18" as ProvisionerRelease;
    await expect(made({ provisionerRelease })).rejects.toThrow(
      'provisionerRelease of NfsStorageClass nfs-client: "4.0.18" is none of the releases that are known: v4.0.0, v4.0.1, v4.0.2, v4.0.3.',
    );
  });

  test.each<[NfsStorageClassArgs, string]>([
    [{}, "keeps its volume (Released) and its directory with all data."],
    [
      { pathPattern: nested },
      "with all data; a later claim of the same namespace and name gets the same directory with them.",
    ],
    [
      { ...policy, pathPattern: nested, onDelete: "retain" },
      "leaves its directory with all data; a later claim of the same",
    ],
    [{ ...policy, onDelete: "delete" }, "its directory with all data, for good."],
    [
      { ...policy, pathPattern: single, onDelete: "delete" },
      "for good; a later claim of the same namespace and name gets the same directory: make it only once the old volume is gone",
    ],
    [{ ...policy }, "renames its directory to archived-<directory>; the data stay."],
    [
      { ...policy, pathPattern: nested, provisionerRelease: "v4.0.0" },
      "renames its directory to archived-<volume>; the data stay.",
    ],
  ])("%j: the reader is told", async (args, words) => expect((await made(args)).effect).toContain(words));
});

describe("VolumeClass", () => {
  const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";
  const make = (args?: VolumeClassArgs) => deploy(() => new VolumeClass("local-storage", args));
  let warnings: jest.SpyInstance;
  beforeEach(() => (warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue()));
  afterEach(() => jest.restoreAllMocks());

  test("has no provisioner and waits for the first consumer by default", async () => {
    const { inputs } = await make();
    expect(inputs(CLASS, "local-storage-class")).toMatchObject({
      metadata: { name: "local-storage" },
      provisioner: "kubernetes.io/no-provisioner",
      reclaimPolicy: "Retain",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    expect(warnings).not.toHaveBeenCalled();
  });

  test.each<[string, VolumeClassArgs]>([
    [
      "Alibaba Cloud's disks",
      {
        className: "alicloud-disk-ssd",
        provisioner: "diskplugin.csi.alibabacloud.com",
        parameters: { type: "cloud_ssd", regionId: "cn-hangzhou", zoneId: "cn-hangzhou-b" },
        reclaimPolicy: "Delete",
        volumeBindingMode: "Immediate",
      },
    ],
    [
      "AWS's disks",
      { className: "gp3", provisioner: "ebs.csi.aws.com", parameters: { type: "gp3" }, allowVolumeExpansion: true },
    ],
  ])("%s are written as their manual says", async (_case, args) => {
    const { className, ...rest } = args;
    const { inputs } = await make(args);
    expect(inputs(CLASS, "local-storage-class")).toMatchObject({ metadata: { name: className }, ...rest });
    expect(warnings).not.toHaveBeenCalled();
  });

  test("may be the default", async () => {
    const { inputs } = await make({ isDefault: true });
    expect(inputs(CLASS, "local-storage-class").metadata).toMatchObject({
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    });
  });

  test("parameters that a class without provisioner does not use are refused", async () => {
    await expect(make({ parameters: { type: "gp3" } })).rejects.toThrow(
      "VolumeClass local-storage: parameters: a class without provisioner does not use type",
    );
  });

  test("expansion without a provisioner is allowed, with a warning", async () => {
    const { inputs } = await make({ allowVolumeExpansion: true });
    expect(inputs(CLASS, "local-storage-class")).toMatchObject({ allowVolumeExpansion: true });
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining("such a claim keeps its size"));
  });
});

describe("ClaimQuota", () => {
  const make = (args: Partial<ClaimQuotaArgs>) =>
    deploy(() => new ClaimQuota("pvc-quota", { namespace: "shiqi-quota", ...args }));

  test("bounds claims in all and by class, in Kubernetes's words", async () => {
    const classes = { "nfs-client": { claims: 1, storage: "64Mi" }, slow: { claims: 0 } };
    const { inputs } = await make({ claims: 2, storage: "128Mi", classes });
    expect(inputs("kubernetes:core/v1:ResourceQuota", "pvc-quota-quota")).toMatchObject({
      metadata: { name: "pvc-quota", namespace: "shiqi-quota" },
      spec: {
        hard: {
          persistentvolumeclaims: "2",
          "requests.storage": "128Mi",
          "nfs-client.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
          "nfs-client.storageclass.storage.k8s.io/requests.storage": "64Mi",
          "slow.storageclass.storage.k8s.io/persistentvolumeclaims": "0",
        },
      },
    });
  });

  test.each<[Partial<ClaimQuotaArgs>, string]>([
    [{}, "ClaimQuota pvc-quota: it bounds nothing: give claims, storage or classes."],
    [{ claims: -1 }, 'persistentvolumeclaims "-1" is not a number of claims.'],
    [{ claims: 1.5 }, 'persistentvolumeclaims "1.5" is not a number of claims.'],
    [{ storage: "64 MB" }, 'requests.storage "64 MB" is not a quantity: write 64M.'],
    [{ storage: "-1Gi" }, 'requests.storage "-1Gi" is less than nothing.'],
    [
      { classes: { slow: { storage: "much" } } },
      'slow.storageclass.storage.k8s.io/requests.storage "much" is not a quantity: write a number and a unit',
    ],
  ])("%j is refused", async (args, sentence) => {
    await expect(make(args)).rejects.toThrow(sentence);
  });
});

test.each([
  ["NfsStorageClass", (opts: pulumi.ComponentResourceOptions) => new NfsStorageClass("it", {}, opts)],
  ["VolumeClass", (opts: pulumi.ComponentResourceOptions) => new VolumeClass("it", {}, opts)],
] as const)("%s is replaced for a change of any field that the API server keeps", async (_name, make) => {
  let options: pulumi.CustomResourceOptions = {};
  const note: pulumi.ResourceTransformation = ({ type, opts }) => {
    if (type === "kubernetes:storage.k8s.io/v1:StorageClass") options = opts;
    return undefined;
  };
  await deploy(() => make({ transformations: [note] }));
  expect(options).toMatchObject({
    deleteBeforeReplace: true,
    replaceOnChanges: ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
  });
});

describe("NodeDirectory", () => {
  test("is refused under a name that its pod could not have as a label", async () => {
    const args = { namespace: "shiqi", node: "node1", path: "/mnt/disks/ssd1", image: "redis:7" };
    await expect(deploy(() => new NodeDirectory("ssd1", { ...args, jobName: "j".repeat(64) }))).rejects.toThrow(
      "jobName of NodeDirectory ssd1: ",
    );
  });

  test("is made on its node by the kubelet", async () => {
    let directory: NodeDirectory | undefined;
    const args = { jobName: "prepare", namespace: "shiqi", node: "node1", path: "/mnt/disks/ssd1", image: "redis:7" };
    const { inputs } = await deploy(() => (directory = new NodeDirectory("ssd1", args)));
    expect(inputs("kubernetes:batch/v1:Job", "ssd1-job")).toMatchObject({
      metadata: { name: "prepare", namespace: "shiqi" },
      spec: {
        template: {
          spec: {
            nodeSelector: { "kubernetes.io/hostname": "node1" },
            restartPolicy: "Never",
            volumes: [{ name: "directory", hostPath: { path: "/mnt/disks/ssd1", type: "DirectoryOrCreate" } }],
          },
        },
      },
    });
    expect(await valueOf(directory!.jobName)).toBe("prepare");
  });
});
