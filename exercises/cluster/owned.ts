import type { Kind } from "./kinds";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";

/** Marks what an exercise created, with the exercise's id as its value. */
export const ownerLabel = "storage-lab.example/exercise";

/** The kinds that exercises create, in the order of deletion. Objects in an exercise's own namespace are deleted with it, too. */
const kinds: Kind[] = ["Pod", "VolumeAttachment", "Service", "PersistentVolumeClaim", "PersistentVolume", "Namespace"];

/** The kinds that are needed until all others are deleted: a provisioner reads a volume's class when it deletes the volume. */
const lastKinds: Kind[] = ["StorageClass"];

/** Every kind that may carry the label, a Node while an exercise keeps pods off it. */
export const labelledKinds: Kind[] = [...kinds, ...lastKinds, "Node"];

/** Longest wait for deletions, in seconds: a busy node needs time to end a pod and to unmount. */
const removalSeconds = 180;

/** Labels of everything that the exercise `id` creates. */
export function ownedBy(id: string): Record<string, string> {
  return { [ownerLabel]: id, "app.kubernetes.io/managed-by": "storage-lab-exercises" };
}

/** Name of the exercise's own namespace, volume and directory. */
export function ownName(id: string): string {
  return `storage-lab-exercise-${id}`;
}

/** Creates the exercise's own namespace, ready to take pods. Returns its name. */
export async function exerciseNamespace(context: Context): Promise<string> {
  const name = ownName(context.id);
  if (await context.cluster.find("Namespace", name)) {
    throw new Failure(
      `a Namespace ${name} exists already; without the label ${ownerLabel}=${context.id} it is not removed`,
      "find out what it is, and rename or delete it",
    );
  }
  await context.cluster.create("Namespace", { metadata: { name, labels: ownedBy(context.id) } });
  // Pods are rejected until the controller has created the namespace's service account.
  await context.until(`ServiceAccount ${name}/default`, { seconds: 30, interval: 100 }, () =>
    context.cluster.find("ServiceAccount", "default", name),
  );
  return name;
}

/** Deletes everything that the exercise created, in this run or in an interrupted one, and waits until it is deleted. */
export async function removeOwned(context: Context): Promise<void> {
  await removeAll(context, async () => [...(await labelled(context, kinds)), ...(await provisioned(context))]);
  await removeAll(context, () => labelled(context, lastKinds));
}

interface Owned {
  kind: Kind;
  name: string;
  namespace?: string;
  /** The provisioner deletes it with its directory; deleting the object first would leave the directory behind. */
  byItself?: boolean;
}

async function removeAll(context: Context, left: () => Promise<Owned[]>): Promise<void> {
  let remaining = await left();
  if (remaining.length === 0) return;
  for (const { kind, name, namespace, byItself } of remaining) {
    if (!byItself) await context.cluster.remove(kind, name, namespace);
  }
  const missing = (): string => `left: ${remaining.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`;
  await context.until("what the exercise created to be gone", { seconds: removalSeconds, missing }, async () => {
    remaining = await left();
    return remaining.length === 0 ? true : undefined;
  });
}

async function labelled({ cluster, id }: Context, among: Kind[]): Promise<Owned[]> {
  const labels = `${ownerLabel}=${id}`;
  const found = await Promise.all(
    among.map(async (kind) =>
      (await cluster.list(kind, { labels })).map(({ metadata }) => ({
        kind,
        name: metadata?.name ?? "",
        namespace: metadata?.namespace,
      })),
    ),
  );
  return found.flat();
}

/** Volumes that a provisioner created for claims in the exercise's own namespace: they do not have the label. */
async function provisioned({ cluster, id }: Context): Promise<Owned[]> {
  const volumes = await cluster.list("PersistentVolume");
  return volumes
    .filter(({ metadata, spec }) => !metadata?.labels?.[ownerLabel] && spec?.claimRef?.namespace === ownName(id))
    .map(({ metadata, spec }) => ({
      kind: "PersistentVolume",
      name: metadata?.name ?? "",
      byItself: spec?.persistentVolumeReclaimPolicy === "Delete",
    }));
}
