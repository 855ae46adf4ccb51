import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../exercise";
import { Failure } from "../failure";
import { ownName, ownNamespace } from "../owned";
import { boundPair, checkPair, claimLine, courseExport, nfsOf, volumeLine } from "../volumes";
import { controllerSaw, ownClaim, ownVolume } from "../own-volume";

const id = "static-pair";

/** The static volume of the course, and what its claimRef is good for. */
export const staticPair: Exercise = {
  id,
  section: "volumes",
  rows: ["static-pair"],
  title: "The static volume and its claim are bound to each other, and no other claim takes such a volume",
  proves: "a claimRef keeps a volume for the one claim that it names: another of the same size stays Pending",
  readOnly: false,
  timeoutSeconds: 120,
  touches: ({ courseNamespace, staticClaim, staticVolume }) => [
    `PersistentVolume ${staticVolume}`,
    `PersistentVolumeClaim ${courseNamespace}/${staticClaim}`,
    `Namespace ${ownName(id)}`,
    `PersistentVolume ${ownName(id)}`,
  ],
  async run(context) {
    await showCoursePair(context);
    await showForeignClaim(context);
  },
};

async function showCoursePair(context: Context): Promise<void> {
  const { courseNamespace, staticClaim, staticVolume } = context.settings;
  const { volume, claim } = await boundPair(context, courseNamespace, staticClaim);
  if (volume.metadata?.name !== staticVolume) {
    throw new Failure(`${courseNamespace}/${staticClaim} is bound to ${volume.metadata?.name}, not to ${staticVolume}`);
  }
  const { server, path } = nfsOf(volume);
  context.saw(`volume ${staticVolume}`, `${volumeLine(volume)}, ${server}:${path}`);
  context.saw(`claim ${courseNamespace}/${staticClaim}`, claimLine(claim));
}

/** Two claims alike, of which the volume names one: the other is made first, and still does not get it. */
async function showForeignClaim(context: Context): Promise<void> {
  const { cluster } = context;
  const nas = await courseExport(context);
  const namespace = await ownNamespace(context);
  const name = ownName(id);
  await cluster.create(
    "PersistentVolume",
    ownVolume(id, { nfs: { ...nas, path: `${nas.path}/${name}` } }, { claim: "named" }),
  );
  const foreign = await cluster.create("PersistentVolumeClaim", ownClaim(id, "foreign"));
  await controllerSaw(context, foreign);
  const untouched = await cluster.find("PersistentVolume", name);
  const refused = await readClaim(context, namespace, "foreign");
  context.saw("a foreign claim of the same size", claimLine(refused));
  context.saw("the volume, kept for the claim `named`", untouched ? volumeLine(untouched) : "gone");
  mustBePending(refused);

  await cluster.create("PersistentVolumeClaim", ownClaim(id, "named"));
  const named = await context.until(`claim ${namespace}/named to be Bound`, { seconds: 30 }, async () => {
    const claim = await readClaim(context, namespace, "named");
    return claim.status?.phase === "Bound" ? claim : undefined;
  });
  const taken = checkPair(named, await cluster.find("PersistentVolume", name));
  context.saw("the claim that the volume names", claimLine(taken.claim));
  const still = await readClaim(context, namespace, "foreign");
  context.saw("the foreign claim then", claimLine(still));
  mustBePending(still);
}

async function readClaim(context: Context, namespace: string, name: string): Promise<V1PersistentVolumeClaim> {
  const claim = await context.cluster.find("PersistentVolumeClaim", name, namespace);
  if (!claim) throw new Failure(`someone deleted the claim ${namespace}/${name} while the exercise ran`);
  return claim;
}

function mustBePending(claim: V1PersistentVolumeClaim): void {
  if (claim.status?.phase === "Pending" && !claim.spec?.volumeName) return;
  throw new Failure(
    `a claim that the volume's claimRef does not name should stay Pending, but it is ${claimLine(claim)}`,
  );
}
