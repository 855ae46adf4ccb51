import * as pulumi from "@pulumi/pulumi";
import type { SectionName } from "../../../stacks/course/sections";
import type { Deployment } from "../mocks";
import { all, only, outputs, run, setSecrets } from "./run-course";

const COMMAND = "command:remote:Command";
const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";
const VOLUME = "kubernetes:core/v1:PersistentVolume";
const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";

let warnings: jest.SpyInstance;
beforeEach(() => {
  warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

/** What a section cannot be without. */
const NEEDS: Partial<Record<SectionName, SectionName>> = { clusterIpService: "redisTemplate" };

/** `Kind namespace/name` of what is made in the cluster, without the course's own namespace. */
function objectsOf({ resources }: Deployment): string[] {
  return resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, inputs }) => {
      const { name, namespace } = inputs.metadata as { name: string; namespace?: string };
      return `${type.split(":").at(-1)} ${namespace ? `${namespace}/` : ""}${name}`;
    })
    .filter((object) => object !== "Namespace shiqi")
    .sort();
}

const OBJECTS: Record<SectionName, string[]> = {
  staticPair: ["PersistentVolume pv-shiqi-redis", "PersistentVolumeClaim shiqi/pvc-shiqi-redis"],
  redisExistingClaim: [
    "PersistentVolume pv-shiqi-redis-exist-pvc",
    "PersistentVolumeClaim shiqi/pvc-shiqi-redis-exist-pvc",
    "Service shiqi/redis-exist-pvc",
    "StatefulSet shiqi/statefulset-redis-exist-pvc",
  ],
  redisTemplate: ["Service shiqi/redis-not-exist-pvc", "StatefulSet shiqi/statefulset-redis-not-exist-pvc"],
  dynamicExample: ["PersistentVolumeClaim default/pvc-dynamic-example"],
  redisHeadless: ["Service default/redis-headless", "StatefulSet default/redis-statefulset"],
  redisShared: [
    "PersistentVolumeClaim default/redis-pvc",
    "Service default/redis-headless-pvc",
    "StatefulSet default/redis-statefulset-pvc",
  ],
  clusterIpService: ["Service shiqi/redis-not-exist-pvc-clusterip"],
  mysql: ["Secret shiqi/mysql", "Service shiqi/mysql", "StatefulSet shiqi/mysql"],
  wordpress: [
    "Deployment shiqi/wordpress-claim",
    "Deployment shiqi/wordpress-emptydir",
    "PersistentVolumeClaim shiqi/pvc-wordpress",
  ],
  nginx: ["PersistentVolume my-pv", "PersistentVolumeClaim default/my-pvc", "Pod default/app"],
  configuration: [
    "ConfigMap shiqi/app-config",
    "Pod shiqi/projected-volume",
    "Secret shiqi/mysecret",
    "Secret shiqi/pwd",
    "Secret shiqi/user",
  ],
  nfsShare: [
    "PersistentVolume pv-nfs-example",
    "PersistentVolume pv-nfs-unreserved",
    "PersistentVolumeClaim shiqi/pvc-nfs-share",
    "PersistentVolumeClaim shiqi/pvc-nfs-unreserved",
  ],
  hostPath: [
    "Namespace test",
    "PersistentVolume pv-hostpath-example",
    "PersistentVolume pv-hostpath-unreserved",
    "PersistentVolumeClaim test/pvc-hostpath-data",
    "PersistentVolumeClaim test/pvc-hostpath-unreserved",
  ],
  localVolume: [
    "Deployment default/local-reader",
    "Job shiqi/prepare-pv-local-01",
    "PersistentVolume pv-local-01",
    "PersistentVolumeClaim default/mysql-pvc",
    "StorageClass local-storage",
  ],
  fastSsd: ["StorageClass fast-ssd"],
  quota: ["Namespace shiqi-quota", "ResourceQuota shiqi-quota/pvc-quota"],
  csi: ["PersistentVolumeClaim shiqi/pvc-csi", "Service shiqi/redis-csi", "StatefulSet shiqi/redis-csi"],
};
/** It needs a driver that not every infrastructure has. */
const { csi, ...ON } = OBJECTS;

