import type { Act, Place } from "./act";
import { pod } from "./objects";

// What a student does in pods to volumes that lie next to everybody's, and to the nodes.

type Text = string | ((place: Place) => string);

/** In the student's pod, once as it should not succeed and once as it should. */
const inside = (id: string, what: string, text: Text, refusal: RegExp, control: Text, left?: string): Act => {
  const words = (each: Text) => (place: Place) => ({ text: typeof each === "string" ? each : each(place) });
  return {
    id: `inside-${id}`,
    what: `in a pod: ${what}`,
    kind: "forbidden",
    as: "pod",
    command: words(text),
    refusal,
    control: { as: "pod", command: words(control) },
    ...(left !== undefined && {
      after: ({ own }) => ({ text: `kubectl exec -n ${own} inside -c nfs -- bash -c 'rm -rf ${left}'` }),
    }),
  };
};

/** Of a pod that has ended, or cannot begin. */
const SEEN =
  "{.status.phase} {.status.message} {.status.containerStatuses[*].state.*.reason} {.status.containerStatuses[*].state.*.message} exit code {.status.containerStatuses[*].state.terminated.exitCode}";

const VOLUMES = [
  { name: "own", persistentVolumeClaim: { claimName: "own-3" } },
  { name: "scratch", emptyDir: {} },
];

/** A pod of its own does it; how it ended is in its state. */
const ownPod = (
  id: string,
  what: string,
  container: object,
  refusal: RegExp,
  control: object,
  before?: string,
): Act => {
  const name = `inside-${id}`;
  const command = (suffix: string, each: object) => (place: Place) => ({
    text:
      `kubectl create -f - >&2 && for i in $(seq 120); do ` +
      `said=$(kubectl get pod ${name}${suffix} -n ${place.own} -o jsonpath='${SEEN}'); ` +
      'case $said in Succeeded*) exit 0 ;; Failed* | *Error*) break ;; esac; sleep 1; done; echo "$said"; exit 1',
    input: JSON.stringify(pod(place, `${name}${suffix}`, { restartPolicy: "Never", volumes: VOLUMES }, each)),
  });
  return {
    id: name,
    what: `a pod ${what}`,
    kind: "forbidden",
    as: "student",
    command: command("", container),
    refusal,
    control: { as: "student", command: command("-control", control) },
    ...(before !== undefined && {
      before: ({ own }) => ({ text: `kubectl exec -n ${own} inside -c nfs -- bash -c '${before}'` }),
    }),
    after: ({ own }) => ({
      text: `kubectl delete pod ${name} ${name}-control -n ${own} --ignore-not-found --wait=false`,
    }),
  };
};

/** So little that several fit into the student's bounds at once. */
const resources = { limits: { memory: "48Mi", cpu: "100m" } };
const shell = (text: string) => ({ resources, command: ["sh", "-c", text] });
const mounted = (subPath: string) => ({
  resources,
  command: ["true"],
  volumeMounts: [{ name: "own", mountPath: "/own", subPath }],
});
const starts = (processes: number) => `for i in $(seq ${processes}); do sleep 5 & done; wait`;
const scratch = { volumeMounts: [{ name: "scratch", mountPath: "/scratch" }] };

const FULL = /No space left on device/;

export const storageAttacks: Act[] = [
  inside(
    "link",
    "another student's directory by way of a link in one's own",
    ({ other }) => `mkdir -p /own/link && ln -sfn ../../../${other}/redis /own/link/other && ls /own/link/other/`,
    /No such file or directory/,
    "mkdir -p /own/link/there && ln -sfn there /own/link/here && ls /own/link/here/",
    "/own/link",
  ),
  inside(
    "claim-link",
    "another student's directory by way of a link in a claim",
    ({ path, other }) =>
      `mkdir -p /claim/link && ln -sfn ${path}/${other}/redis /claim/link/other && ls /claim/link/other/`,
    /No such file or directory/,
    "mkdir -p /claim/link/there && ln -sfn there /claim/link/here && ls /claim/link/here/",
    "/claim/link",
  ),
  inside(
    "device",
    "the node's disk read by a device file of one's own",
    "mkdir -p /own/device && mknod /own/device/disk b 98 0 && head -c 1 /own/device/disk",
    /Operation not permitted|Permission denied/,
    "mkdir -p /own/device && echo data >/own/device/file && head -c 1 /own/device/file",
    "/own/device",
  ),
  inside(
    "mount",
    "the NAS mounted",
    ({ server }) => `mkdir -p /mnt && mount -t nfs -o nolock ${server}:/ /mnt`,
    /permission denied|Operation not permitted/i,
    "mount",
  ),
  ownPod(
    "sub-path",
    "with a subPath that is a link out of the volume",
    mounted("sub/out"),
    /failed to prepare subPath/,
    mounted("sub/in"),
    "mkdir -p /own/sub/in && ln -sfn / /own/sub/out",
  ),
  ownPod(
    "memory",
    "that takes more memory than it was given",
    shell("exec tail /dev/zero"),
    /OOMKilled|exit code 137/,
    shell("head -c 1000000 /dev/zero | tail -c 1"),
  ),
];

/**
 * Acts that take the whole of something, so that others of the same student fail meanwhile; each takes a while. What is
 * written goes past the page cache: the kernel does not slow down who fills a container's memory with pages for NFS, it
 * kills the container.
 */
export const exhaustion: Act[] = [
  inside(
    "bytes",
    "more written than the student's capacity",
    "mkdir -p /own/bytes && dd if=/dev/zero of=/own/bytes/all bs=1M count=2000 oflag=direct conv=fsync",
    FULL,
    "mkdir -p /own/bytes && dd if=/dev/zero of=/own/bytes/one bs=1M count=1 conv=fsync",
    "/own/bytes",
  ),
  inside(
    "bytes-of-another",
    "more written than the student's capacity, into files given to somebody else",
    "mkdir -p /claim/given && touch /claim/given/all && chown 12345 /claim/given/all && dd if=/dev/zero of=/claim/given/all bs=1M count=2000 oflag=direct conv=fsync",
    FULL,
    "mkdir -p /claim/given && dd if=/dev/zero of=/claim/given/one bs=1M count=1 conv=fsync",
    "/claim/given",
  ),
  inside(
    "inodes",
    "more files made than the student may have",
    ({ inodes }) => `mkdir -p /own/inodes && cd /own/inodes && seq ${inodes} | xargs touch`,
    FULL,
    "mkdir -p /own/inodes && touch /own/inodes/one",
    "/own/inodes",
  ),
  ownPod(
    "processes",
    "that starts more processes than its node gives it",
    {
      ...shell(starts(700)),
      resources: { limits: { memory: "128Mi", cpu: "100m" } },
      terminationMessagePolicy: "FallbackToLogsOnError",
    },
    /can't fork|Resource temporarily unavailable/,
    shell(starts(20)),
  ),
  ownPod(
    "scratch",
    "that fills its node's disk",
    { ...shell("dd if=/dev/zero of=/scratch/all bs=1M count=200 && sleep 600"), ...scratch },
    /ephemeral local storage usage exceeds/,
    { ...shell("dd if=/dev/zero of=/scratch/one bs=1M count=1"), ...scratch },
  ),
];
