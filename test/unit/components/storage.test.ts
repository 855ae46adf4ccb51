import { NfsProvisioner } from "../../../components/storage/NfsProvisioner";
import { NfsStorageClass, type NfsStorageClassArgs } from "../../../components/storage/NfsStorageClass";
import { pathPatternFault } from "../../../components/storage/pathPattern";
import { StaticVolume, type StaticVolumeArgs } from "../../../components/storage/StaticVolume";
import { deploy, valueOf } from "../mocks";

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

  test("the Deployment is upstream's", async () => {
    const { inputs } = await deploy(() => make());
    expect(inputs("kubernetes:apps/v1:Deployment", "provisioner-deployment").spec).toEqual({
      replicas: 1,
      strategy: { type: "Recreate" },
      selector: { matchLabels: { app: "nfs-client-provisioner" } },
      template: {
        metadata: { labels: { app: "nfs-client-provisioner" } },
        spec: {
          serviceAccountName: "nfs-client-provisioner",
          containers: [
            {
              name: "nfs-client-provisioner",
              image: "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2",
              env: [
                { name: "PROVISIONER_NAME", value: "k8s-sigs.io/nfs-subdir-external-provisioner" },
                { name: "NFS_SERVER", value: "192.168.110.168" },
                { name: "NFS_PATH", value: "/nfs" },
              ],
              volumeMounts: [{ name: "nfs-client-root", mountPath: "/persistentvolumes" }],
            },
          ],
          volumes: [{ name: "nfs-client-root", nfs: { server: "192.168.110.168", path: "/nfs" } }],
        },
      },
    });
  });

  test("may take its lock on Endpoints and on Leases", async () => {
    const { inputs } = await deploy(() => make());
    const { rules } = inputs("kubernetes:rbac.authorization.k8s.io/v1:Role", "provisioner-leader");
    const verbs = ["get", "list", "watch", "create", "update", "patch"];
    expect(rules).toEqual([
      { apiGroups: [""], resources: ["endpoints"], verbs },
      { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs },
    ]);
  });

  test("leaves a namespace that exists alone", async () => {
    const { names, inputs } = await deploy(() => make({ namespace: "storage", createNamespace: false }));
    expect(names("kubernetes:core/v1:Namespace")).toEqual([]);
    expect(inputs("kubernetes:apps/v1:Deployment", "provisioner-deployment").metadata).toMatchObject({
      namespace: "storage",
    });
  });
});

