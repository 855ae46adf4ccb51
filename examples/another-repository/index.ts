// A program outside this repository: an NFS server, one folder of it, and Redis on that folder.
//
//   cp -r examples/another-repository ~/redis-on-nfs && cd ~/redis-on-nfs
//   npm install                          # or, from a clone: npm install <clone>/components/storage-lab-components-0.1.0.tgz
//   pulumi stack init dev
//   pulumi config set nas 192.168.110.168
//   pulumi config set network 192.168.110.0/24
//   pulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519
//   pulumi up                            # in the cluster of $KUBECONFIG
import * as pulumi from "@pulumi/pulumi";
import { NfsDirectories, NfsServer, RedisStatefulSet, type SshConnection, StaticVolume } from "storage-lab-components";

const config = new pulumi.Config();
const namespace = config.get("namespace") ?? "default";
const connection: SshConnection = { host: config.require("nas"), privateKey: config.requireSecret("sshPrivateKey") };

const nas = new NfsServer("nas", {
  connection,
  path: config.get("path") ?? "/srv/redis-on-nfs",
  clients: [config.require("network")],
});
// The user of Redis's image, so that nobody has to be root on the NAS.
const folder = new NfsDirectories("folder", {
  connection,
  exportPath: nas.path,
  names: ["redis"],
  owner: "999:999",
  mode: "0755",
});
const volume = new StaticVolume("data", {
  volumeName: "redis-on-nfs",
  claimName: "redis-on-nfs",
  namespace,
  source: { type: "nfs", server: nas.server, path: folder.paths.redis },
  capacity: "64Mi",
});
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
