import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NfsDirectories } from "../components/nfs/NfsDirectories";
import { StaticVolume } from "../components/storage/StaticVolume";
import { RedisStatefulSet } from "../components/workload/RedisStatefulSet";
import { clusterProvider, ownNamespace } from "./cluster";
import { readInfrastructure } from "./infrastructureReference";
import type { CourseConfig } from "./schema";

/** The course's static volumes: the directory below the export is the name without its prefix. */
const STATIC_PAIR = "shiqi-redis";
const EXISTING = "shiqi-redis-exist-pvc";

/**
 * What a lesson makes: the namespace, the static pair, Redis on a claim that exists, Redis on a claim template, and the
 * example of a dynamic claim. All names are the course's.
 */
export async function course(config: CourseConfig): Promise<Record<string, pulumi.Input<unknown>>> {
  const { sections } = config;
  const infrastructure = await readInfrastructure(config.infrastructureStack, config.storageClass);
  const provider = clusterProvider(config);
  const privateKey = new pulumi.Config().requireSecret("sshPrivateKey");

  const directoryNames = [
    ...(sections.staticPair ? [STATIC_PAIR] : []),
    ...(sections.redisExistingClaim ? [EXISTING] : []),
  ];
  const directories =
    directoryNames.length === 0
      ? undefined
      : new NfsDirectories("directories", {
          connection: { ...infrastructure.nas, privateKey },
          exportPath: infrastructure.path,
          names: directoryNames,
          onDelete: config.onDelete,
          generation: config.generation,
        });

  const namespace = config.createNamespace
    ? ownNamespace(config.namespace, { provider, dependsOn: directories })
    : pulumi.output(config.namespace);

  const staticVolume = (directory: string, paths: pulumi.Output<Record<string, string>>) =>
    new StaticVolume(
      directory,
      {
        volumeName: `pv-${directory}`,
        claimName: `pvc-${directory}`,
        namespace,
        source: {
          type: "nfs",
          server: infrastructure.server,
          path: paths.apply((known) => known[directory] as string),
        },
        capacity: "64Mi",
      },
      { provider },
    );
  const redis = { namespace, image: config.redisImage, version: config.redisVersion };
  const outputs: Record<string, pulumi.Input<unknown>> = { namespace };

  if (sections.staticPair && directories) {
    const pair = staticVolume(STATIC_PAIR, directories.paths);
    outputs.staticPair = { volume: pair.volumeName, claim: pair.claimName };
  }
  if (sections.redisExistingClaim && directories) {
    const volume = staticVolume(EXISTING, directories.paths);
    const existing = new RedisStatefulSet(
      "redis-exist-pvc",
      {
        ...redis,
        statefulSetName: "statefulset-redis-exist-pvc",
        serviceName: "redis-exist-pvc",
        storage: {
          claimName: volume.claimName,
          volumeName: "volume-shiqi-redis-exist-pvc",
          replaceWith: volume.persistentVolume,
        },
      },
      { provider },
    );
    outputs.redisExistingClaim = { statefulSet: existing.statefulSetName, host: existing.host };
  }
  if (sections.redisTemplate) {
    const template = new RedisStatefulSet(
      "redis-not-exist-pvc",
      {
        ...redis,
        statefulSetName: "statefulset-redis-not-exist-pvc",
        serviceName: "redis-not-exist-pvc",
        replicas: config.replicas,
        storage: { template: { name: "pvc-shiqi", storageClassName: config.storageClass } },
      },
      { provider },
    );
    outputs.redisTemplate = { statefulSet: template.statefulSetName, host: template.host };
  }
  if (sections.dynamicExample) {
    const claim = new k8s.core.v1.PersistentVolumeClaim(
      "pvc-dynamic-example",
      {
        metadata: { name: "pvc-dynamic-example", namespace: "default" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "64Mi" } },
          storageClassName: config.storageClass,
        },
      },
      { provider, dependsOn: directories },
    );
    outputs.dynamicExample = { claim: claim.metadata.name };
  }
  outputs.deletionEffect = infrastructure.deletionEffect;
  return outputs;
}
