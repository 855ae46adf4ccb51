import * as pulumi from "@pulumi/pulumi";
import {
  CsiNfsDriver,
  CsiStorageClass,
  type HostCheck,
  NfsClient,
  NfsProvisioner,
  NfsServer,
  NfsStorageClass,
} from "../components/index";
import { clusterProvider, findCluster } from "./cluster-provider";
import type { ClusterIdentity } from "./cluster-identity";
import type { InfrastructureConfig } from "./config-schema";
import { EXPORT_PROFILES } from "./export-schema";
import { hostConnection } from "./host-connection";
import { checkNamespaces } from "./moved-namespaces";
import { infrastructureRemedy } from "./infrastructure-remedy";
import { markObjects } from "./object-marks";
import { infrastructurePlan } from "./preflight/plans";
import { runPreflight } from "./preflight/run";
import { ownObjects } from "./own-state";

/** What the other programs read of this one. */
export interface InfrastructureOutputs {
  cluster: ClusterIdentity;
  /** The NAS as SSH reaches it; the key is each stack's own. */
  nas: { host: string; port: number; user: string; hostKey?: string };
  /** The export, once every node has mounted it. */
  nfs: { server: string; path: string };
  provisionerName: string;
  provisionerNamespace: string;
  storageClasses: string[];
  /** Class → what deleting a claim of it does to the data. */
  deletionEffects: Record<string, string>;
  /** Class → its `pathPattern`, for those that have one. */
  pathPatterns: Record<string, string>;
  /** The CSI driver for NFS; `undefined` where the config has none. */
  csi?: { driver: string; namespace: string; storageClasses: string[] };
  /** How to find out whether what was made on hosts is still so. */
  hostChecks: HostCheck[];
}

/**
 * NFS server, NFS client on every node, provisioner and StorageClasses, in that order: nothing is made in Kubernetes before
 * every node has mounted the export.
 */
export async function infrastructure(config: InfrastructureConfig): Promise<{
  [K in keyof InfrastructureOutputs]: pulumi.Input<InfrastructureOutputs[K]>;
}> {
  const namespace = {
    resource: "provisioner-namespace",
    key: "provisioner.namespace",
    name: config.provisioner.namespace,
    own: { key: "provisioner.createNamespace", create: config.provisioner.createNamespace },
  };
  const csiNamespace = config.csi && {
    resource: "csi-namespace",
    key: "csi.namespace",
    name: config.csi.namespace,
    own: { key: "csi.createNamespace", create: config.csi.createNamespace },
  };
  const own = await ownObjects();
  await checkNamespaces("infrastructure", [namespace, ...(csiNamespace ? [csiNamespace] : [])], own);
  const cluster = await findCluster("infrastructure", config);
  await runPreflight(cluster.reader, infrastructurePlan(config), own);
  markObjects(infrastructureRemedy);
  const { generation } = config;
  const server = new NfsServer(config.nas.name, {
    connection: hostConnection(config.nas),
    path: config.export.path,
    clients: config.export.clients,
    options: EXPORT_PROFILES[config.export.profile],
    mode: config.export.mode,
    clientWait: config.export.clientWait,
    generation,
    force: config.force,
  });
  const clients = config.nodes.map(
    (node) =>
      new NfsClient(node.name, {
        connection: hostConnection(node),
        server: server.server,
        path: server.path,
        revision: server.revision,
        // The provisioner writes as root, too.
        mustWrite: true,
        generation,
      }),
  );
  const provider = clusterProvider(cluster);
  const provisioner = new NfsProvisioner(
    "provisioner",
    {
      server: server.server,
      path: server.path,
      namespace: config.provisioner.namespace,
      createNamespace: config.provisioner.createNamespace,
      image: config.provisioner.image,
      provisionerName: config.provisioner.name,
      clusterRolePrefix: config.provisioner.clusterRolePrefix,
    },
    { provider, dependsOn: clients },
  );
  const classes = config.storageClasses.map(
    ({ name, default: isDefault, ...rest }) =>
      new NfsStorageClass(
        name,
        {
          ...rest,
          isDefault,
          provisionerName: provisioner.provisionerName,
          provisionerImage: config.provisioner.image,
          provisionerRelease: config.provisioner.release,
        },
        { provider },
      ),
  );

  const csi = config.csi && csiDriver(config.csi, server, config.export.mode, { provider, dependsOn: clients });

  const { host, port, user, hostKey } = config.nas;
  return {
    cluster: cluster.identity,
    nas: { host, port, user, hostKey },
    nfs: pulumi
      .all([server.server, server.path, clients.map((each) => each.host)])
      .apply(([s, path]) => ({ server: s, path })),
    provisionerName: provisioner.provisionerName,
    provisionerNamespace: config.provisioner.namespace,
    storageClasses: pulumi.all(classes.map((each) => each.className)),
    deletionEffects: pulumi
      .all([...classes, ...(csi?.classes ?? [])].map((each) => pulumi.all([each.className, each.deletionEffect])))
      .apply((pairs) => Object.fromEntries(pairs)),
    pathPatterns: Object.fromEntries(
      config.storageClasses.flatMap(({ name, pathPattern }) =>
        pathPattern === undefined ? [] : [[name, pathPattern]],
      ),
    ),
    ...(csi && { csi: csi.outputs }),
    hostChecks: pulumi.all([server.check, ...clients.map((each) => each.check)]),
  };
}

/**
 * The CSI driver for NFS, and its classes on the export.
 *
 * @param mountPermissions Mode of the claims' directories. The driver gives it to the exported folder itself as well, so it is
 * that one's.
 */
function csiDriver(
  { storageClasses, ...settings }: NonNullable<InfrastructureConfig["csi"]>,
  { server, path }: NfsServer,
  mountPermissions: string,
  opts: pulumi.ComponentResourceOptions,
) {
  const driver = new CsiNfsDriver("csi", settings, opts);
  const classes = storageClasses.map(
    ({ name, default: isDefault, ...rest }) =>
      new CsiStorageClass(
        name,
        { ...rest, isDefault, server, share: path, mountPermissions },
        { ...opts, dependsOn: driver },
      ),
  );
  const outputs = pulumi.output({
    driver: driver.driverName,
    namespace: driver.namespaceName,
    storageClasses: classes.map((each) => each.className),
  });
  return { classes, outputs };
}
