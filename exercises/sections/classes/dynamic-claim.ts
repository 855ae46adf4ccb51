import { posix } from "node:path";
import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { parseMounts } from "../../cluster/mounts";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { mountPath, startHelper } from "../../cluster/pods";
import { boundPair, claimLine, exportOf, nfsOf, volumeLine } from "../../cluster/volumes";

const id = "dynamic-claim";

/** The example of a dynamic claim. The NAS is read through a pod, so that only a kubeconfig is needed. */
export const dynamicClaim: Exercise = {
  id,
  section: "classes",
  covers: ["class-dynamic"],
  title: "The dynamic claim is Bound, and its directory is on the NAS",
  proves: "the provisioner created a volume for the claim, with its own directory on the export",
  readOnly: false,
  timeoutSeconds: 480,
  touches: ({ dynamicNamespace, dynamicClaim }) => [
    `PersistentVolumeClaim ${dynamicNamespace}/${dynamicClaim}`,
    `Namespace ${ownName(id)}`,
  ],
  async run(context) {
    const { dynamicNamespace, dynamicClaim, provisionerName } = context.settings;
    const { claim, volume } = await boundPair(context, dynamicNamespace, dynamicClaim);
    const source = nfsOf(volume);
    const provisioner = volume.metadata?.annotations?.["pv.kubernetes.io/provisioned-by"];
    context.saw(`claim ${dynamicNamespace}/${dynamicClaim}`, claimLine(claim));
    context.saw(`volume ${volume.metadata?.name}`, `${volumeLine(volume)}, ${source.server}:${source.path}`);
    context.saw("class", `${claim.spec?.storageClassName}, provisioned by ${provisioner ?? "no provisioner"}`);
    if (provisioner !== provisionerName) {
      throw new Failure(
        `the volume should have been created by ${provisionerName}, but its annotation names ${provisioner ?? "no provisioner"}`,
      );
    }

    const namespace = await exerciseNamespace(context);
    const root = exportOf(source);
    await startHelper(context, { name: "nas", namespace, readOnly: true, volume: { nfs: root } });
    const mounts = parseMounts(await context.shell(namespace, "nas", "cat /proc/mounts"));
    const mount = mounts.find(({ path }) => path === mountPath);
    context.saw("the export, mounted read-only in a pod", `${mount?.source} on ${mount?.path} type ${mount?.type}`);
    const directory = posix.join(mountPath, posix.basename(source.path));
    context.saw("the claim's directory", await context.shell(namespace, "nas", `ls -ld '${directory}'`));
  },
};
