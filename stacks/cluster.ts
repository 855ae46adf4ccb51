import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/**
 * The cluster of a stack's config. Foreign objects of the same names are an error: nothing that exists is adopted.
 *
 * @param opts With `dependsOn`, nothing is made in the cluster before that is there.
 */
export function clusterProvider(
  config: { kubeconfig?: string; context?: string },
  opts?: pulumi.ResourceOptions,
): k8s.Provider {
  return new k8s.Provider("cluster", { kubeconfig: config.kubeconfig, context: config.context }, opts);
}

/** A namespace of the stack's own. One that is there already stays untouched, and the error says what to do. */
export function ownNamespace(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const taken = new pulumi.ErrorHook("namespace-taken", async ({ errors }) => {
    if (/already exists/i.test(errors[0] ?? "")) {
      await pulumi.log.error(
        `The namespace ${name} exists and is not this stack's: it was left as it is. ` +
          `Set createNamespace: false to work inside it, name another one, or delete it.`,
      );
    }
    return false;
  });
  return new k8s.core.v1.Namespace("namespace", { metadata: { name } }, { ...opts, hooks: { onError: [taken] } })
    .metadata.name;
}
