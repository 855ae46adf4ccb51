import { randomUUID } from "node:crypto";
import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { controllerSaw, ownClaim, ownDirectory, ownVolume } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { endPod, mountPath, startHelper } from "../../cluster/pods";
import { claimLine, courseExport, volumeLine } from "../../cluster/volumes";

const id = "claim-ref-walk";

/** The volume, and its directory on the NAS. */
const name = ownName(id);

/** The claim, and the file that must survive. */
const claimName = "claim";
const file = "data.txt";

/** Longest wait for the volume controller, in seconds: it checks Pending claims every 15 s. */
const bindingSeconds = 60;

/** The patches for a Released volume, and what each means. */
const repairs = [
  {
    cleared: "uid and resourceVersion",
    meaning: "it remained reserved for a claim of that name",
    patch: { spec: { claimRef: { uid: null, resourceVersion: null } } },
  },
  {
    cleared: "the whole claimRef",
    meaning: "any matching claim could have had it, with the data",
    patch: { spec: { claimRef: null } },
  },
];

/** A volume is Released, repaired and bound again, in both ways, with its data intact. */
export const claimRefWalk: Exercise = {
  id,
  section: "states",
  covers: ["claim-ref-clearing"],
  title: "A Released volume is bound again once its claimRef is cleared, with its data intact",
  proves: "a volume's claimRef has its claim's uid: a new claim of the same name is Pending until that is cleared",
  readOnly: false,
  timeoutSeconds: 900,
  touches: () => [`Namespace ${name}`, `PersistentVolume ${name}`],
  async run(context) {
    const token = `written by the exercise, ${randomUUID()}`;
    await makeVolumeWithData(context, token);
    for (const how of repairs) {
      await release(context);
      await repair(context, how);
    }
    const { cluster } = context;
    const now = await cluster.find("PersistentVolume", name);
    await startHelper(context, helper("reader", { persistentVolumeClaim: { claimName } }));
    const found = await context.shell(name, "reader", `cat ${mountPath}/${file}`);
    context.saw("read through the claim by a new pod", found);
    context.saw("volume at the end", now ? volumeLine(now) : "gone");
    if (found !== token) throw new Failure(`the data changed: ${file} held "${token}" and holds "${found}"`);
  },
};

function helper(pod: string, volume: Parameters<typeof startHelper>[1]["volume"]): Parameters<typeof startHelper>[1] {
  return { name: pod, namespace: name, volume };
}

/** Creates directory, volume and claim, and lets a pod write a file through the claim. */
async function makeVolumeWithData(context: Context, token: string): Promise<void> {
  const { cluster } = context;
  const nas = await courseExport(context);
  await exerciseNamespace(context);
  await startHelper(context, helper("nas", { nfs: nas }));
  const directory = `${mountPath}/${name}`;
  const removeDirectory = `rm -rf ${directory}`;
  context.afterwards("removing the directory from the NAS", async (afterwards) => {
    await afterwards.shell(name, "nas", removeDirectory);
  });
  // An interrupted run may have left one.
  await context.shell(name, "nas", `${removeDirectory} && mkdir ${directory} && chmod 0777 ${directory}`);

  await cluster.create("PersistentVolume", ownVolume(id, { nfs: ownDirectory(id, nas) }, { claim: claimName }));
  await cluster.create("PersistentVolumeClaim", ownClaim(id, claimName));
  await phasesUntil(context, "Bound");
  await startHelper(context, helper("writer", { persistentVolumeClaim: { claimName } }));
  await context.shell(name, "writer", `printf %s '${token}' > ${mountPath}/${file}`);
  context.saw("written through the claim by a pod", token);
  // A claim is not deleted while a pod uses it.
  await endPod(context, name, "writer");
}

/** Deletes the claim and creates it again: the volume is Released, and the new claim stays Pending. */
async function release(context: Context): Promise<void> {
  const { cluster } = context;
  await cluster.remove("PersistentVolumeClaim", claimName, name);
  const released = await phasesUntil(context, "Released");
  context.saw("claim deleted: volume", volumeLine(released.volume));
  const again = await cluster.create("PersistentVolumeClaim", ownClaim(id, claimName));
  await controllerSaw(context, again);
  const { volume, claim } = await state(context);
  context.saw("claim created again: claim", claim ? claimLine(claim) : "gone");
  if (claim?.status?.phase !== "Pending" || volume.status?.phase !== "Released") {
    throw new Failure(
      `the new claim should be Pending while the volume is Released, but it is ${claim ? claimLine(claim) : "gone"}, and the volume ${volumeLine(volume)}`,
    );
  }
}

async function repair(context: Context, { cleared, meaning, patch }: (typeof repairs)[number]): Promise<void> {
  await context.cluster.patch("PersistentVolume", name, undefined, patch);
  const { volume, claim, phases } = await phasesUntil(context, "Bound");
  context.saw(`cleared: ${cleared}`, `volume ${phases.join(" → ")}; ${meaning}`);
  if (volume.spec?.claimRef?.uid !== claim?.metadata?.uid || volume.spec?.claimRef?.name !== claimName) {
    throw new Failure(`the volume was bound, but not to the claim that waited for it: ${volumeLine(volume)}`);
  }
  context.saw("volume", volumeLine(volume));
}

interface State {
  volume: V1PersistentVolume;
  claim?: V1PersistentVolumeClaim;
}

async function state({ cluster }: Context): Promise<State> {
  const [volume, claim] = await Promise.all([
    cluster.find("PersistentVolume", name),
    cluster.find("PersistentVolumeClaim", claimName, name),
  ]);
  if (!volume) throw new Failure(`the volume ${name} was deleted while the exercise ran`);
  return { volume, claim };
}

/** Waits until the volume and its claim reach a phase; returns the phases in between. */
async function phasesUntil(context: Context, phase: "Bound" | "Released"): Promise<State & { phases: string[] }> {
  const phases: string[] = [];
  let seen: State | undefined;
  const options = {
    seconds: bindingSeconds,
    interval: 200,
    missing: () => (seen ? `it is ${volumeLine(seen.volume)}` : ""),
    remedy: `run \`kubectl describe pv ${name}\``,
  };
  return context.until(`volume ${name} to be ${phase}`, options, async () => {
    seen = await state(context);
    const current = seen.volume.status?.phase ?? "Pending";
    if (phases.at(-1) !== current) phases.push(current);
    const claimFollows = phase === "Released" ? !seen.claim : seen.claim?.status?.phase === "Bound";
    return current === phase && claimFollows ? { ...seen, phases } : undefined;
  });
}