describe("sections", () => {
  test.each(all)("%s makes the course's objects under the course's names, and no others", async (name) => {
    const chosen = [name, NEEDS[name] ?? name];
    const objects = [...new Set(chosen)].flatMap((each) => OBJECTS[each]).sort();
    expect(objectsOf(await run({ sections: only(...chosen) }))).toEqual(objects);
  });

  test("all but csi are on by default, in one stack", async () => {
    const deployment = await run();
    expect(objectsOf(deployment)).toEqual(Object.values(ON).flat().sort());
    expect(deployment.names("kubernetes:core/v1:Namespace")).toContain("namespace");
  });

  test("a first preview plans the same objects", async () => {
    const preview = await run({}, { stacks: { infra: outputs }, preview: true });
    expect(objectsOf(preview)).toEqual(objectsOf(await run()));
  });

  test("csi takes its class, and needs a driver that has it", async () => {
    const classes = { driver: "nfs.csi.k8s.io", namespace: "csi-nfs", storageClasses: ["fast-csi"] };
    const stacks = (driver?: object) => ({ stacks: { infra: { ...outputs, csi: driver } } });
    const on = { sections: only("csi"), csiStorageClass: "fast-csi" };
    const made = await run(on, stacks(classes));
    expect(objectsOf(made)).toEqual(csi);
    expect(made.inputs(CLAIM, "pvc-csi").spec).toMatchObject({ storageClassName: "fast-csi" });
    await expect(run(on, stacks())).rejects.toThrow("sections.csi is on, and the stack infra has no CSI driver");
    await expect(run({ sections: only("csi") }, stacks(classes))).rejects.toThrow(
      'csiStorageClass ("nfs-csi") is no class of the CSI driver of the stack infra, which has fast-csi.',
    );
  });

  test("one that is off makes nothing", async () => {
    const objects = objectsOf(await run({ sections: { nfsShare: false, quota: false } }));
    for (const object of [...OBJECTS.nfsShare, ...OBJECTS.quota]) expect(objects).not.toContain(object);
    expect(objects).toEqual(expect.arrayContaining(OBJECTS.staticPair));
  });
});

describe("on the NAS", () => {
  test("all directories are made with one command", async () => {
    const { names, inputs } = await run({ sections: only("staticPair", "redisExistingClaim", "nfsShare") });
    expect(names(COMMAND)).toEqual(["directories-make"]);
    expect(inputs(COMMAND, "directories-make").stdin).toContain(
      "DIRECTORIES=('/nfs/shiqi-redis' '/nfs/shiqi-redis-exist-pvc' '/nfs/share' '/nfs/unreserved')",
    );
  });

  test("those that the config names are taken over", async () => {
    const { inputs } = await run({ sections: only("staticPair"), adoptDirectories: ["shiqi-redis"] });
    expect(inputs(COMMAND, "directories-make").stdin).toContain("ADOPT=('/nfs/shiqi-redis')");
  });

  test("without static volumes it is not touched", async () => {
    const { names } = await run({ sections: only("redisTemplate", "hostPath") });
    expect(names(COMMAND)).toEqual([]);
  });
});

