import * as pulumi from "@pulumi/pulumi";
import type { HostCheck, NodeProof } from "../components/index";
import { clusterProvider, findCluster } from "./cluster-provider";
import type { ClusterIdentity } from "./cluster-identity";
import type { InfrastructureConfig } from "./config-schema";
import { csiDriver } from "./csi-driver";
import type { DirectorySettings } from "./export-schema";
import { exportSource } from "./export-source";
import { storageParts } from "./storage-parts";
import { type HostLogin, loginOf } from "./host-schema";
import { checkNamespaces } from "./moved-namespaces";
import { infrastructureRemedy } from "./infrastructure-remedy";
import { markObjects } from "./object-marks";
import { infrastructurePlan } from "./preflight/plans";
import { runPreflight } from "./preflight/run";
import { ownObjects } from "./own-state";
import { plannedNamespaces } from "./planned-namespaces";
import { proveNodes } from "./node-proofs";
import { provisionedStorage } from "./provisioned-storage";

/** An export, and how a course makes directories on it. */
export interface ExportOutputs {
  /** The NAS as SSH reaches it; the secrets are each stack's own. `undefined` with an export that existed, on whose server nothing is done. */
  nas?: HostLogin;
  /** The export, once every node has mounted it, and how a course makes directories there, if not root's and open to all. */
  nfs: { server: string; path: string; directories?: DirectorySettings };
  /** Mount options of volumes that name none; `undefined` for the nodes' own. */
  mountOptions?: string[];
  /** Where pods that mount the whole export belong. */
  provisionerNamespace: string;
}

/** A further export, with the classes that are on it. */
export interface FurtherOutputs extends ExportOutputs {
  nodeProof?: NodeProof;
  provisionerName: string;
  storageClasses: string[];
}

/** What the other programs read of this one; the export is the first one. */
export interface InfrastructureOutputs extends ExportOutputs {
  cluster: ClusterIdentity;
  /** How the config's nodes are logged in to, without a secret. */
  nodes: HostLogin[];
  /** The pods that prove the nodes; `undefined` where that is done over SSH. */
  nodeProof?: NodeProof;
  provisionerName: string;
  /** Those of all exports. */
  storageClasses: string[];
  /** Class → what deleting a claim of it does to the data. */
  deletionEffects: Record<string, string>;
  /** Class → its `pathPattern`, for those that have one. */
  pathPatterns: Record<string, string>;
  /** The further exports, by name; `undefined` where there are none. */
  additional?: Record<string, FurtherOutputs>;
  /** The CSI driver for NFS; `undefined` where the config has none. */
  csi?: { driver: string; namespace: string; storageClasses: string[] };
  /** How to find out whether what was made on hosts is still so. */
  hostChecks: HostCheck[];
}

/**
 * For each export: the NFS server, unless it exists, the proof of every node, provisioner and StorageClasses, in that order:
 * nothing is made in Kubernetes before every node has mounted the export, but for the pods that prove it on nodes without
 * SSH.
 */
export async function infrastructure(config: InfrastructureConfig): Promise<{
  [K in keyof InfrastructureOutputs]: pulumi.Input<InfrastructureOutputs[K]>;
}> {
  const own = await ownObjects();
  await checkNamespaces("infrastructure", plannedNamespaces(config), own);
  const cluster = await findCluster("infrastructure", config);
  await runPreflight(cluster.reader, infrastructurePlan(config), own);
  markObjects(infrastructureRemedy);

  const provider = clusterProvider(cluster);
  const parts = storageParts(config);
  const made = parts.map((part) => {
    const source = exportSource(part, config);
    const nodes = proveNodes(part, source, config, provider);
    const storage = provisionedStorage(part, source, { provider, dependsOn: nodes.proven });
    return { part, source, nodes, storage };
  });
  const [first, ...others] = made as [(typeof made)[number], ...typeof made];
  const csi =
    config.csi &&
    csiDriver(
      config.csi,
      (name) => {
        const { part, source } = made.find((each) => each.part.name === name) ?? first;
        return { ...source, mountOptions: part.mountOptions };
      },
      { provider, dependsOn: made.flatMap(({ nodes }) => nodes.proven) },
    );

  const outputsOf = ({ part, source, nodes }: (typeof made)[number]) => ({
    ...(source.nas && { nas: source.nas }),
    nfs: pulumi
      .all([source.server, source.path, nodes.done])
      .apply(([server, path]) => ({ server, path, ...(source.directories && { directories: source.directories }) })),
    ...(part.mountOptions && { mountOptions: part.mountOptions }),
    ...(nodes.proof && { nodeProof: nodes.proof.proof }),
    provisionerNamespace: part.provisioner.namespace,
  });
  const furtherOutputsOf = (each: (typeof made)[number]) => ({
    ...outputsOf(each),
    provisionerName: each.storage.provisioner.provisionerName,
    storageClasses: pulumi.all(each.storage.classes.map(({ className }) => className)),
  });
  const classes = [...made.flatMap(({ storage }) => storage.classes), ...(csi?.classes ?? [])];
  return {
    cluster: cluster.identity,
    nodes: config.nodes.map(loginOf),
    ...outputsOf(first),
    provisionerName: first.storage.provisioner.provisionerName,
    storageClasses: pulumi.all(made.flatMap(({ storage }) => storage.classes).map((each) => each.className)),
    deletionEffects: pulumi
      .all(classes.map((each) => pulumi.all([each.className, each.deletionEffect])))
      .apply((pairs) => Object.fromEntries(pairs) as Record<string, string>),
    pathPatterns: Object.fromEntries(
      parts
        .flatMap(({ storageClasses }) => storageClasses)
        .flatMap(({ name, pathPattern }) => (pathPattern === undefined ? [] : [[name, pathPattern]])),
    ),
    ...(others.length > 0 && {
      additional: pulumi.output(
        Object.fromEntries(others.map((each) => [each.part.name ?? "", furtherOutputsOf(each)])),
      ),
    }),
    ...(csi && { csi: csi.outputs }),
    hostChecks: pulumi.all(
      made.flatMap(({ source, nodes }) => [
        ...(source.made ? [source.made.check] : []),
        ...nodes.clients.map((each) => each.check),
      ]),
    ),
  };
}
