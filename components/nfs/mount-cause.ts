/** A mount of NFS that failed. */
export interface FailedMount {
  /** The NFS server. */
  server: string;
  /** The exported path. */
  path: string;
  /** The options that it was mounted with, as `-o` has them. @default none */
  options?: string;
  /** Where. @default "this host" */
  host?: string;
  /** What mount said. */
  words: string;
}

type Sentence = (at: Required<Omit<FailedMount, "words">>) => string;

/** What mount's words mean, the first that fits; `mount_cause` in mount-cause.sh is the same in bash. */
const CAUSES: [RegExp, Sentence][] = [
  [
    /bad option|helper program|mount\.nfs: not found|executable file not found/,
    ({ host }) =>
      `There is no mount helper for NFS (/sbin/mount.nfs) on ${host}: install nfs-common or nfs-utils there`,
  ],
  [/unknown filesystem|No such device/, ({ host }) => `The kernel of ${host} has no NFS client`],
  [
    /incorrect mount option|invalid mount option|parsing error|Invalid argument/,
    ({ host, options }) =>
      `The mount options ${options} are not known on ${host}: one is misspelled, or has a wrong value`,
  ],
  [
    /[Pp]rotocol(| is| family) not supported|Operation not supported/,
    ({ server, options }) =>
      `${server} does not speak the version of NFS, or the protocol, that is asked for (${options})`,
  ],
  [
    /statd/,
    ({ host }) =>
      `rpc.statd, which locks over NFSv3 need, does not run on ${host}: start it, or mount with nolock or NFSv4`,
  ],
  [
    /not permitted/,
    ({ server, path, host }) =>
      `Not permitted: ${server} has ${path}, and refuses the mount. Either the requests of ${host} come from a port above ` +
      `1023, as from behind NAT or out of a container (the export option insecure admits them), or ${host} is itself a ` +
      `container that may not mount`,
  ],
  [
    /access denied|Permission denied/,
    ({ server, path, host }) =>
      `Access denied by server: ${server} does not export ${path} to ${host}, or exports no such folder. Add the address of ` +
      `${host} to the export's clients, or correct the path`,
  ],
  // NFSv4 hides an export from a host that may not have it.
  [/No such file or directory/, ({ server, path, host }) => `${server} exports no ${path}, or not to ${host}`],
  [
    /Connection refused/,
    ({ server }) => `${server} refused the connection: the NFS server does not run there, or a firewall rejects it`,
  ],
  [
    /No route to host|Network is unreachable/,
    ({ server, host }) => `There is no route from ${host} to ${server}, or it is down`,
  ],
  [
    /not known|name resolution|Failed to resolve server|temporarily unavailable/,
    ({ server, host }) => `The name ${server} cannot be resolved on ${host}`,
  ],
  [/Read-only file system/, ({ server, path, host }) => `${server} exports ${path} read-only to ${host}`],
  [/Stale file handle/, ({ server, path }) => `The directory ${path} that was mounted from ${server} is gone`],
  [
    /timed out|deadline exceeded/,
    ({ server, path }) =>
      `${server} did not answer in time when ${path} was mounted: it is down, or a firewall drops the packets`,
  ],
];

const UNKNOWN: Sentence = ({ server, path, host, options }) =>
  `${server}:${path} cannot be mounted on ${host} (mount options: ${options})`;

/** The plain cause of a failed mount, one sentence without its full stop; mount's own words belong behind it. */
export function mountCause({ words, options, host = "this host", ...rest }: FailedMount): string {
  const [, sentence] = CAUSES.find(([pattern]) => pattern.test(words)) ?? [words, UNKNOWN];
  return sentence({ ...rest, host, options: options || "none given" });
}

/** Lines around mount's own words that say nothing about the cause. */
const NOISE = /^(Running (scope )?as unit.*|Created symlink .*|dmesg\(1\) may have.*|)$/;

/** A kubelet's words about a mount of NFS, whose path may have blanks, up to an empty line or the next item of a list. */
const MOUNT =
  /Mounting arguments:.*?-t nfs4?(?: -o (\S+))? (\S+):(\/.*) (\/\S+)\n\s*Output: ((?:.*\n?)(?:(?!\s*(?:\* |\n|$)).*\n?)*)/g;

/** What the engine adds to them. */
const ADDED = /\. Create what is missing.*/;

/**
 * The mounts of NFS that failed by what a kubelet tells of a pod (reason FailedMount), or by an error that quotes it, with the
 * node where that names it; none where it is of something else.
 */
export function failedMounts(text: string): FailedMount[] {
  // An error quotes several pods, one after the other.
  return text.split(/(?=[Pp]od[ /]\S+ on the node )/).flatMap((part) => {
    const [, host] = /^[Pp]od[ /]\S+ on the node ([^\s:]+)/.exec(part) ?? [];
    return [...part.matchAll(MOUNT)].map(([, options, server = "", path = "", folder = "", output = ""]) => {
      // The folder is another one for each pod.
      const lines = output.replace(ADDED, "").replaceAll(`${folder}: `, "").split("\n");
      const words = lines.map((line) => line.trim()).filter((line) => !NOISE.test(line));
      return { server, path, options, host, words: words.join("; ") };
    });
  });
}
