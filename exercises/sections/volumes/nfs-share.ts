import { posix } from "node:path";
import type { V1PersistentVolume } from "@kubernetes/client-node";
import type { Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { listFirst } from "../../cluster/mounts";
import { ownName } from "../../cluster/owned";
import { mountedAt, startHelper } from "../../cluster/pods";
import { boundPair, courseExport, nfsOf, showPair } from "../../cluster/volumes";

const id = "nfs-share";

/** Written through a claim, and removed again. */
const file = `${ownName(id)}.txt`;

/** The course's two shared volumes on NFS, and a file written through each, read on the NAS. */
export const nfsShare: Exercise = {
  id,
  section: "volumes",
  covers: ["nfs-share"],
  title:
    "NFS volumes, one reserved by claimRef and one matched by class: data written through the claims is on the NAS",
  proves: "a claim stands for a directory on the NAS, with claimRef or without",
  readOnly: false,
  timeoutSeconds: 300,
  touches: ({ courseNamespace, nfsShareClaim, nfsUnreservedClaim }) => [
    `PersistentVolumeClaim ${courseNamespace}/${nfsShareClaim}`,
    `PersistentVolumeClaim ${courseNamespace}/${nfsUnreservedClaim}`,
  ],
  async run(context) {
    const { courseNamespace: namespace, ...settings } = context.settings;
    const pairs = [
      { claim: settings.nfsShareClaim, volume: settings.nfsShareVolume },
      { claim: settings.nfsUnreservedClaim, volume: settings.nfsUnreservedVolume },
    ];
    for (const { claim, volume } of pairs) await showPair(context, namespace, claim, volume, place);

    const nas = await courseExport(context);
    const pod = ownName(id);
    const volumes = {
      nas: { nfs: nas },
      ...Object.fromEntries(pairs.map(({ claim }) => [claim, { persistentVolumeClaim: { claimName: claim } }])),
    };
    await startHelper(context, { name: pod, namespace, volumes });
    const files = await Promise.all(
      pairs.map(async ({ claim }) => {
        const { volume } = await boundPair(context, namespace, claim);
        const written = posix.join(mountedAt(claim), file);
        const onNas = posix.join(mountedAt("nas"), posix.relative(nas.path, nfsOf(volume).path), file);
        const words = `written through ${claim}`;
        // Always two lines, also after an error: the file's listing and its content.
        const script = `echo '${words}' > ${written}; ${listFirst(posix.dirname(onNas))}
ls -l ${onNas} || echo; cat ${onNas} || echo; rm -f ${written}`;
        return { words, onNas, script };
      }),
    );
    const lines = (await context.shell(namespace, pod, files.map(({ script }) => script).join("\n"))).split("\n");
    files.forEach(({ words, onNas }, index) => {
      const [listed = "", found] = lines.slice(2 * index);
      context.saw(`${words}, seen on the NAS`, listed.replace(mountedAt("nas"), nas.path));
      if (found !== words) throw new Failure(`${onNas} holds "${found}", not "${words}"`);
    });
  },
};

function place(volume: V1PersistentVolume): string {
  const { server, path } = nfsOf(volume);
  return `${server}:${path}`;
}
