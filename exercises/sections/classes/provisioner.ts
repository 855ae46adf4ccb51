import type { Context, Exercise } from "../../runner/exercise";
import { Failure, missing } from "../../runner/failure";

/** The Deployment and its classes, and the provisioner's log. */
export const provisioner: Exercise = {
  id: "provisioner",
  readOnly: true,
  timeoutSeconds: 30,
  touches: () => [],
  section: "classes",
  covers: ["provisioner"],
  title: "The provisioner is ready, holds its lease, and serves the classes",
  proves: "claims of these classes get volumes, from one provisioner at a time",
  async run(context) {
    await lookAtObjects(context);
    const { provisionerNamespace: namespace, provisionerLabels: labels, provisionerName } = context.settings;
    const pods = await context.cluster.list("Pod", { namespace, labels });
    const logs = await Promise.all(pods.map(({ metadata }) => context.cluster.log(namespace, metadata?.name ?? "")));
    const lines = logs.flatMap((log) => log.split("\n"));
    // The lock has the provisioner's name, with slashes replaced.
    const names = [provisionerName, provisionerName.replaceAll("/", "-")];
    const own = lines.filter((line) => names.some((name) => line.includes(name)));
    const lease = own.find((line) => /acquired lease/i.test(line));
    const started = own.find((line) => /started provisioner controller/i.test(line));
    context.saw("log", lease ?? "there is no line about a lease");
    context.saw("log", started ?? "there is no line about the start");
    if (!lease || !started) {
      throw new Failure(
        `the provisioner's log does not say that it holds the lease of ${provisionerName} and started`,
        `run \`kubectl logs -l ${labels} -n ${namespace}\``,
      );
    }
  },
};

/** The provisioner is running, and its classes exist. */
async function lookAtObjects(context: Context): Promise<void> {
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
}
