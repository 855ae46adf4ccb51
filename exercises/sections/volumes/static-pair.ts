import type { Exercise } from "../../runner/exercise";
import { showForeignClaim } from "../../cluster/foreign-claim";
import { ownDirectory } from "../../cluster/own-volume";
import { ownName } from "../../cluster/owned";
import { courseExport, nfsOf, showPair } from "../../cluster/volumes";

const id = "static-pair";

/** The static volume of the course, and what its claimRef does. */
export const staticPair: Exercise = {
  id,
  section: "volumes",
  covers: ["static-pair"],
  title: "The static volume and its claim are bound to each other, and no other claim gets such a volume",
  proves: "a claimRef reserves a volume for the claim that it names: another claim of the same size stays Pending",
  readOnly: false,
  timeoutSeconds: 120,
  touches: ({ courseNamespace, staticClaim, staticVolume }) => [
    `PersistentVolume ${staticVolume}`,
    `PersistentVolumeClaim ${courseNamespace}/${staticClaim}`,
    `Namespace ${ownName(id)}`,
  ],
  async run(context) {
    const { courseNamespace, staticClaim, staticVolume } = context.settings;
    await showPair(context, courseNamespace, staticClaim, staticVolume, (volume) => {
      const { server, path } = nfsOf(volume);
      return `${server}:${path}`;
    });
    const nas = await courseExport(context);
    await showForeignClaim(context, { nfs: ownDirectory(id, nas) });
  },
};
