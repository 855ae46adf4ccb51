import type { Kind } from "./cluster";
import type { Context } from "./exercise";
import { Failure } from "./failure";

/** Marks what an exercise created, with the exercise's id as its value. */
export const ownerLabel = "storage-lab.example/exercise";

/** The kinds that exercises create, those that hold others up first. */
const kinds: Kind[] = ["Pod", "PersistentVolumeClaim", "PersistentVolume", "Namespace"];

/** Labels of everything that the exercise `id` creates. */
export function ownedBy(id: string): Record<string, string> {
  return { [ownerLabel]: id, "app.kubernetes.io/managed-by": "storage-lab-exercises" };
}

/** Name of the namespace, volume and directory that the exercise `id` has for itself. */
export function ownName(id: string): string {
  return `storage-lab-exercise-${id}`;
}

/** Creates the exercise's own namespace, ready to take pods. Answers its name. */
export async function ownNamespace(context: Context): Promise<string> {
  const name = ownName(context.id);
  if (await context.cluster.find("Namespace", name)) {
    throw new Failure(
      `there is a Namespace ${name} already, and without the label ${ownerLabel}=${context.id} it is not ours to remove`,
      "look what it is, and rename or delete it",
    );
  }
  await context.cluster.create("Namespace", { metadata: { name, labels: ownedBy(context.id) } });
  // Pods are refused until the controller has made the namespace's account.
  await context.until(`ServiceAccount ${name}/default`, { seconds: 30, interval: 100 }, () =>
    context.cluster.find("ServiceAccount", "default", name),
  );
  return name;
}

/** Removes all that the exercise created, in this run or in one that was interrupted, and waits until it is gone. */
export async function removeOwned(context: Context): Promise<void> {
  const { cluster, id } = context;
  const labels = `${ownerLabel}=${id}`;
  const left = async (): Promise<{ kind: Kind; name: string; namespace?: string }[]> => {
    const found = await Promise.all(
      kinds.map(async (kind) =>
        (await cluster.list(kind, { labels })).map(({ metadata }) => ({
          kind,
          name: metadata?.name ?? "",
          namespace: metadata?.namespace,
        })),
      ),
    );
    return found.flat();
  };
  let remaining = await left();
  for (const { kind, name, namespace } of remaining) await cluster.remove(kind, name, namespace);
  const names = (): string => remaining.map(({ kind, name }) => `${kind} ${name}`).join(", ");
  if (remaining.length === 0) return;
  await context.until("what the exercise created to be gone", { seconds: 90, missing: () => `left: ${names()}` }, () =>
    left().then((now) => ((remaining = now).length === 0 ? true : undefined)),
  );
}
