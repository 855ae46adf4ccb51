import * as pulumi from "@pulumi/pulumi";
import { NfsClient, NfsProvisioner, NfsServer, NfsStorageClass, type SshConnection } from "../components/index";
import { clusterProvider } from "./cluster-provider";
import type { HostConfig, InfrastructureConfig } from "./config-schema";

/** What the other programs read of this one. */
export interface InfrastructureOutputs {
  /** The NAS as SSH reaches it; the key is each stack's own. */
  nas: { host: string; port: number; user: string; hostKey?: string };
  /** The export, once every node has mounted it. */
  nfs: { server: string; path: string };
  provisionerName: string;
  storageClasses: string[];
  /** Class → what deleting a claim of it does to the data. */
  deletionEffects: Record<string, string>;
  /** Class → its `pathPattern`, for those that have one. */
  pathPatterns: Record<string, string>;
}

/**
 * NFS server, NFS client on every node, provisioner and StorageClasses, in that order: nothing is made in Kubernetes before
 * every node has mounted the export.
 */
export function infrastructure(config: InfrastructureConfig): {
  [K in keyof InfrastructureOutputs]: pulumi.Input<InfrastructureOutputs[K]>;
} {
  const privateKey = new pulumi.Config().requireSecret("sshPrivateKey");
  const { generation } = config;
  const connection = ({ host, port, user, hostKey }: HostConfig): SshConnection => ({
    host,
    port,
    user,
    hostKey,
    privateKey,
  });

  const server = new NfsServer(config.nas.name, {
    connection: connection(config.nas),
    ...config.export,
    generation,
    force: config.force,
  });
  const clients = config.nodes.map(
    (node) =>
      new NfsClient(node.name, {
        connection: connection(node),
        server: server.server,
        path: server.path,
        revision: server.revision,
        generation,
      }),
  );
  const provider = clusterProvider(config);
  const provisioner = new NfsProvisioner(
    "provisioner",
    {
      server: server.server,
      path: server.path,
      namespace: config.provisioner.namespace,
      createNamespace: config.provisioner.createNamespace,
      image: config.provisioner.image,
      provisionerName: config.provisioner.name,
    },
    { provider, dependsOn: clients },
  );
  const classes = config.storageClasses.map(
    ({ name, default: isDefault, ...rest }) =>
      new NfsStorageClass(name, { ...rest, isDefault, provisionerName: provisioner.provisionerName }, { provider }),
  );

  const { host, port, user, hostKey } = config.nas;
  return {
    nas: { host, port, user, hostKey },
    nfs: pulumi
      .all([server.server, server.path, clients.map((each) => each.host)])
      .apply(([s, path]) => ({ server: s, path })),
    provisionerName: provisioner.provisionerName,
    storageClasses: pulumi.all(classes.map((each) => each.className)),
    deletionEffects: pulumi
      .all(classes.map((each) => pulumi.all([each.className, each.deletionEffect])))
      .apply((pairs) => Object.fromEntries(pairs)),
    pathPatterns: Object.fromEntries(
      config.storageClasses.flatMap(({ name, pathPattern }) =>
        pathPattern === undefined ? [] : [[name, pathPattern]],
      ),
    ),
  };
}
