// A program outside this repository: an NFS server, one folder of it, NFS clients on the cluster's nodes, and Redis on
// that folder.
//
//   cp -r examples/another-repository ~/redis-on-nfs && cd ~/redis-on-nfs
//   npm install                          # or, from a clone: npm install <clone>/components/storage-lab-components-0.1.0.tgz
//   pulumi stack init dev
//   pulumi config set nas 192.168.110.168
//   pulumi config set network 192.168.110.0/24
//   pulumi config set --path 'nodes[0]' 192.168.110.11     # and so on: Redis may run on any of the cluster's
//   pulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519
//   pulumi up                            # in the cluster of $KUBECONFIG
import * as pulumi from "@pulumi/pulumi";
import {
  NfsClient,
  NfsDirectories,
  NfsServer,
  RedisStatefulSet,
  type SshConnection,
  StaticVolume,
} from "storage-lab-components";

const config = new pulumi.Config();
const namespace = config.get("namespace") ?? "default";
const privateKey = config.requireSecret("sshPrivateKey");
const connection = (host: string): SshConnection => ({ host, privateKey });

const nas = new NfsServer("nas", {
  connection: connection(config.require("nas")),
  path: config.get("path") ?? "/srv/redis-on-nfs",
  clients: [config.require("network")],
});
// Without them a node's kubelet cannot mount the volume.
const clients = config.requireObject<string[]>("nodes").map(
  (host) =>
    new NfsClient(host, {
      connection: connection(host),
      server: nas.server,
      path: nas.path,
      revision: nas.revision,
    }),
);
// The user of Redis's image, so that nobody has to be root on the NAS.
const folder = new NfsDirectories("folder", {
  connection: connection(config.require("nas")),
  exportPath: nas.path,
  names: ["redis"],
  owner: "999:999",
  mode: "0755",
});
const volume = new StaticVolume(
  "data",
  {
    volumeName: "redis-on-nfs",
    claimName: "redis-on-nfs",
    namespace,
    source: { type: "nfs", server: nas.server, path: folder.paths.redis },
    capacity: "64Mi",
  },
  { dependsOn: clients },
);
const redis = new RedisStatefulSet("redis", {
  namespace,
  statefulSetName: "redis-on-nfs",
  serviceName: "redis-on-nfs",
  image: config.get("redisImage"),
  storage: {
    claimName: volume.claimName,
    accessModes: volume.accessModes,
    replaceWith: volume.persistentVolume,
  },
});

/** For `redis-cli -h` inside the cluster. */
export const host = redis.host;
