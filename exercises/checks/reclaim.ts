import { posix } from "node:path";
import type { V1StorageClass } from "@kubernetes/client-node";
import type { Context, Exercise } from "../exercise";
import { Failure, missing } from "../failure";
import { ownClass } from "../own-class";
import { ownClaim, ownVolume } from "../own-volume";
import { ownName, ownNamespace } from "../owned";
import { claimInPhase, gone, volumeInPhase } from "../phases";
import { mountPath, startHelper } from "../pods";
import { courseExport, nfsOf, volumeLine } from "../volumes";

const id = "reclaim";
const pod = "nas";
const file = "data.txt";

/** What deleting a claim does on the NAS, seen from a pod that mounts the export. */
export const reclaim: Exercise = {
  id,
  section: "classes",
  rows: ["reclaim", "recycle"],
  title: "Deleting a claim deletes, archives or keeps its directory, as its class says",
  proves: "the class decides about the data, long before anybody deletes anything; the policy Recycle is no way out",
  readOnly: false,
  timeoutSeconds: 400,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    const nas = await courseExport(context);
    const namespace = await ownNamespace(context);
    await startHelper(context, { name: pod, namespace, volume: { nfs: nas } });
    // All that the provisioner makes for claims of a namespace begins with that namespace's name, unless a class has a
    // pattern of its own; an interrupted run may have left some.
    const directories = [`${namespace}-*`, `archived-${namespace}-*`];
    const remove = (): string => `cd ${mountPath} && rm -rf -- ${directories.join(" ")}`;
    context.afterwards("removing the directories from the NAS", async (afterwards) => {
      await afterwards.shell(namespace, pod, remove());
    });
    await context.shell(namespace, pod, remove());

    const archives = await ownClass(context, { suffix: "archive" }, { parameters: { archiveOnDelete: "true" } });
    const classes = [...context.settings.storageClasses, archives];
    await Promise.all(
      classes.map(async (name) => {
        const found = await context.cluster.find("StorageClass", name);
        if (!found) throw missing(`StorageClass ${name}`);
        await deleteClaim(context, found, nas.path, directories);
      }),
    );
    await showRecycle(context, nas);
  },
};

/** What a class does with the directory of a claim that is deleted. Upstream reads `onDelete` before the older `archiveOnDelete`. */
export function fateOf({ reclaimPolicy, parameters }: V1StorageClass): "deleted" | "archived" | "kept" {
  if (reclaimPolicy === "Retain" || parameters?.onDelete === "retain") return "kept";
  if (parameters?.onDelete === "delete") return "deleted";
  return parameters?.archiveOnDelete === "false" ? "deleted" : "archived";
}

/** Makes a claim of a class, puts a file into its directory, deletes it, and looks what is left. */
async function deleteClaim(
  context: Context,
  storageClass: V1StorageClass,
  root: string,
  directories: string[],
): Promise<void> {
  const { cluster } = context;
  const namespace = ownName(id);
  const className = storageClass.metadata?.name ?? "";
  const claimName = `of-${className}`;
  await cluster.create("PersistentVolumeClaim", ownClaim(id, claimName, { spec: { storageClassName: className } }));
  const claim = await claimInPhase(context, { namespace, name: claimName }, "Bound");
  const volumeName = claim.spec?.volumeName ?? "";
  const volume = await volumeInPhase(context, volumeName, "Bound");
  const directory = posix.relative(root, nfsOf(volume).path);
  const archive = posix.join(posix.dirname(directory), `archived-${posix.basename(directory)}`);
  directories.push(directory, archive);
  await context.shell(namespace, pod, `echo 'data of ${claimName}' > '${mountPath}/${directory}/${file}'`);

  await cluster.remove("PersistentVolumeClaim", claimName, namespace);
  await gone(context, "PersistentVolumeClaim", claimName, namespace);
  const stays = storageClass.reclaimPolicy === "Retain";
  if (!stays) await gone(context, "PersistentVolume", volumeName);
  const then = stays ? volumeLine(await volumeInPhase(context, volumeName, "Released")) : "gone";

  const looks = [directory, archive].map((path) => `cat '${mountPath}/${path}/${file}' 2> /dev/null || echo`);
  const [inPlace = "", archived = ""] = (await context.shell(namespace, pod, looks.join("\n"))).split("\n");
  const fate = inPlace ? "kept" : archived ? "archived" : "deleted";
  const parameters = Object.entries(storageClass.parameters ?? {}).map(([key, value]) => `, ${key} ${value}`);
  context.saw(
    `${className} (${storageClass.reclaimPolicy}${parameters.join("")})`,
    `directory ${fate}${fate === "deleted" ? "" : `: ${fate === "kept" ? directory : archive} holds "${inPlace || archived}"`}; volume ${then}`,
  );
  const expected = fateOf(storageClass);
  if (fate !== expected) {
    throw new Failure(
      `class ${className} says that the directory of a deleted claim is ${expected}, but ${directory} was ${fate}`,
      `look at \`kubectl get storageclass ${className} -o yaml\` and at the provisioner's log`,
    );
  }
}

/** The old policy that wiped a volume for the next claim: what the API server of today says to it. */
async function showRecycle(context: Context, nfs: { server: string; path: string }): Promise<void> {
  const recycled = ownVolume(id, { nfs, persistentVolumeReclaimPolicy: "Recycle" }, { suffix: "recycle" });
  const { refused, warnings } = await context.cluster.dryRun("PersistentVolume", recycled);
  context.saw(
    "Recycle, in a dry run",
    refused
      ? `refused: ${refused}`
      : `accepted${warnings.length > 0 ? `, with the warning: ${warnings.join("; ")}` : ""}`,
  );
  context.saw(
    "Recycle, in this lab",
    "the stack refuses it: the controller would start a pod with an image from the internet that runs `rm -rf` on the volume",
  );
}
