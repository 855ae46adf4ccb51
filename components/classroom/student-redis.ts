import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { mountPathError } from "../nfs/export-path";
import { nfsServerError } from "../nfs/host-address";
import { mountOptionsError } from "../nfs/mount-options";
import { staticPair } from "../storage/static-pair";
import { checkedPassword } from "../workload/checked-password";
import { headlessService, type ServiceArgs } from "../workload/headless-service";
import { imageError } from "../workload/image-tag";
import { redisProgram, redisSecret } from "../workload/redis-program";
import { DEFAULT_REDIS_IMAGE } from "../workload/redis-stateful-set";
import { statefulSet } from "../workload/stateful-service";
import type { StatefulStorage } from "../workload/stateful-storage";
import { REDIS_VOLUME, studentDirectory, studentVolume } from "./class-names";
import type { Inside } from "./student-lab-args";
import { REDIS_REQUEST } from "./student-limits";

/** Rights that Redis does not need, and Pod Security's level restricted does not give. */
const CONTAINER_SECURITY = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

/** CPU that each Redis asks for: many of them idle on one node. */
const REDIS_CPU = "10m";

/** Makes the two Redis of a student, below `parent`. */
export function studentRedis(parent: pulumi.ComponentResource, inside: Inside, password: pulumi.Output<string>): void {
  const { name, args, metadata, namespace, options } = inside;
  const known = checkedPassword(parent, `password of ${inside.what}`, password);
  const secret = redisSecret(`${name}-password`, { name: REDIS_VOLUME, namespace, password: known, metadata }, options);
  const uid = checked(parent, `uid of ${inside.what}`, args.uid, uidError);
  const program = redisProgram({
    image: checked(parent, `redisImage of ${inside.what}`, args.redisImage ?? DEFAULT_REDIS_IMAGE, imageError),
    cpu: REDIS_CPU,
    readiness: "port",
    secret,
    container: { securityContext: CONTAINER_SECURITY },
    podSpec: {
      automountServiceAccountToken: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: uid,
        runAsGroup: uid,
        // The CSI driver makes root's directories, which the kubelet then gives to this group.
        fsGroup: uid,
        seccompProfile: { type: "RuntimeDefault" },
      },
    },
  });
  const make = (kind: string, storage: StatefulStorage) => {
    const redis = `redis-${kind}`;
    const settings = { statefulSetName: redis, serviceName: redis, namespace, storage, metadata };
    const makeService = (service: ServiceArgs) => ({
      serviceName: new k8s.core.v1.Service(`${name}-${kind}-service`, headlessService(service), options).metadata.name,
    });
    statefulSet(parent, `${name}-${kind}`, settings, program, makeService, options);
  };
  const { persistentVolume, claim } = staticVolume(parent, inside);
  make("static", { claimName: claim.metadata.name, volumeName: "data", replaceWith: persistentVolume });
  const { storageClass } = args;
  if (storageClass === undefined) return;
  make("dynamic", {
    template: {
      name: "data",
      storageClassName: storageClass,
      capacity: REDIS_REQUEST,
      accessModes: ["ReadWriteMany"],
    },
  });
}

/** The directory on the NAS, as a volume with the claim of `redis-static`. */
function staticVolume(parent: pulumi.ComponentResource, inside: Inside) {
  const { name, args, metadata, namespace, options } = inside;
  const server = checked(parent, `server of ${inside.what}`, args.server, nfsServerError);
  const path = checked(parent, `path of ${inside.what}`, args.path, mountPathError);
  return staticPair(
    parent,
    `${name}-static`,
    {
      volumeName: namespace.apply((known) => studentVolume(known, REDIS_VOLUME)),
      claimName: "redis-static",
      namespace,
      source: {
        type: "nfs",
        server,
        path: pulumi.all([path, namespace, REDIS_VOLUME]).apply((known) => studentDirectory(...known)),
      },
      mountOptions:
        args.mountOptions && checked(parent, `mountOptions of ${inside.what}`, args.mountOptions, mountOptionsError),
      capacity: args.capacity,
      request: REDIS_REQUEST,
      asked: REDIS_REQUEST,
      accessModes: pulumi.output(["ReadWriteMany" as const]),
      reclaimPolicy: "Retain",
      storageClassName: pulumi.output(""),
      claimRef: true,
      claimNamesVolume: true,
      // A volume is not gone before its claim is, so the engine would wait for it, and delete the namespace only then.
      ownerReferences: [{ apiVersion: "v1", kind: "Namespace", name: namespace, uid: inside.uid }],
      metadata,
    },
    options,
  );
}

/** Whom NFS servers make of root. */
const NOBODY = 65534;

function uidError(uid: number): string | undefined {
  return Number.isInteger(uid) && uid >= 1000 && uid !== NOBODY
    ? undefined
    : `${uid} is no uid of a student: give one from 1000 on, which nobody else on the NAS has`;
}
