import type { V1PersistentVolume, V1StorageClass } from "@kubernetes/client-node";
import { madeBy, type Provisioners } from "../destroy/volumes-gone";
import { fateLine, whatGoes } from "../destroy/what-goes";
import { listLines } from "./added";
import type { DirectoryPlan } from "./directories";
import type { Inventory } from "./inventory";
import type { Removal } from "./removal";
import { scopeTitle, type Scope } from "./scope";

/** All that a reset has decided on, before it changes anything. */
export interface ResetPlan {
  scope: Scope;
  inventory: Inventory;
  removal: Removal;
  directories: DirectoryPlan;
}

/** What becomes of objects and data, a line each: what the user agrees to. */
export function effectLines(
  { scope, inventory, removal, directories }: ResetPlan,
  classes: V1StorageClass[],
  provisioners: Provisioners,
): string[] {
  const { workloads, storage, added } = removal;
  const again = workloads.length + storage.length - added.length;
  return [
    `${scopeTitle(scope)}: ${again} objects are deleted, and made again as declared`,
    ...directoryLines(directories),
    ...claimLines(removal, inventory, classes, provisioners),
    ...nodeLines(scope),
    ...listLines(added).map((line) => `deleted, since the stack did not make it: ${line}`),
    ...inventory.unseen.map((what) => `not looked at, since the API server does not answer about it: ${what}`),
  ];
}

function directoryLines({ save, replaces, restored, snapshot, emptied }: DirectoryPlan): string[] {
  const earlier = replaces ? `, in place of that of ${replaces.savedAt}` : "";
  return [
    ...(save === undefined
      ? []
      : [`the data of the static directories is first kept as the snapshot ${save}${earlier}`]),
    ...(restored.length > 0 ? [`${restored.join(", ")}: get back the data of the snapshot ${snapshot}`] : []),
    ...(emptied.length > 0 ? [`${emptied.join(", ")}: emptied`] : []),
  ];
}

/** Dynamic claims come back with new volumes; what becomes of the old ones, their class says. */
function claimLines(
  { storage }: Removal,
  { items }: Inventory,
  classes: V1StorageClass[],
  provisioners: Provisioners,
): string[] {
  const volumes = items.filter(({ kind }) => kind === "PersistentVolume").map(({ live }) => live as V1PersistentVolume);
  const goes = (namespace: string, claim: string) =>
    storage.some(
      (item) => item.kind === "PersistentVolumeClaim" && item.namespace === namespace && item.name === claim,
    );
  return whatGoes(madeBy(provisioners, volumes), classes, goes).flatMap((fate) => {
    const { parameters } = classes.find(({ metadata }) => metadata?.name === fate.storageClass) ?? {};
    const found = fate.fate === "kept" && parameters?.pathPattern !== undefined;
    return [
      fateLine(fate),
      ...(found ? [`${fate.storageClass}: by its pathPattern the new claims find it again`] : []),
    ];
  });
}

/** No host is named for these: a pod may have run on any node. */
function nodeLines({ objects }: Scope): string[] {
  const volumes = objects.filter(({ kind, inputs }) => {
    const spec = (inputs.spec ?? {}) as V1PersistentVolume["spec"];
    return kind === "PersistentVolume" && (spec?.hostPath ?? spec?.local);
  });
  const names = volumes.map(({ name }) => name);
  return names.length > 0 ? [`${names.join(", ")}: the data on the nodes' own disks stays`] : [];
}
