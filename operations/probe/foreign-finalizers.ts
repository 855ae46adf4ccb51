import type { KubernetesObject } from "@kubernetes/client-node";
import { SOON, type Trouble } from "./finding";

/** Finalizers that Kubernetes and the drivers of volumes take away themselves. */
const OWN_FINALIZERS = /^(foregroundDeletion|orphan)$|^([\w-]+\.)*kubernetes\.io\/|^external-(provisioner|attacher)\//;

/** Why an object that is being deleted stays: somebody's finalizers hold it. Undefined where none do. */
export function foreignFinalizers(kind: string, { metadata }: KubernetesObject): Trouble | undefined {
  const { name, namespace, finalizers = [] } = metadata ?? {};
  const foreign = finalizers.filter((each) => !OWN_FINALIZERS.test(each));
  if (foreign.length === 0) return undefined;
  const where = namespace === undefined ? "" : ` -n ${namespace}`;
  return {
    reason: `it is being deleted, and held by ${finalizers.join(", ")}`,
    remedy:
      `Who has set ${foreign.join(", ")} has to take it away. If that is gone for good: ` +
      `kubectl edit ${kind.toLowerCase()} ${name}${where}, and remove it from metadata.finalizers`,
    lastingAfter: SOON,
  };
}
