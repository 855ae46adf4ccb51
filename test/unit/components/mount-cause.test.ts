import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failedMounts, mountCause } from "../../../components/nfs/mount-cause";

const script = readFileSync(join(__dirname, "../../../components/nfs/mount-cause.sh"), "utf8");
const at = { server: "nas", path: "/nfs" };

/** What the script on hosts says of the same words. */
function inBash(words: string, options = ""): string {
  const text = `SERVER=nas EXPORT_PATH=/nfs\n${script}\nmount_cause "$1" "$2"`;
  return execFileSync("bash", ["-c", text, "bash", words, options], { encoding: "utf8" }).trim();
}

test.each([
  [
    "mount: /mnt: bad option; for several filesystems (e.g. nfs, cifs) you might need a /sbin/mount.<type> helper program.",
    "no mount helper for NFS",
  ],
  ["mount: unknown filesystem type 'nfs'", "The kernel of this host has no NFS client"],
  ["mount.nfs: No such device", "The kernel of this host has no NFS client"],
  [
    "mount.nfs: an incorrect mount option was specified",
    "The mount options hard,nfsver=4.2 are not known on this host",
  ],
  ["mount.nfs: an incorrect mount option was specified for /mnt", "are not known on this host"],
  ["mount.nfs: parsing error on 'vers=' option", "are not known on this host"],
  ["mount.nfs: Protocol not supported", "does not speak the version of NFS"],
  ["mount.nfs: requested NFS version or transport protocol is not supported", "does not speak the version of NFS"],
  ["mount.nfs: rpc.statd is not running but is required for remote locking.", "mount with nolock or NFSv4"],
  ["mount.nfs: Operation not permitted", "Not permitted: nas has /nfs"],
  ["mount.nfs: Operation not permitted for nas:/nfs on /mnt", "behind NAT"],
  ["mount.nfs: access denied by server while mounting nas:/nfs", "Access denied by server: nas does not export /nfs"],
  ["mount.nfs: mounting nas:/nfs failed, reason given by server: No such file or directory", "nas exports no /nfs"],
  ["mount.nfs: Connection refused", "nas refused the connection"],
  ["mount.nfs: No route to host", "no route from this host to nas"],
  ["mount.nfs: Network is unreachable", "no route from this host to nas"],
  ["mount.nfs: Failed to resolve server nas: Name or service not known", "The name nas cannot be resolved"],
  ["mount.nfs: Resource temporarily unavailable", "The name nas cannot be resolved"],
  ["mount.nfs: Connection timed out", "nas did not answer in time"],
  ["context deadline exceeded", "nas did not answer in time"],
  ["mount.nfs: Stale file handle", "The directory /nfs that was mounted from nas is gone"],
  ["sh: can't create /proof/0/x: Read-only file system", "nas exports /nfs read-only"],
  ["mount.nfs: something else", "nas:/nfs cannot be mounted on this host"],
])("%s: %s, in the library and on hosts", (words, sentence) => {
  const options = "hard,nfsver=4.2";
  expect(mountCause({ ...at, words, options })).toContain(sentence);
  expect(inBash(words, options)).toBe(mountCause({ ...at, words, options }));
  expect(inBash(words)).toBe(mountCause({ ...at, words }));
});

test("names the node", () => {
  expect(mountCause({ ...at, words: "mount.nfs: access denied by server", host: "node1" })).toContain(
    "/nfs to node1, or exports no such folder. Add the address of node1 ",
  );
});

describe("what a kubelet tells", () => {
  const message = (output: string, options = "") =>
    `MountVolume.SetUp failed for volume "nfs" : mount failed: exit status 32\nMounting command: mount\n` +
    `Mounting arguments: -t nfs ${options}nas:/nfs /var/lib/kubelet/pods/1-2/volumes/kubernetes.io~nfs/nfs\nOutput: ${output}\n`;

  test("names server, path, options and mount's words", () => {
    expect(failedMounts(message("mount.nfs: Protocol not supported", "-o nfsvers=4.3,retry=0 "))).toEqual([
      { ...at, host: undefined, options: "nfsvers=4.3,retry=0", words: "mount.nfs: Protocol not supported" },
    ]);
  });

  test("of paths with blanks, and of servers by IPv6", () => {
    const text = message("mount.nfs: No such device").replace("nas:/nfs /var", "[fd00::10]:/srv/my exports /var");
    expect(failedMounts(text)).toMatchObject([{ server: "[fd00::10]", path: "/srv/my exports" }]);
  });

  test("without the pod's folder, as all nodes have another one", () => {
    const folder = "/var/lib/kubelet/pods/1-2/volumes/kubernetes.io~nfs/nfs";
    const [mount] = failedMounts(
      message(`mount: ${folder}: bad option; you might need a /sbin/mount.<type> helper program.`),
    );
    expect(mount?.words).toBe("mount: bad option; you might need a /sbin/mount.<type> helper program.");
  });

  test("by systemd-run, with words that say nothing", () => {
    const text = message(
      "Running scope as unit: run-r1.scope\nmount.nfs: access denied by server\n       dmesg(1) may have more information after failed mount system call.",
    )
      .replace("Mounting command: mount", "Mounting command: systemd-run")
      .replace("arguments: ", "arguments: --description=Kubernetes transient mount for /var/lib --scope -- mount ");
    expect(failedMounts(text)).toEqual([
      { ...at, host: undefined, options: undefined, words: "mount.nfs: access denied by server" },
    ]);
  });

  test("several, as an error of Pulumi quotes them", () => {
    const text =
      `7 errors occurred:\n\t* DaemonSet p/x is not ready: pod a on the node node1 cannot use its volumes: ` +
      `${message("mount.nfs: No route to host").trim()}. Create what is missing; for NFS, see to the server\n\t* pod a: PodInitializing\n` +
      `\t* Pod/a on the node node1: FailedMount: ${message("mount.nfs: No route to host")}\n` +
      `\t* Pod/b on the node node2: FailedMount: ${message("mount.nfs: Connection refused")}\n`;
    expect(failedMounts(text).map(({ host, words }) => `${host} ${words}`)).toEqual([
      "node1 mount.nfs: No route to host",
      "node1 mount.nfs: No route to host",
      "node2 mount.nfs: Connection refused",
    ]);
  });

  test("nothing of other volumes", () => {
    expect(failedMounts('MountVolume.SetUp failed for volume "s" : secret "pw" not found')).toEqual([]);
  });
});
