import * as pulumi from "@pulumi/pulumi";
import * as library from "../components/index";

export interface RedisStatefulSetArgs {
  /** Name of the StatefulSet, the first part of its pods' names. */
  statefulSetName: pulumi.Input<string>;
  /** Name of the headless Service, and a part of the pods' DNS names. */
  serviceName: pulumi.Input<string>;
  /** Namespace of all of it, which must be there. */
  namespace: pulumi.Input<string>;
  /** The claim, in the same namespace, that holds the data of the one pod; or else give storageClassName. */
  claimName?: pulumi.Input<string>;
  /** Class of the claims that are made for each pod, so that there may be several; or else give claimName. */
  storageClassName?: pulumi.Input<string>;
  /** Size of each claim that is made; default 64Mi. */
  capacity?: pulumi.Input<string>;
  /** Number of pods; default 1. */
  replicas?: pulumi.Input<number>;
  /** Image of Redis. */
  image?: pulumi.Input<string>;
  /** Password that clients must give; by default none. Pass a secret. */
  password?: pulumi.Input<string>;
}

/** Redis as a StatefulSet, and the headless Service under which its pods resolve. */
export class RedisStatefulSet extends pulumi.ComponentResource {
  /** DNS name of the first pod inside the cluster. */
  readonly host: pulumi.Output<string>;

  constructor(name: string, args: RedisStatefulSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:index:RedisStatefulSet", name, args, opts);
    const { claimName, storageClassName, capacity, ...rest } = args;
    const redis = new library.RedisStatefulSet(
      name,
      { ...rest, storage: storage(name, claimName, storageClassName, capacity) },
      { parent: this },
    );
    this.host = redis.host;
    this.registerOutputs({ host: this.host });
  }
}

/** The library's union, from the two arguments of which one is given. */
function storage(
  name: string,
  claimName: pulumi.Input<string> | undefined,
  storageClassName: pulumi.Input<string> | undefined,
  capacity: pulumi.Input<string> | undefined,
): library.StatefulStorage {
  if (claimName !== undefined && storageClassName === undefined && capacity === undefined) return { claimName };
  if (claimName === undefined && storageClassName !== undefined) {
    return { template: { name: "data", storageClassName, capacity } };
  }
  throw new pulumi.RunError(
    `RedisStatefulSet "${name}": give claimName, for a claim that is there, or storageClassName and if need be capacity, ` +
      `for claims to be made; not both, not neither.`,
  );
}
