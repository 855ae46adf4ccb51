import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/**
 * The cluster of a stack's config. Foreign objects of the same names are an error: nothing that exists is adopted. What
 * somebody edits in the stack's own objects is put back, also where an editor like `kubectl edit` then manages the field.
 *
 * @param opts With `dependsOn`, nothing is made in the cluster before that is there.
 */
export function clusterProvider(
  config: { kubeconfig?: string; context?: string },
  opts?: pulumi.ResourceOptions,
): k8s.Provider {
  const { kubeconfig, context } = config;
  return new k8s.Provider("cluster", { kubeconfig, context, enablePatchForce: true }, opts);
}

/**
 * A namespace of the stack's own. One that is there already stays untouched, and the error says what to do.
 *
 * @param key The config key that names it; `namespace` is the one that may also exist.
 */
export function stackNamespace(
  name: string,
  opts: pulumi.CustomResourceOptions,
  key: "namespace" | "hostPathNamespace" | "quotaNamespace" = "namespace",
): pulumi.Output<string> {
  const remedy =
    key === "namespace"
      ? "Set createNamespace: false to work inside it, name another one, or delete it."
      : `Name another one as ${key}, or delete it.`;
  const taken = new pulumi.ErrorHook(`${key}-taken`, async ({ errors }) => {
    if (/already exists/i.test(errors[0] ?? "")) {
      await pulumi.log.error(`The namespace ${name} exists and is not this stack's: it was left as it is. ${remedy}`);
    }
    return false;
  });
  return new k8s.core.v1.Namespace(key, { metadata: { name } }, { ...opts, hooks: { onError: [taken] } }).metadata.name;
}
