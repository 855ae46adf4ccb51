import { posix } from "node:path";
import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Pod, V1Volume } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { Failure, missing } from "../runner/failure";
import type { NfsSource } from "./mounts";

/** A claim and the volume that it is bound to. */
export interface Pair {
  volume: V1PersistentVolume;
  claim: V1PersistentVolumeClaim;
}

/** Reads a claim and its volume; fails unless each is bound to the other. */
export async function boundPair(context: Context, namespace: string, name: string): Promise<Pair> {
  const claim = await context.mustFind("PersistentVolumeClaim", name, namespace);
  const volumeName = claim.spec?.volumeName;
  const volume = volumeName ? await context.cluster.find("PersistentVolume", volumeName) : undefined;
  return checkPair(claim, volume);
}

/**
 * Reports a pair of the course; fails unless the claim is bound to the volume that the course created for it.
 * @param place Returns where the volume's data is.
 */
export async function showPair(
  context: Context,
  namespace: string,
  name: string,
  volumeName: string,
  place: (volume: V1PersistentVolume) => string,
): Promise<void> {
  const { volume, claim } = await boundPair(context, namespace, name);
  if (volume.metadata?.name !== volumeName) {
    throw new Failure(`${namespace}/${name} is bound to ${volume.metadata?.name}, not to ${volumeName}`);
  }
  context.saw(`volume ${volumeName}`, `${volumeLine(volume)}, ${place(volume)}`);
  context.saw(`claim ${namespace}/${name}`, claimLine(claim));
}

/** Fails unless the claim and the volume are Bound, each to the other, by name and by uid. */
export function checkPair(claim: V1PersistentVolumeClaim, volume: V1PersistentVolume | undefined): Pair {
  const { namespace, name, uid } = claim.metadata ?? {};
  const phase = claim.status?.phase;
  const look = `run \`kubectl describe pvc ${name} -n ${namespace}\``;
  if (phase !== "Bound") throw new Failure(`the claim ${namespace}/${name} is ${phase}, not Bound`, look);
  if (!volume)
    throw new Failure(
      `the claim ${namespace}/${name} names the volume ${claim.spec?.volumeName}, which does not exist`,
      look,
    );
  const volumeName = volume.metadata?.name;
  if (volume.status?.phase !== "Bound") {
    throw new Failure(
      `the volume ${volumeName} is ${volume.status?.phase}, not Bound`,
      `run \`kubectl describe pv ${volumeName}\``,
    );
  }
  const ref = volume.spec?.claimRef;
  if (ref?.namespace !== namespace || ref?.name !== name || ref?.uid !== uid) {
    throw new Failure(
      `the claim ${namespace}/${name} (uid ${uid}) names the volume ${volumeName}, but that volume's claimRef is ${claimRefLine(volume)}`,
    );
  }
  return { claim, volume };
}

/** A volume in one line: phase and claimRef. */
export function volumeLine(volume: V1PersistentVolume): string {
  return `${volume.status?.phase}, claimRef ${claimRefLine(volume)}`;
}

/** A claim in one line: phase, uid, volume. */
export function claimLine(claim: V1PersistentVolumeClaim): string {
  return `${claim.status?.phase}, uid ${claim.metadata?.uid}, volumeName ${claim.spec?.volumeName ?? "not set"}`;
}

/** The three states of a claimRef: complete, name without uid, none. */
function claimRefLine(volume: V1PersistentVolume): string {
  const ref = volume.spec?.claimRef;
  if (!ref) return "none";
  return `${ref.namespace}/${ref.name}, ${ref.uid ? `uid ${ref.uid}` : "no uid"}`;
}

/** A volume's server and path, in-tree or of the CSI driver for NFS; fails for a volume that is not on NFS. */
export function nfsOf(volume: V1PersistentVolume): NfsSource {
  const { nfs, csi } = volume.spec ?? {};
  const source = nfs ?? (csi && nfsOfHandle(csi.volumeHandle));
  if (!source) throw new Failure(`the volume ${volume.metadata?.name} is not on NFS`);
  return { server: source.server, path: source.path };
}

/** The directory that a volume id of the CSI driver for NFS names: `server#share#subDir#uuid#onDelete`. */
function nfsOfHandle(handle: string): NfsSource | undefined {
  const [server, share, directory] = handle.split("#");
  if (!server || share === undefined || !directory) return undefined;
  return { server: server.includes(":") ? `[${server}]` : server, path: posix.join("/", share, directory) };
}

/** The export with a volume's directory: its parent directory. */
export function exportOf(source: NfsSource): NfsSource {
  return { server: source.server, path: posix.dirname(source.path) };
}

/** The export with the course's volumes, read from the first of them that exists. */
export async function courseExport(context: Context): Promise<NfsSource> {
  const { courseNamespace, staticVolume, dynamicNamespace, dynamicClaim, redisExistingClaim, redisTemplate } =
    context.settings;
  const volume = await context.cluster.find("PersistentVolume", staticVolume);
  if (volume?.spec?.nfs) return exportOf(nfsOf(volume));
  const pods = [`${redisExistingClaim}-0`, `${redisTemplate}-0`].map((name) =>
    context.cluster.find("Pod", name, courseNamespace).then((pod) => pod && claimMountedAt(pod, "/data")),
  );
  const claims = (await Promise.all(pods)).map((name) => ({ namespace: courseNamespace, name }));
  for (const { namespace, name } of [...claims, { namespace: dynamicNamespace, name: dynamicClaim }]) {
    const claim = name && (await context.cluster.find("PersistentVolumeClaim", name, namespace));
    const bound = claim && claim.spec?.volumeName;
    const found = bound ? await context.cluster.find("PersistentVolume", bound) : undefined;
    if (found?.spec?.nfs) return exportOf(nfsOf(found));
  }
  throw missing("any of the course's volumes on NFS, from which the NAS and its export could be read");
}

/** Name of the claim that is mounted at a path of a pod's first container. */
export function claimMountedAt(pod: V1Pod, path: string): string | undefined {
  return volumeMountedAt(pod, path)?.persistentVolumeClaim?.claimName;
}

/** The volume of the pod's spec that is mounted at a path of its first container. */
export function volumeMountedAt(pod: V1Pod, path: string): V1Volume | undefined {
  const volume = pod.spec?.containers[0]?.volumeMounts?.find((mount) => mount.mountPath === path)?.name;
  return pod.spec?.volumes?.find(({ name }) => name === volume);
}
