import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure } from "../../exercises/runner/failure";
import { poll } from "../../exercises/runner/poll";
import type { Step } from "../../exercises/runner/progress";
import { titleOf } from "../probe/declared";
import { itemOf, type Item } from "./inventory";

/** Longest wait for objects to be gone, in seconds: pods get half a minute to end, on busy nodes more. */
const goneSeconds = 180;

/**
 * Deletes objects side by side, and waits until they and what goes with them are gone. The API server keeps the order
 * where there is one: a claim stays until its pods are gone, a volume until its claim is.
 */
export async function removeObjects(
  cluster: Cluster,
  items: Item[],
  following: Item[],
  step: Step,
  seconds = goneSeconds,
): Promise<void> {
  await Promise.all(items.map((item) => cluster.removeAny(item, item.name, item.namespace, item.uid)));
  let left = [...items, ...following];
  const gone = await poll({ seconds, interval: 250 }, async () => {
    left = await stillThere(cluster, left);
    if (left.length === 0) return true;
    step.waiting(`${titles(left)} to be gone`);
    return undefined;
  });
  if (gone) return;
  const lines = left.map((item) => `  ${titleOf(item)}, held by ${holderOf(item)}`);
  throw new Failure(
    `After ${seconds} s these are still being deleted:\n${lines.join("\n")}`,
    "Remove what holds them, and run reset again, which continues where this one stopped.",
  );
}

/** Lists only what something is still waited for of. */
async function stillThere(cluster: Cluster, items: Item[]): Promise<Item[]> {
  const lists = new Map(items.map((item) => [`${item.apiVersion}/${item.kind}/${item.namespace}`, item]));
  const found = await Promise.all(
    [...lists.values()].map(async (of) =>
      (await cluster.listAny(of.apiVersion, of.kind, of.namespace)).map((live) => itemOf(of, live)),
    ),
  );
  const uids = new Set(items.map(({ uid }) => uid));
  return found.flat().filter(({ uid }) => uids.has(uid));
}

function holderOf({ kind, live }: Item): string {
  const finalizers = live.metadata?.finalizers ?? [];
  if (finalizers.length > 0) return finalizers.join(", ");
  if (kind === "Pod") return "the kubelet of its node, which has not said that its containers have ended";
  return kind === "PersistentVolume" ? "its provisioner" : "what is in it";
}

function titles(items: Item[]): string {
  const more = items.length - 3;
  const first = items.slice(0, 3).map(titleOf).join(", ");
  return more > 0 ? `${first} and ${more} more` : first;
}
