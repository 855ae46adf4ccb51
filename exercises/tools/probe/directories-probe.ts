import { posix } from "node:path";
import type { V1Pod } from "@kubernetes/client-node";
import type { Check, Context } from "../../runner/exercise";
import { Failure, missing } from "../../runner/failure";
import type { NfsSource } from "../../cluster/mounts";
import { boundPair, exportOf, nfsOf } from "../../cluster/volumes";

/**
 * The directories of claims that no pod uses, read in the provisioner's pod, which has the export mounted. If the
 * provisioner's image has no shell (upstream's has none), the result says that they were not checked: the exercise
 * `dynamic-claim` uses its own pod, which a read-only probe must not start.
 */
export const directories: Check = {
  id: "directories",
  title: "The claims' directories are on the NAS",
  proves: "the directory that a claim is bound to exists",
  readOnly: true,
  timeoutSeconds: 60,
  touches: () => [],
  async run(context) {
    const { courseNamespace, staticClaim, dynamicNamespace, dynamicClaim } = context.settings;
    const pairs = await Promise.all([
      boundPair(context, courseNamespace, staticClaim),
      boundPair(context, dynamicNamespace, dynamicClaim),
    ]);
    const sources = pairs.map(({ volume }) => nfsOf(volume));
    const pod = await provisionerPod(context);
    await Promise.all(sources.map((source) => lookAt(context, pod, source)));
  },
};

async function provisionerPod(context: Context): Promise<V1Pod> {
  const { provisionerNamespace: namespace, provisionerLabels: labels } = context.settings;
  const pod = (await context.cluster.list("Pod", { namespace, labels })).find(
    ({ status }) => status?.phase === "Running",
  );
  if (!pod) throw missing(`a running pod of the provisioner in Namespace ${namespace}`);
  return pod;
}

async function lookAt(context: Context, pod: V1Pod, source: NfsSource): Promise<void> {
  const { name = "", namespace = "" } = pod.metadata ?? {};
  const directory = `directory ${source.path}`;
  const root = exportOf(source);
  const inPod = mountOf(pod, root);
  if (!inPod) {
    context.saw(directory, `not checked: Pod ${namespace}/${name} has no mount of ${root.server}:${root.path}`);
    return;
  }
  const path = posix.join(inPod, posix.basename(source.path));
  const command = ["sh", "-c", `timeout 5 stat -c %a '${path}'`];
  const ended = await context.cluster.exec(namespace, name, command, context.signal).catch((error: unknown) => {
    if (error instanceof Failure && /executable file .*not found|no such file/i.test(error.message)) return undefined;
    throw error;
  });
  if (!ended) {
    context.saw(directory, `not checked: the image of Pod ${namespace}/${name} has no shell`);
    return;
  }
  if (ended.exitCode !== 0) {
    throw new Failure(
      `${directory} of ${source.server} cannot be read in Pod ${namespace}/${name}: ${ended.stderr.trim()}`,
      "check `exportfs -s` and `ls -l` on the NAS; raise `generation` to apply exports and directories again",
    );
  }
  context.saw(directory, `mode ${ended.stdout.trim()}`);
}

/** Where a pod's first container has an export mounted. */
function mountOf(pod: V1Pod, { server, path }: NfsSource): string | undefined {
  const volume = pod.spec?.volumes?.find(({ nfs }) => nfs?.server === server && nfs.path === path)?.name;
  return pod.spec?.containers[0]?.volumeMounts?.find(({ name }) => name === volume)?.mountPath;
}
