import * as pulumi from "@pulumi/pulumi";
import type { ClusterReader, Reading } from "./cluster-reader";
import { ownOutputs } from "./own-state";

/** Which cluster a stack's objects are in. */
export interface ClusterIdentity {
  /** Address of the API server, as the kubeconfig had it. */
  server?: string;
  /** uid of the namespace kube-system. Undefined where it could never be read. */
  id?: string;
}

/** Of a resource's outputs in the state, those that are read here. */
interface Recorded {
  clusterIdentifier?: string;
  cluster?: ClusterIdentity;
}

const PROVIDER = /::pulumi:providers:kubernetes::cluster$/;

/**
 * Which cluster the kubeconfig leads to. Throws, before anything is registered, where that is not the one of the stack's
 * objects: they would all be made again there, and be out of reach here.
 *
 * @param key The config key that names the kubeconfig.
 */
export async function clusterIdentity(key: string, reader: ClusterReader): Promise<ClusterIdentity> {
  const [before, id] = await Promise.all([recordedIdentity(), reader.clusterId()]);
  const error = changeError(before, reader.server, id);
  if (error !== undefined) throw new pulumi.RunError(`${key} ${error}`);
  const known = "value" in id ? id.value : before.id;
  if (known === undefined && "problem" in id) {
    void pulumi.log.warn(
      `${key}: the uid of the namespace kube-system, which tells clusters apart, cannot be read (${id.problem}). Until it ` +
        `can, another address of the same API server makes Pulumi replace every object of this stack.`,
    );
  }
  return { server: reader.server ?? before.server, id: known };
}

/** What the stack's state has: the identifier with the provider, so also where an update did not come to its outputs. */
async function recordedIdentity(): Promise<ClusterIdentity> {
  const resources = await ownOutputs<Recorded>();
  const outputsOf = (end: RegExp) => resources.find(([urn]) => end.test(urn))?.[1];
  return {
    id: outputsOf(PROVIDER)?.clusterIdentifier,
    server: outputsOf(/::pulumi:pulumi:Stack::[^:]+$/)?.cluster?.server,
  };
}

function changeError(before: ClusterIdentity, server: string | undefined, id: Reading<string>): string | undefined {
  if (before.id === undefined) return undefined;
  const stack = pulumi.getStack();
  const remedy =
    `put the old kubeconfig back; or, to give up that cluster, first run with it: pulumi destroy -s ${stack} (with PULUMI_K8S_DELETE_UNREACHABLE=true for one that is gone for good); or, for ` +
    `another cluster, make another stack (pulumi stack init)`;
  if ("value" in id) {
    if (id.value === before.id) return undefined;
    return (
      `leads to another cluster than the one that has this stack's objects; nothing was changed. Theirs: ${before.server ?? "address unknown"} ` +
      `(uid of kube-system ${before.id}). This one: ${server} (${id.value}). To go on, ${remedy}.`
    );
  }
  if (server === undefined || before.server === undefined || server === before.server) return undefined;
  return (
    `leads to ${server}, and this stack's objects are in the cluster of ${before.server}. Whether that is the same one cannot ` +
    `be told, because the namespace kube-system cannot be read (${id.problem}); nothing was changed. If it is the same, ` +
    `run once with a kubeconfig that may read it. If it is not, ${remedy}.`
  );
}
