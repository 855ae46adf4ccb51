// Three replicas of Redis, each with a claim of its own from a StorageClass that the cluster has.
//
//   pulumi stack init dev
//   pulumi config set storageClass nfs-client
//   pulumi up                            # in the cluster of $KUBECONFIG
//
// The claims outlive `pulumi destroy`: kubectl delete pvc -l app=example-redis-on-class
import * as pulumi from "@pulumi/pulumi";
import { RedisStatefulSet } from "../../components/index";

const config = new pulumi.Config();

const redis = new RedisStatefulSet("redis", {
  namespace: config.get("namespace") ?? "default",
  statefulSetName: "example-redis-on-class",
  serviceName: "example-redis-on-class",
  replicas: 3,
  image: config.get("redisImage"),
  storage: { template: { name: "data", storageClassName: config.require("storageClass"), capacity: "64Mi" } },
});

/** Of the first of the three; for `redis-cli -h` inside the cluster. */
export const host = redis.host;
