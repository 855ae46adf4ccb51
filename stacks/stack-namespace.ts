import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/**
 * A namespace that the stack makes, or that it only uses. One that it made earlier and only uses now is let go of: it
 * stays, with all that is in it, also when the stack is destroyed.
 *
 * @param key The config key that names it, and what Pulumi calls it.
 */
export function stackNamespace(
  key: string,
  name: string,
  opts: pulumi.CustomResourceOptions,
  { create = true } = {},
): pulumi.Output<string> {
  if (create) return new k8s.core.v1.Namespace(key, { metadata: { name } }, opts).metadata.name;
  // Read under the same resource name: the engine then drops the one that it managed, and deletes nothing.
  return k8s.core.v1.Namespace.get(key, name, opts).metadata.name;
}
