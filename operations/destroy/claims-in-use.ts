import type { KubernetesObject, V1PersistentVolume, V1StatefulSet } from "@kubernetes/client-node";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure } from "../../exercises/runner/failure";
import { STACK_MARK } from "../../stacks/mark-names";
import { PROJECT } from "../lab";
import { makesClaim } from "../probe/declared";
import { fateLine, whatGoes } from "./what-goes";

/** A volume's claim by name. */
interface ClaimName {
  namespace: string;
  name: string;
}

/** Fails where claims use volumes that nobody would delete any more: says whose they are, and what deleting them does. */
export async function requireUnused(cluster: Cluster, inUse: V1PersistentVolume[]): Promise<void> {
  if (inUse.length === 0) return;
  const [claims, namespaces, sets, classes] = await Promise.all([
    cluster.list("PersistentVolumeClaim"),
    cluster.list("Namespace"),
    cluster.list("StatefulSet"),
    cluster.list("StorageClass"),
  ]);
  // The claim's own mark; that of what goes with its namespace; that of the StatefulSet whose template made it.
  const ownerOf = ({ namespace, name }: ClaimName): string | undefined =>
    [
      claims.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name),
      namespaces.find(({ metadata }) => metadata?.name === namespace),
      sets.find((set) => isOfTemplate(set, namespace, name)),
    ]
      .map(markOf)
      .find((mark) => mark !== undefined);
  const used = inUse.map(({ spec }) => ({
    namespace: spec?.claimRef?.namespace ?? "",
    name: spec?.claimRef?.name ?? "",
  }));
  const owners = new Set(used.flatMap((claim) => ownerOf(claim) ?? []));
  const others = used.filter((claim) => ownerOf(claim) === undefined);
  throw new Failure(
    `These claims still use volumes of the provisioner: ${used.map(pathOf).join(", ")}.`,
    [
      ...[...owners].map((mark) => `Destroy the course first: ${destroyOf(mark)}`),
      "When the claims are deleted:",
      ...whatGoes(inUse, classes, () => true).map((fate) => `· ${fateLine(fate)}`),
      ...(others.length > 0
        ? ["No stack has made these: ask whose they are, and what is in them, before you delete one"]
        : []),
      ...others.map(({ namespace, name }) => `kubectl delete pvc -n ${namespace} ${name}`),
    ].join("\n"),
  );
}

function destroyOf(mark: string): string {
  const [project = "", stack = ""] = mark.split("/");
  return project === PROJECT ? `./storage-lab destroy -s ${stack}` : `pulumi destroy -s ${stack} (project ${project})`;
}

function markOf(object: KubernetesObject | undefined): string | undefined {
  return object?.metadata?.annotations?.[STACK_MARK];
}

function isOfTemplate({ metadata, spec }: V1StatefulSet, namespace: string, claim: string): boolean {
  const set = { kind: "StatefulSet", name: metadata?.name ?? "", namespace: metadata?.namespace, inputs: { spec } };
  return makesClaim(set, namespace, claim);
}

const pathOf = ({ namespace, name }: ClaimName) => `${namespace}/${name}`;
