import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { provisioner as probe } from "../../tools/probe/provisioner-probe";

/** The checks of the probe, and the provisioner's log. */
export const provisioner: Exercise = {
  ...probe,
  section: "classes",
  covers: ["provisioner"],
  title: "The provisioner is ready, holds its lease, and serves the classes",
  proves: "claims of these classes get volumes, from one provisioner at a time",
  async run(context) {
    await probe.run(context);
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
