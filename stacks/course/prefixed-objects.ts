import type { StateObject } from "../own-state";
import { COURSE_NAMES } from "./course-names";

const {
  staticPair,
  redisExistingClaim,
  dynamicExample,
  redisHeadless,
  redisShared,
  nginx,
  nfsShare,
  hostPath,
  localVolume,
  fastSsd,
} = COURSE_NAMES;

/**
 * The objects whose names begin with `namePrefix`: what Pulumi calls them → their names without it. Those that are in a
 * namespace are in that of the smaller examples.
 */
const PREFIXED: Partial<Record<string, string>> = {
  "shiqi-redis-volume": staticPair.volume,
  "shiqi-redis-exist-pvc-volume": redisExistingClaim.volume,
  "pvc-dynamic-example": dynamicExample.claim,
  "redis-headless-service": redisHeadless.service,
  "redis-headless-statefulset": redisHeadless.statefulSet,
  "redis-pvc": redisShared.claim,
  "redis-headless-pvc-service": redisShared.service,
  "redis-headless-pvc-statefulset": redisShared.statefulSet,
  "my-volume": nginx.volume,
  "my-claim": nginx.claim,
  "app-pod": nginx.pod,
  "nfs-share-volume": nfsShare.reserved.volume,
  "nfs-unreserved-volume": nfsShare.unreserved.volume,
  "hostpath-data-volume": hostPath.reserved.volume,
  "hostpath-unreserved-volume": hostPath.unreserved.volume,
  "local-storage-class": localVolume.storageClass,
  "local-01-volume": localVolume.volume,
  "local-01-claim": localVolume.claim,
  "local-reader": localVolume.deployment,
  "fast-ssd-class": fastSsd.storageClass,
};

/** Such an object in a stack's state, with its prefix. */
export interface PrefixedObject extends StateObject {
  prefix: string;
}

/** Those of a course's objects whose names begin with its `namePrefix`. */
export function prefixedObjects(objects: StateObject[]): PrefixedObject[] {
  return objects.flatMap((object) => {
    const plain = PREFIXED[object.resource];
    if (plain === undefined || !object.name.endsWith(plain)) return [];
    return [{ ...object, prefix: object.name.slice(0, -plain.length) }];
  });
}
