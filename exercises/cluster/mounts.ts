import { Failure } from "../runner/failure";

/** One line of `/proc/mounts`. */
export interface Mount {
  source: string;
  path: string;
  type: string;
  options: string[];
}

/** Parses `/proc/mounts`, in which spaces inside a name are octal escapes. */
export function parseMounts(text: string): Mount[] {
  const unescape = (field: string): string =>
    field.replace(/\\([0-7]{3})/g, (_match, octal: string) => String.fromCharCode(parseInt(octal, 8)));
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(unescape))
    .filter((fields) => fields.length >= 4)
    .map(([source = "", path = "", type = "", options = ""]) => ({ source, path, type, options: options.split(",") }));
}

/** What a directory in a pod should be mounted from. */
export interface NfsSource {
  server: string;
  path: string;
}

/**
 * Checks that `path` is a writable NFS mount of `source`, and returns the mount as one line for reports. If mounts cover
 * each other, the last one is used, as by the kernel.
 */
export function nfsMountAt(mounts: Mount[], path: string, source: NfsSource): string {
  const mount = mounts.filter((candidate) => candidate.path === path).at(-1);
  const expected = `${source.server}:${source.path}`;
  if (!mount) {
    throw new Failure(`${path} is not a mount, but should be ${expected}: what is written there is lost with the pod`);
  }
  const line = `${mount.source} on ${mount.path} type ${mount.type} (${mount.options.join(",")})`;
  if (!/^nfs4?$/.test(mount.type)) throw new Failure(`${path} should be an NFS mount of ${expected}, but is: ${line}`);
  if (tidy(mount.source) !== tidy(expected))
    throw new Failure(`${path} should be mounted from ${expected}, but is: ${line}`);
  if (!mount.options.includes("rw")) throw new Failure(`${path} should be writable, but is: ${line}`);
  return line;
}

function tidy(source: string): string {
  return source.replace(/\/+/g, "/").replace(/\/$/, "");
}

/**
 * A shell command to run before one that reads a file which a pod on another node may have created. Listing a directory
 * makes the NFS client query the server; otherwise it caches for up to a minute (`acdirmax` in nfs(5)) that a name does
 * not exist, even for a new pod.
 */
export function listFirst(folder: string): string {
  return `ls ${folder} > /dev/null`;
}
