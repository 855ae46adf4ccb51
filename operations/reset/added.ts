import type { V1Secret } from "@kubernetes/client-node";
import { makesClaim, type DeclaredObject } from "../probe/declared";
import { groupKind, type Item } from "./inventory";

/** Of what is in the namespaces that a stack made: what neither the stack nor Kubernetes has put there. */
export function addedTo(namespaces: string[], items: Item[], declared: DeclaredObject[]): Item[] {
  const there = items.filter(({ namespace }) => namespace !== undefined && namespaces.includes(namespace));
  const uids = new Set(there.map(({ uid }) => uid));
  return there.filter((item) => {
    const owned = item.live.metadata?.ownerReferences?.some(({ uid }) => uids.has(uid));
    return !owned && !isKubernetesOwn(item, there) && !isDeclared(item, declared) && !isOfTemplate(item, declared);
  });
}

function isKubernetesOwn({ kind, apiVersion, name, namespace, live }: Item, there: Item[]): boolean {
  const core = apiVersion === "v1";
  if (core && kind === "ServiceAccount") return name === "default";
  if (core && kind === "ConfigMap") return name === "kube-root-ca.crt";
  const hasSame = (other: string, its: string) =>
    there.some((item) => item.kind === other && item.namespace === namespace && item.name === its);
  // These have no owner, and go with what they are of.
  if (core && kind === "Endpoints") return hasSame("Service", name);
  if (core && kind === "Secret" && (live as V1Secret).type === "kubernetes.io/service-account-token")
    return hasSame("ServiceAccount", live.metadata?.annotations?.["kubernetes.io/service-account.name"] ?? "");
  return false;
}

export function isDeclared(item: Item, declared: DeclaredObject[]): boolean {
  return declared.some(
    (object) =>
      object.name === item.name && object.namespace === item.namespace && groupKind(object) === groupKind(item),
  );
}

/** Whether it is a claim that a declared StatefulSet made from its template. */
export function isOfTemplate({ kind, namespace, name }: Item, declared: DeclaredObject[]): boolean {
  return kind === "PersistentVolumeClaim" && declared.some((object) => makesClaim(object, namespace, name));
}

/** The objects as they are told: one line for each kind of a namespace. */
export function listLines(items: Item[]): string[] {
  const lines = new Map<string, string[]>();
  for (const { kind, namespace, name } of items) {
    const title = `${kind} in ${namespace}`;
    lines.set(title, [...(lines.get(title) ?? []), name]);
  }
  return [...lines].map(([title, names]) => `${title}: ${names.sort().join(", ")}`).sort();
}