describe("NfsStorageClass", () => {
  const made = async (args: NfsStorageClassArgs) => {
    let component: NfsStorageClass | undefined;
    const { inputs } = await deploy(() => (component = new NfsStorageClass("nfs-client", args)));
    return {
      inputs: inputs("kubernetes:storage.k8s.io/v1:StorageClass", "nfs-client-class"),
      effect: await valueOf(component!.deletionEffect),
    };
  };

  test("keeps volume and data by default", async () => {
    const { inputs, effect } = await made({});
    expect(inputs).toMatchObject({
      metadata: { name: "nfs-client" },
      provisioner: "k8s-sigs.io/nfs-subdir-external-provisioner",
      reclaimPolicy: "Retain",
      parameters: { archiveOnDelete: "true" },
    });
    expect(effect).toBe(
      "Deleting a claim of class nfs-client keeps its volume (Released) and its directory with all data.",
    );
  });

  test.each([
    ["delete", { onDelete: "delete" }, "deletes its volume and its directory with all data, for good"],
    ["retain", { onDelete: "retain" }, "deletes its volume and leaves its directory with all data"],
    ["archive", { archiveOnDelete: "true" }, "renames its directory to archived-<directory>"],
  ] as const)("%s is said to upstream and to the reader", async (onDelete, parameters, words) => {
    const { inputs, effect } = await made({ reclaimPolicy: "Delete", onDelete });
    expect(inputs.parameters).toEqual(parameters);
    expect(effect).toContain(words);
  });

  test("carries pattern, options and the default mark", async () => {
    const pathPattern = "${.PVC.namespace}/${.PVC.name}";
    const { inputs } = await made({ pathPattern, mountOptions: ["nfsvers=4.2"], isDefault: true, className: "other" });
    expect(inputs).toMatchObject({
      metadata: { name: "other", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      parameters: { archiveOnDelete: "true", pathPattern },
      mountOptions: ["nfsvers=4.2"],
    });
  });

  test("refuses an unsafe pattern", async () => {
    await expect(made({ pathPattern: "../${.PVC.namespace}/${.PVC.name}" })).rejects.toThrow("leads elsewhere");
  });
});

describe("pathPattern", () => {
  const ns = "${.PVC.namespace}";
  const name = "${.PVC.name}";

  test.each([`${ns}/${name}`, `${ns}.${name}`, `${ns}_${name}`, `class/${ns}/team-\${.PVC.labels.team}/${name}`])(
    "%s is safe",
    (pattern) => expect(pathPatternFault(pattern)).toBeUndefined(),
  );

  test.each([
    [`/${ns}/${name}`, 'begins with "/"'],
    [`../${ns}/${name}`, "leads elsewhere"],
    [`${ns}/./${name}`, "leads elsewhere"],
    [`${ns}//${name}`, "empty part"],
    [`${ns}/${name}/`, "empty part"],
    ["", "must have ${.PVC.namespace} once"],
    [name, "must have ${.PVC.namespace} once"],
    [ns, "must have ${.PVC.name} once"],
    [`${ns}-${name}`, "part namespace and name"],
    [`${ns}${name}`, "part namespace and name"],
    [`${ns}/${name}/\${.PVC.annotations.path}`, "uses an annotation"],
    [`${ns}/\${.PVC.labels.team}/${name}`, "a label may be missing"],
    [`${ns}/${name}-\${.PVC.labels.team}`, "a label may be missing"],
    [`${ns}/${name}-\${.PVC.uid}`, "comes out empty"],
    [`${ns}/${name}/\${PVC.name}`, "a placeholder that is none"],
  ])("%s is refused", (pattern, words) => expect(pathPatternFault(pattern)).toContain(words));
});

describe("StaticVolume", () => {
  const args: StaticVolumeArgs = {
    volumeName: "pv-shiqi-redis",
    claimName: "pvc-shiqi-redis",
    namespace: "shiqi",
    source: { type: "nfs", server: "192.168.110.168", path: "/nfs/shiqi-redis" },
    capacity: "64Mi",
  };
  const make = (change: object = {}) => new StaticVolume("shiqi-redis", { ...args, ...change });

  test("binds volume and claim to each other, as the course's pair", async () => {
    const { inputs } = await deploy(() => make());
    expect(inputs("kubernetes:core/v1:PersistentVolume", "shiqi-redis-volume")).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: "pv-shiqi-redis" },
      spec: {
        capacity: { storage: "64Mi" },
        accessModes: ["ReadWriteMany"],
        persistentVolumeReclaimPolicy: "Retain",
        nfs: { path: "/nfs/shiqi-redis", server: "192.168.110.168" },
        claimRef: { name: "pvc-shiqi-redis", namespace: "shiqi" },
      },
    });
    expect(inputs("kubernetes:core/v1:PersistentVolumeClaim", "shiqi-redis-claim")).toEqual({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "pvc-shiqi-redis", namespace: "shiqi" },
      spec: {
        accessModes: ["ReadWriteMany"],
        resources: { requests: { storage: "64Mi" } },
        storageClassName: "",
        volumeName: "pv-shiqi-redis",
      },
    });
  });

  test("leaves claimRef out when told so, and keeps the claim's side", async () => {
    const { inputs } = await deploy(() => make({ claimRef: false }));
    const { spec } = inputs("kubernetes:core/v1:PersistentVolume", "shiqi-redis-volume");
    expect(spec).not.toHaveProperty("claimRef");
    expect(inputs("kubernetes:core/v1:PersistentVolumeClaim", "shiqi-redis-claim").spec).toMatchObject({
      volumeName: "pv-shiqi-redis",
    });
  });

  test("gives both the class that is asked for", async () => {
    const { inputs } = await deploy(() => make({ storageClassName: "slow", accessModes: ["ReadWriteOnce"] }));
    for (const [type, name] of [
      ["kubernetes:core/v1:PersistentVolume", "shiqi-redis-volume"],
      ["kubernetes:core/v1:PersistentVolumeClaim", "shiqi-redis-claim"],
    ] as const) {
      expect(inputs(type, name).spec).toMatchObject({ storageClassName: "slow", accessModes: ["ReadWriteOnce"] });
    }
  });

  test.each(["Delete", "Recycle"])("refuses the reclaim policy %s", async (reclaimPolicy) => {
    await expect(deploy(() => make({ reclaimPolicy }))).rejects.toThrow("use Retain");
  });
});
