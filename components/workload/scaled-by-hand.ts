/**
 * Annotations of what students scale with `kubectl scale`, which then owns the number of replicas: without this, Pulumi's
 * next change of it would be refused as a conflict with that owner. With it, the program's word counts (server-side apply
 * with `force`, see `pulumi.com/patchForce` in Pulumi's manual of its Kubernetes provider). It concerns updates only:
 * objects that exist and are not the stack's are still an error.
 */
export const SCALED_BY_HAND = { "pulumi.com/patchForce": "true" };
