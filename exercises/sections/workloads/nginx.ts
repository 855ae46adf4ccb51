import { randomUUID } from "node:crypto";
import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { parseMounts } from "../../cluster/mounts";
import { ownName } from "../../cluster/owned";
import { coursePod, mountPath, startHelper } from "../../cluster/pods";
import { boundPair, claimLine, claimMountedAt, volumeLine } from "../../cluster/volumes";

const id = "nginx";
const folder = "/data";
const file = "storage-lab-exercise.txt";

/** nginx in a Pod without a controller, on a volume that is a directory of its node. */
export const nginx: Exercise = {
  id,
  section: "workloads",
  covers: ["nginx", "host-path"],
  title: "nginx serves, and what it writes to its claim is in a directory of its node",
  proves: "a hostPath volume is a directory of one node: its data is available to pods on that node only",
  readOnly: false,
  timeoutSeconds: 300,
  touches: ({ exampleNamespace, nginxPod }) => [`Pod ${exampleNamespace}/${nginxPod}`],
  async run(context) {
    const { exampleNamespace: namespace, nginxPod, nginxClaim } = context.settings;
    const pod = await coursePod(context, namespace, nginxPod);
    const node = pod.spec?.nodeName ?? "";
    const claimName = claimMountedAt(pod, folder);
    if (claimName !== nginxClaim) {
      throw new Failure(`Pod ${namespace}/${nginxPod} should have the claim ${nginxClaim} at ${folder}`);
    }
    const { claim, volume } = await boundPair(context, namespace, nginxClaim);
    const path = volume.spec?.hostPath?.path;
    if (!path) throw new Failure(`the volume ${volume.metadata?.name} of claim ${nginxClaim} is not a hostPath`);
    const selector = pod.spec?.nodeSelector?.["kubernetes.io/hostname"];
    context.saw(
      `Pod ${nginxPod}`,
      `on ${node}, ${selector ? "selected by its nodeSelector" : "without a nodeSelector"}`,
    );
    context.saw(`claim ${nginxClaim}`, claimLine(claim));
    context.saw(`volume ${volume.metadata?.name}`, `${volumeLine(volume)}, hostPath ${path}`);

    context.afterwards(`removing ${folder}/${file}`, async (afterwards) => {
      await afterwards.shell(namespace, nginxPod, `rm -f ${folder}/${file}`);
    });
    const word = randomUUID();
    const get = "if command -v curl > /dev/null; then curl -fsS $url; else wget -qO- $url; fi";
    const script = `url=http://127.0.0.1/; page=$(${get}) || exit; printf %s ${word} > ${folder}/${file}
printf '%s\\n' "$page" | grep -io '<title>.*</title>'; cat /proc/mounts`;
    const [title = "", ...mounts] = (await context.shell(namespace, nginxPod, script)).split("\n");
    context.saw("GET http://127.0.0.1/", title);
    const mount = parseMounts(mounts.join("\n")).find((each) => each.path === folder);
    if (!mount) throw new Failure(`${folder} of Pod ${namespace}/${nginxPod} is not a mount`);
    context.saw("mount", `${mount.source} on ${mount.path} type ${mount.type}: the node's own disk`);

    const helper = `${ownName(id)}-node`;
    await startHelper(context, { name: helper, namespace, node, readOnly: true, volume: { hostPath: { path } } });
    const found = await context.shell(namespace, helper, `cat ${mountPath}/${file}`);
    context.saw(`${path}/${file} on ${node}`, found);
    if (found !== word) throw new Failure(`${path}/${file} on ${node} should hold ${word}, but holds ${found}`);
  },
};
