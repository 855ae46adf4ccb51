import type { Check } from "../../runner/exercise";
import { Failure, missing } from "../../runner/failure";

/** The provisioner is running, and its classes exist. */
export const provisioner: Check = {
  id: "provisioner",
  title: "The provisioner is ready and its StorageClasses exist",
  proves: "claims of these classes get volumes",
  readOnly: true,
  timeoutSeconds: 30,
  touches: () => [],
  async run(context) {
    const { cluster, settings } = context;
    const { provisionerNamespace: namespace, provisionerLabels: labels, provisionerName, storageClasses } = settings;
    const deployments = await cluster.list("Deployment", { namespace, labels });
    if (deployments.length === 0) throw missing(`a Deployment with the label ${labels} in Namespace ${namespace}`);
    for (const { metadata, spec, status } of deployments) {
      const ready = `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`;
      context.saw(`Deployment ${namespace}/${metadata?.name}`, `READY ${ready}`);
      if ((status?.readyReplicas ?? 0) < (spec?.replicas ?? 1)) {
        throw new Failure(
          `Deployment ${namespace}/${metadata?.name} is READY ${ready}`,
          `run \`kubectl describe pods -n ${namespace}\` and \`kubectl logs -l ${labels} -n ${namespace}\``,
        );
      }
    }
    for (const name of storageClasses) {
      const found = await context.mustFind("StorageClass", name);
      context.saw(`StorageClass ${name}`, `${found.provisioner}, reclaimPolicy ${found.reclaimPolicy}`);
      if (found.provisioner !== provisionerName) {
        throw new Failure(`StorageClass ${name} is of provisioner ${found.provisioner}, not ${provisionerName}`);
      }
    }
  },
};
