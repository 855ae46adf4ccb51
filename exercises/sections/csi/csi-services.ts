import type { V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { nodesForPods } from "../../cluster/nodes";
import { boundPair, claimLine } from "../../cluster/volumes";
import { registeredOn } from "./csi-node";
import { withoutHeader } from "./driver-log";
import { controllerPods, nodePlugin } from "./driver-pods";
import { driverContainer, installedSection, nodePlugins } from "./installed-driver";

const sidecars = ["csi-provisioner", "csi-attacher", "csi-resizer"];

/** The calls with which the sidecars and the kubelets get to know the driver. */
const introductions = {
  Identity: ["GetPluginInfo", "GetPluginCapabilities"],
  Controller: ["ControllerGetCapabilities"],
  Node: ["NodeGetInfo", "NodeGetCapabilities"],
};

/** Upstream's image logs it from `-v=8` on only. */
const seldomLogged = "NodeGetCapabilities";

/** Who answers the three services of the driver. */
export const csiServices: Exercise = {
  id: "csi-services",
  section: "csi",
  covers: ["csi-services"],
  title: "The three services of the CSI driver, and which program in which pod answers each",
  proves:
    "one program answers all three: Identity and Controller next to its sidecars in the controller's pod, Identity and Node next to the kubelet on each node",
  readOnly: true,
  timeoutSeconds: 60,
  touches: () => [nodePlugins],
  async run(context) {
    const { driver } = await installedSection(context);
    const { attachRequired, volumeLifecycleModes, fsGroupPolicy } = driver.spec;
    context.saw(
      `CSIDriver ${driver.metadata?.name}`,
      `attachRequired ${attachRequired}, ${volumeLifecycleModes?.join(", ")}, fsGroupPolicy ${fsGroupPolicy}`,
    );
    await showController(context);
    for (const node of await nodesForPods(context, 1)) await showNode(context, node);
    await showClaim(context);
  },
};

async function showController(context: Context): Promise<void> {
  const pods = await controllerPods(context);
  for (const pod of pods) showContainers(context, pod, [driverContainer, ...sidecars]);
  // Of several pods, each sidecar of each asks its own driver.
  for (const pod of pods) {
    await showCalls(context, pod, "Identity", introductions.Identity);
    await showCalls(context, pod, "Controller", introductions.Controller);
  }
}

async function showNode(context: Context, node: string): Promise<void> {
  const pod = await nodePlugin(context, node);
  showContainers(context, pod, [driverContainer]);
  await showCalls(context, pod, "Node", introductions.Node);
  const found = await registeredOn(context, node);
  if (!found) {
    throw new Failure(
      `CSINode ${node} does not list ${context.settings.csiDriver}: the kubelet there cannot mount its volumes`,
      `run \`kubectl logs ${pod.metadata?.name} --all-containers -n ${context.settings.csiNamespace}\``,
    );
  }
  context.saw(`CSINode ${node}`, `${found.name}, nodeID ${found.nodeID}, as NodeGetInfo returned it to the kubelet`);
}

/** Reports a pod's containers; fails if one is missing or not ready. */
function showContainers(context: Context, { metadata, spec, status }: V1Pod, needed: string[]): void {
  const containers = spec?.containers.map(({ name }) => name) ?? [];
  context.saw(`Pod ${metadata?.name}`, `on ${spec?.nodeName}, containers ${containers.join(", ")}`);
  for (const name of needed) {
    if (status?.containerStatuses?.some((container) => container.name === name && container.ready)) continue;
    throw new Failure(
      `Pod ${metadata?.namespace}/${metadata?.name} has no container ${name} that is ready`,
      `run \`kubectl describe pod ${metadata?.name} -n ${metadata?.namespace}\``,
    );
  }
}

/** Reports the log lines of calls with which a service was asked what it can do; fails if one is not there. */
async function showCalls(context: Context, { metadata }: V1Pod, service: string, calls: string[]): Promise<void> {
  const { name = "", namespace = "" } = metadata ?? {};
  const lines = (await context.cluster.log(namespace, name, { container: driverContainer })).split("\n");
  for (const call of calls) {
    const line = lines.find((each) => new RegExp(`\\b${call}\\b`).test(each));
    if (line === undefined && call !== seldomLogged) {
      throw new Failure(
        `the log of container ${driverContainer} of Pod ${namespace}/${name} has no line of ${call}`,
        `if it was rotated, delete the pod (\`kubectl delete pod ${name} -n ${namespace}\`): the one that replaces it is asked again`,
      );
    }
    context.saw(
      `${service}: ${call}`,
      line === undefined
        ? "not in the log: upstream's image logs it with -v=8 only"
        : `${name}: ${withoutHeader(line)}`,
    );
  }
}

/** The course's claim, as one that the driver serves. */
async function showClaim(context: Context): Promise<void> {
  const { courseNamespace, csiClaim, csiDriver } = context.settings;
  const { claim, volume } = await boundPair(context, courseNamespace, csiClaim);
  const csi = volume.spec?.csi;
  context.saw(`claim ${courseNamespace}/${csiClaim}`, `${claimLine(claim)}, volumeHandle ${csi?.volumeHandle}`);
  if (csi?.driver !== csiDriver) {
    throw new Failure(`the volume ${volume.metadata?.name} should be of driver ${csiDriver}, but is not`);
  }
}