describe("volumes and claims", () => {
  const spec = ({ inputs }: Deployment, type: string, name: string) => inputs(type, name).spec;

  test("the dynamic claim is the course's", async () => {
    const deployment = await run({ storageClass: "nfs-client-retain", sections: only("dynamicExample") });
    expect(deployment.inputs(CLAIM, "pvc-dynamic-example")).toMatchObject({
      metadata: { name: "pvc-dynamic-example", namespace: "default" },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "64Mi" } },
        storageClassName: "nfs-client-retain",
      },
    });
  });

  test("the NFS volume is the course's, and the other one is bound by its class alone", async () => {
    const deployment = await run({ sections: only("nfsShare") });
    expect(spec(deployment, VOLUME, "nfs-share-volume")).toEqual({
      capacity: { storage: "64Mi" },
      accessModes: ["ReadWriteMany"],
      persistentVolumeReclaimPolicy: "Retain",
      nfs: { server: "192.168.110.168", path: "/nfs/share" },
      claimRef: { name: "pvc-nfs-share", namespace: "shiqi" },
    });
    const volume = spec(deployment, VOLUME, "nfs-unreserved-volume");
    expect(volume).toMatchObject({ storageClassName: "nfs-unreserved", nfs: { path: "/nfs/unreserved" } });
    expect(volume).not.toHaveProperty("claimRef");
    const claim = spec(deployment, CLAIM, "nfs-unreserved-claim");
    expect(claim).toMatchObject({ storageClassName: "nfs-unreserved" });
    expect(claim).not.toHaveProperty("volumeName");
  });

  test("the hostPath volume is the course's, and the other one is bound by its class alone", async () => {
    const deployment = await run({ sections: only("hostPath"), hostPathNamespace: "mine" });
    expect(spec(deployment, VOLUME, "hostpath-data-volume")).toEqual({
      capacity: { storage: "5Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      hostPath: { path: "/mnt/data", type: "DirectoryOrCreate" },
      claimRef: { name: "pvc-hostpath-data", namespace: "mine" },
    });
    expect(spec(deployment, VOLUME, "hostpath-unreserved-volume")).toMatchObject({
      storageClassName: "hostpath-unreserved",
      hostPath: { path: "/mnt/data-unreserved" },
    });
    expect(spec(deployment, CLAIM, "hostpath-unreserved-claim")).not.toHaveProperty("volumeName");
  });

  test("the local volume is on the node that config names, and waits for its first pod", async () => {
    const deployment = await run({ sections: only("localVolume"), localNode: "k8s-worker-1", localPath: "/mnt/other" });
    expect(spec(deployment, VOLUME, "local-01-volume")).toEqual({
      capacity: { storage: "10Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "local-storage",
      local: { path: "/mnt/other" },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: ["k8s-worker-1"] }] },
          ],
        },
      },
    });
    expect(spec(deployment, CLAIM, "local-01-claim")).toEqual({
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "5Gi" } },
      storageClassName: "local-storage",
    });
    expect(deployment.inputs(CLASS, "local-storage-class")).toMatchObject({
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    expect(spec(deployment, "kubernetes:batch/v1:Job", "local-01-job")).toMatchObject({
      template: {
        spec: {
          nodeSelector: { "kubernetes.io/hostname": "k8s-worker-1" },
          volumes: [{ hostPath: { path: "/mnt/other", type: "DirectoryOrCreate" } }],
        },
      },
    });
  });

  test("the local volume is made once its directory is there", async () => {
    const { resources } = await run({ sections: only("localVolume") });
    const order = resources.map(({ name }) => name);
    expect(order.indexOf("local-01-job")).toBeLessThan(order.indexOf("local-01-volume"));
  });

  test("fast-ssd is the course's", async () => {
    const { inputs } = await run({ sections: only("fastSsd") });
    expect(inputs(CLASS, "fast-ssd-class")).toMatchObject({
      metadata: { name: "fast-ssd" },
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    });
    expect(warnings.mock.calls.flat()).not.toContainEqual(expect.stringContaining("allowVolumeExpansion"));
  });

  test("the quota counts claims in all, and those of the class", async () => {
    const deployment = await run({ sections: only("quota") });
    expect(spec(deployment, "kubernetes:core/v1:ResourceQuota", "pvc-quota-quota")).toEqual({
      hard: {
        persistentvolumeclaims: "2",
        "requests.storage": "128Mi",
        "nfs-client.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
        "nfs-client.storageclass.storage.k8s.io/requests.storage": "64Mi",
      },
    });
  });

  test("a namespace that exists is used and not made", async () => {
    const change = { createNamespace: false, namespace: "mine", sections: only("staticPair") };
    const { names, inputs } = await run(change);
    expect(names("kubernetes:core/v1:Namespace")).toEqual([]);
    expect(inputs(CLAIM, "shiqi-redis-claim").metadata).toMatchObject({ namespace: "mine" });
  });
});
