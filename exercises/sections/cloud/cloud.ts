import type { V1PersistentVolume, V1StorageClass } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import type { Kinds } from "../../cluster/kinds";
import { ownedBy, ownName } from "../../cluster/owned";

const id = "cloud";

/** The common fields of both kinds of EBS volume. */
const disk = {
  capacity: { storage: "20Gi" },
  accessModes: ["ReadWriteOnce"],
  persistentVolumeReclaimPolicy: "Delete",
};
const volumeId = "vol-1234567890abcdef0";

const volumes: Record<string, V1PersistentVolume["spec"]> = {
  "aws-ebs": { ...disk, awsElasticBlockStore: { volumeID: volumeId, fsType: "ext4" } },
  "ebs-csi": { ...disk, csi: { driver: "ebs.csi.aws.com", volumeHandle: volumeId, fsType: "ext4" } },
};

const classes: Record<string, Omit<V1StorageClass, "metadata">> = {
  "alicloud-disk-ssd": {
    provisioner: "diskplugin.csi.alibabacloud.com",
    parameters: { type: "cloud_ssd", regionId: "cn-hangzhou", zoneId: "cn-hangzhou-b" },
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
  },
  "aws-gp3": {
    provisioner: "ebs.csi.aws.com",
    parameters: { type: "gp3", "csi.storage.k8s.io/fstype": "ext4" },
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
  },
};

/** The course's objects that need a cloud: the API server validates them in a dry run. */
export const cloud: Exercise = {
  id,
  section: "cloud",
  covers: ["ebs-volume", "alicloud-class", "aws-class"],
  title: "The API server accepts the manifests of AWS and Alibaba Cloud in a dry run",
  proves: "the manifests are valid for the API; without the cloud and its driver, no claim would be bound",
  readOnly: true,
  timeoutSeconds: 60,
  touches: () => [],
  async run(context) {
    for (const [name, spec] of Object.entries(volumes)) {
      const stored = await accepted(context, "PersistentVolume", name, { spec });
      const source = Object.keys(stored.spec ?? {}).find(
        (field) => field === "csi" || field === "awsElasticBlockStore",
      );
      context.saw(`volume ${name}: would be stored`, `${source}, volumeMode ${stored.spec?.volumeMode}`);
    }
    for (const [name, rest] of Object.entries(classes)) {
      const stored = await accepted(context, "StorageClass", name, rest);
      context.saw(
        `class ${name}: would be stored`,
        `${stored.provisioner}, ${stored.reclaimPolicy}, ${stored.volumeBindingMode}`,
      );
    }
  },
};

async function accepted<K extends "PersistentVolume" | "StorageClass">(
  context: Context,
  kind: K,
  name: string,
  rest: Omit<Kinds[K], "metadata">,
): Promise<Kinds[K]> {
  const { cluster } = context;
  const object = { ...rest, metadata: { name: `${ownName(id)}-${name}`, labels: ownedBy(id) } } as Kinds[K];
  const answer = await cluster.dryRun(kind, object);
  const words = answer.warnings.length > 0 ? `, with the warning: ${answer.warnings.join("; ")}` : "";
  context.saw(`${kind} ${name}`, (answer.refused ? `refused: ${answer.refused}` : "accepted") + words);
  if (!answer.accepted) throw new Failure(`the API server rejects ${kind} ${name}: ${answer.refused}`);
  if (await cluster.find(kind, object.metadata?.name ?? "")) {
    throw new Failure(`the dry run of ${kind} ${name} created the object`);
  }
  return answer.accepted;
}
