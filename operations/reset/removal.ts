import type { V1PersistentVolume, V1Pod } from "@kubernetes/client-node";
import { Failure } from "../../exercises/runner/failure";
import { STACK_MARK } from "../../stacks/mark-names";
import { titleOf, type DeclaredObject } from "../probe/declared";
import type { ClusterView } from "../probe/cluster-view";
import { nodeError } from "../probe/node-health";
import { usesClaim } from "../probe/claim-health";
import { addedTo, isDeclared, isOfTemplate } from "./added";
import { dependentsOf, type Inventory, type Item } from "./inventory";
import type { Scope } from "./scope";

/** What a reset deletes in the cluster. */
export interface Removal {
  /** Workloads, and all else that is no claim and no volume. */
  workloads: Item[];
  /** Claims and static volumes: these hold data, and go once no pod uses them. */
  storage: Item[];
  /** What is waited for, because it goes by itself: pods of the workloads, volumes that the claims' classes delete. */
  following: Item[];
  /** Those of the above that neither the stack nor Kubernetes has made. */
  added: Item[];
}

const STORAGE = ["PersistentVolumeClaim", "PersistentVolume"];

/**
 * @param view Tells which nodes are away: their pods would not go.
 * @throws {@link Failure} where something is in the way: what is others' is not touched, and nothing is deleted.
 */
export function planRemoval(scope: Scope, { items }: Inventory, view: ClusterView): Removal {
  const added = addedTo(scope.namespaces, items, scope.declared);
  const own = items.filter((item) => isDeclared(item, scope.objects) || isOfTemplate(item, scope.objects));
  const targets = [...own, ...added];
  const following = dependentsOf(targets, items).filter(({ kind }) => kind === "Pod");
  const errors = [
    ...replacedByOthers([...own, ...items.filter((item) => isNamespaceOf(item, scope))], scope),
    ...usersOfClaims(targets, following, items, scope),
    ...holdersOfVolumes(targets, items),
    ...podsOutOfReach([...targets, ...following], view),
  ];
  if (errors.length > 0) throw new Failure(`Something is in the way; nothing was changed:\n  ${errors.join("\n  ")}`);
  const claims = new Set(targets.map(({ uid }) => uid));
  const left = items.filter(
    (item) =>
      (isNamespaceOf(item, scope) && item.live.metadata?.deletionTimestamp) ||
      (item.kind === "PersistentVolume" && !targets.includes(item) && goesWith(item.live, claims)),
  );
  return {
    workloads: targets.filter(({ kind }) => !STORAGE.includes(kind)),
    storage: targets.filter(({ kind }) => STORAGE.includes(kind)),
    following: [...following, ...left],
    added,
  };
}

/** Whether the volume's driver deletes it after one of these claims. */
function goesWith({ spec }: V1PersistentVolume, claims: Set<string>): boolean {
  return spec?.persistentVolumeReclaimPolicy === "Delete" && claims.has(spec.claimRef?.uid ?? "");
}

/** Whether all that is in it goes, because the stack made it. */
function isNamespaceOf({ kind, name }: Item, { namespaces }: Scope): boolean {
  return kind === "Namespace" && namespaces.includes(name);
}

/** In namespaces of others and cluster-wide, an object of a declared name may be somebody else's by now; so may a namespace. */
function replacedByOthers(own: Item[], { declared, namespaces }: Scope): string[] {
  return own.flatMap((item) => {
    if (item.namespace !== undefined && namespaces.includes(item.namespace)) return [];
    const object = declared.find((each) => isDeclared(item, [each]));
    const mark = object?.inputs.metadata?.annotations?.[STACK_MARK];
    if (mark === undefined || item.live.metadata?.annotations?.[STACK_MARK] === mark) return [];
    const where = item.namespace === undefined ? "" : ` -n ${item.namespace}`;
    const orElse = item.kind === "Namespace" ? " - or, if all that is in it may go, run up, which marks it" : "";
    return [
      `${titleOf(item)} does not carry this stack's mark (${STACK_MARK}: ${mark}): somebody else made it. ` +
        `Delete it yourself: kubectl delete ${item.kind.toLowerCase()} ${item.name}${where}${orElse}`,
    ];
  });
}

