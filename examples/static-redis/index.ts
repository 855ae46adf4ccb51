// Redis on a static volume: a folder of an NFS export that is there already. The folder has to be there too, and has to
// belong to the user of the image (999 in Redis's own); the cluster's nodes need an NFS client.
//
//   pulumi stack init dev
//   pulumi config set nfsServer 192.168.110.168
//   pulumi config set nfsPath /nfs/redis
//   pulumi up                            # in the cluster of $KUBECONFIG
import * as pulumi from "@pulumi/pulumi";
import { RedisStatefulSet, StaticVolume } from "../../components/index";

const config = new pulumi.Config();
const namespace = config.get("namespace") ?? "default";

const volume = new StaticVolume("data", {
  volumeName: "example-redis",
  claimName: "example-redis",
  namespace,
  source: { type: "nfs", server: config.require("nfsServer"), path: config.require("nfsPath") },
  capacity: "64Mi",
});
const redis = new RedisStatefulSet("redis", {
  namespace,
  statefulSetName: "example-redis",
  serviceName: "example-redis",
  image: config.get("redisImage"),
  storage: {
    claimName: volume.claimName,
    accessModes: volume.accessModes,
    replaceWith: volume.persistentVolume,
  },
});

/** For `redis-cli -h` inside the cluster. */
export const host = redis.host;
