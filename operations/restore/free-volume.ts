import type { V1PersistentVolume } from "@kubernetes/client-node";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure } from "../../exercises/runner/failure";
import { STACK_MARK } from "../../stacks/mark-names";
import { isReserved } from "../probe/claim-health";
import { titleOf, type DeclaredObject } from "../probe/declared";
import { inspect, repair, type ReleasedVolume } from "./released-volume";

/**
 * Lets a Released volume of the stacks be bound again by the claim that it was of, by the rules of `repair-volume`.
 * Refuses where its data is another claim's.
 *
 * @param declared What the stacks' states have; claims that a `pulumi destroy` took away before it was cut off are not
 *   among it.
 */
export async function freeVolume(cluster: Cluster, name: string, declared: DeclaredObject[]): Promise<string> {
  const found = await inspect(cluster, name);
  if (found.refused) throw found.refused;
  if (found.inOrder) return `${name}: ${found.inOrder}`;
  const { namespace = "", name: claim = "" } = found.volume.spec?.claimRef ?? {};
  if (!isOfStacks(found, declared)) {
    throw new Failure(
      `the volume ${name} was of the claim ${namespace}/${claim}, which is none of the stacks': its data may be somebody else's`,
      `Look at what is in it. To give it to whoever claims it next: kubectl patch pv ${name} --type=merge -p '{"spec":{"claimRef":null}}'`,
    );
  }
  await repair(cluster, found);
  return `${name} is free again for ${namespace}/${claim}, with its data`;
}

/** Whether the claim that a volume was of is one that the stacks make. */
function isOfStacks({ volume, owner }: ReleasedVolume, declared: DeclaredObject[]): boolean {
  const { namespace, name = "" } = volume.spec?.claimRef ?? {};
  const mark = owner?.metadata?.annotations?.[STACK_MARK];
  return declared.some((object) => {
    if (mark !== undefined && object.inputs.metadata?.annotations?.[STACK_MARK] === mark) return true;
    if (titleOf(object) === titleOf({ kind: "PersistentVolumeClaim", namespace, name })) return true;
    const { claimRef } = (object.inputs as V1PersistentVolume).spec ?? {};
    return object.kind === "PersistentVolume" && claimRef?.name === name && claimRef.namespace === namespace;
  });
}

/** Tells a volume which claim it has; returns nothing where that changed meanwhile. */
export async function bindVolume(cluster: Cluster, name: string): Promise<string | undefined> {
  const volume = await cluster.find("PersistentVolume", name);
  const { namespace, name: claimName } = volume?.spec?.claimRef ?? {};
  if (!volume || !claimName) return undefined;
  const claim = await cluster.find("PersistentVolumeClaim", claimName, namespace);
  const uid = claim?.metadata?.uid;
  if (!claim || uid === undefined || claim.metadata?.deletionTimestamp || !isReserved(volume, claim)) return undefined;
  await cluster.patch("PersistentVolume", name, undefined, {
    metadata: { resourceVersion: volume.metadata?.resourceVersion },
    spec: { claimRef: { uid } },
  });
  return `${name} has its claim ${namespace}/${claimName} again`;
}