/** A claim stays as long as a pod uses it. */
function usersOfClaims(targets: Item[], following: Item[], items: Item[], scope: Scope): string[] {
  const going = new Set([...targets, ...following].map(({ uid }) => uid));
  const claims = targets.filter(({ kind }) => kind === "PersistentVolumeClaim");
  return items
    .filter((item) => item.kind === "Pod" && !going.has(item.uid) && !hasEnded(item.live) && !isLeaving(item, items))
    .flatMap((pod) =>
      claims.filter((claim) => uses(pod, claim)).map((claim) => userError(pod, claim, items, scope.declared)),
    );
}

/** Kinds of controllers that are listed in full, so that one that is not listed is gone. */
const LISTED = ["StatefulSet", "Deployment", "ReplicaSet", "Job"];

/** Whether the object goes by itself: it is being deleted, or what controls it is, or is gone already. */
function isLeaving({ live }: Item, items: Item[]): boolean {
  if (live.metadata?.deletionTimestamp) return true;
  const controller = live.metadata?.ownerReferences?.find((owner) => owner.controller);
  if (!controller) return false;
  const owner = items.find(({ uid }) => uid === controller.uid);
  return owner ? isLeaving(owner, items) : LISTED.includes(controller.kind);
}

/** Kubernetes does not wait for pods that have done their work. */
function hasEnded({ status }: V1Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

function uses({ namespace, live }: Item, claim: Item): boolean {
  return namespace === claim.namespace && usesClaim(live, claim.name);
}

function userError(pod: Item, claim: Item, items: Item[], declared: DeclaredObject[]): string {
  const top = topOwner(pod, items);
  const section = declared.find((object) => isDeclared(top, [object]))?.section;
  const remedy =
    section === undefined
      ? `Delete it: kubectl delete ${top.kind.toLowerCase()} ${top.name} -n ${top.namespace}`
      : `Reset its section too: --section ${section}`;
  return `${titleOf(claim)} is used by ${titleOf(top)}. ${remedy}`;
}

/** What has to be deleted for the object to stay away. */
function topOwner(item: Item, items: Item[]): Item {
  const controller = item.live.metadata?.ownerReferences?.find((owner) => owner.controller);
  if (!controller) return item;
  const owner = items.find(({ uid }) => uid === controller.uid);
  // Of a kind that was not listed.
  return owner ? topOwner(owner, items) : { ...item, ...controller, live: {} };
}

/** The kubelet has to stop a pod before it is gone. */
function podsOutOfReach(items: Item[], view: ClusterView): string[] {
  return items.flatMap((item) => {
    const { nodeName } = (item.live as V1Pod).spec ?? {};
    const error = item.kind === "Pod" && nodeName !== undefined ? nodeError(view, nodeName) : undefined;
    return error === undefined ? [] : [`${titleOf(item)} cannot be stopped: ${error}. Start its kubelet.`];
  });
}

/** A static volume that another claim has taken stays until that claim goes. */
function holdersOfVolumes(targets: Item[], items: Item[]): string[] {
  const going = new Set(targets.map(({ uid }) => uid));
  return targets
    .filter(({ kind }) => kind === "PersistentVolume")
    .flatMap((volume) => {
      const { spec, status } = volume.live as V1PersistentVolume;
      const { name, namespace, uid } = spec?.claimRef ?? {};
      if (status?.phase !== "Bound" || uid === undefined || going.has(uid)) return [];
      // Of a claim that is gone the phase says Bound for a while; where claims were not listed, it decides.
      const listed = items.some((item) => item.kind === "PersistentVolumeClaim" && item.namespace === namespace);
      if (listed && !items.some((item) => item.uid === uid)) return [];
      return [
        `${titleOf(volume)} is bound to PersistentVolumeClaim ${namespace}/${name}. ` +
          `Delete that: kubectl delete pvc ${name} -n ${namespace}`,
      ];
    });
}
