import { posix } from "node:path";
import type { V1StorageClass } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";
import type { NfsSource } from "./mounts";
import { ownClaim } from "./own-volume";
import { exerciseNamespace } from "./owned";
import { mountPath, startHelper } from "./pods";
import { claimInPhase, gone, volumeInPhase } from "./volume-phases";
import { nfsOf, volumeLine } from "./volumes";

const pod = "nas";
const file = "data.txt";

/**
 * Deletes a claim of each class, and compares what is left on the NAS with what the class specifies, seen from a pod that
 * mounts the export. The directories must have the names that a provisioner gives them: the claim's namespace first.
 * @param nas The export in which the classes' provisioner makes directories.
 */
export async function showDeletedClaims(context: Context, nas: NfsSource, classes: string[]): Promise<void> {
  const namespace = await exerciseNamespace(context);
  await startHelper(context, { name: pod, namespace, volume: { nfs: nas } });
  const claims = await Promise.all(classes.map((name) => createClaim(context, namespace, name, nas.path)));
  const paths = claims.flatMap(({ directory, archive }) => [directory, archive]);
  context.afterwards("removing the directories from the NAS", async (afterwards) => {
    // Also those of an interrupted run.
    const left = [`${namespace}-*`, `archived-${namespace}-*`, ...paths];
    await afterwards.shell(namespace, pod, `cd ${mountPath} && rm -rf -- ${left.join(" ")}`);
  });
  const write = claims.map(({ directory, name }) => `echo 'data of ${name}' > ${mountPath}/${directory}/${file}`);
  await context.shell(namespace, pod, write.join(" && "));

  const ends = await Promise.all(claims.map((claim) => deleteClaim(context, claim)));
  // An NFS client caches names for up to a minute; its own change of the directory invalidates the cache.
  const look = `${mountPath}/${namespace}-look`;
  const read = paths.map((path) => `cat ${mountPath}/${path}/${file} 2> /dev/null || echo`);
  const found = (
    await context.shell(namespace, pod, [`touch ${look} && rm ${look}`, ...read, "echo end"].join("\n"))
  ).split("\n");
  claims.forEach((claim, index) => {
    judge(context, claim, ends[index] ?? "", { inPlace: found[2 * index], archived: found[2 * index + 1] });
  });
}

/** A claim of one class, and where its volume is. */
interface Claim {
  namespace: string;
  name: string;
  storageClass: V1StorageClass;
  volume: string;
  /** Below the export. */
  directory: string;
  /** The directory's name after archiving: at the export's root, whatever the class's pathPattern. */
  archive: string;
}

/** What a class does with the directory of a deleted claim. Upstream reads `onDelete` before the older `archiveOnDelete`. */
export function fateOf({ reclaimPolicy, parameters }: V1StorageClass): "deleted" | "archived" | "kept" {
  if (reclaimPolicy === "Retain" || parameters?.onDelete === "retain") return "kept";
  if (parameters?.onDelete === "delete") return "deleted";
  return parameters?.archiveOnDelete === "false" ? "deleted" : "archived";
}

async function createClaim(context: Context, namespace: string, className: string, root: string): Promise<Claim> {
  const { cluster, id } = context;
  const storageClass = await context.mustFind("StorageClass", className);
  const name = `of-${className}`;
  await cluster.create("PersistentVolumeClaim", ownClaim(id, name, { spec: { storageClassName: className } }));
  const claim = await claimInPhase(context, { namespace, name }, "Bound");
  const volume = await volumeInPhase(context, claim.spec?.volumeName ?? "", "Bound");
  const directory = posix.relative(root, nfsOf(volume).path);
  const archive = `archived-${posix.basename(directory)}`;
  return { namespace, name, storageClass, volume: volume.metadata?.name ?? "", directory, archive };
}

/** Deletes a claim and returns what happened to its volume. */
async function deleteClaim(context: Context, { namespace, name, storageClass, volume }: Claim): Promise<string> {
  await context.cluster.remove("PersistentVolumeClaim", name, namespace);
  await gone(context, "PersistentVolumeClaim", name, namespace);
  if (storageClass.reclaimPolicy === "Retain") return volumeLine(await volumeInPhase(context, volume, "Released"));
  await gone(context, "PersistentVolume", volume);
  return "gone";
}

/** Compares what is left on the NAS with what the class specifies. */
function judge(
  context: Context,
  { storageClass, directory, archive }: Claim,
  volume: string,
  { inPlace, archived }: { inPlace?: string; archived?: string },
): void {
  const className = storageClass.metadata?.name ?? "";
  const fate = inPlace ? "kept" : archived ? "archived" : "deleted";
  const where = {
    kept: `: ${directory} holds "${inPlace}"`,
    archived: `: ${archive} holds "${archived}"`,
    deleted: "",
  };
  const parameters = Object.entries(storageClass.parameters ?? {}).map(([key, value]) => `, ${key} ${value}`);
  context.saw(
    `${className} (${storageClass.reclaimPolicy}${parameters.join("")})`,
    `directory ${fate}${where[fate]}; volume ${volume}`,
  );
  const expected = fateOf(storageClass);
  if (fate === expected) return;
  throw new Failure(
    `by class ${className} the directory of a deleted claim is ${expected}, but ${directory} was ${fate}`,
    `run \`kubectl get storageclass ${className} -o yaml\` and check the provisioner's log`,
  );
}
