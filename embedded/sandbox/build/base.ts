import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../../toolkit/cache";
import type { Reporter } from "../../../exercises/runner/progress";
import { run, runContained } from "../../toolkit/run";
import { debianTree, suite } from "./debian";

const guest = join(__dirname, "guest");

/**
 * All that a NAS or a node has from the start. `nfs-kernel-server`, `nfs-common` and `xfsprogs` are missing on purpose (see
 * guest/packages.sh); what they need is here, because unpacking it takes a guest long.
 */
const packages = [
  ...["systemd", "systemd-sysv", "dbus", "openssh-server", "ca-certificates"],
  ...["iproute2", "netbase", "kmod", "procps", "ethtool", "iptables", "conntrack"],
  ...["containerd", "crun", "containernetworking-plugins"],
  ...["sudo", "python3", "keyutils", "libevent-core-2.1-7", "libldap-2.5-0", "libnfsidmap1", "rpcbind"],
  ...["libdevmapper1.02.1", "libedit2", "libicu72", "libinih1", "liburcu8"],
];

/** Size of a guest's disk as the guest sees it; on the machine only what is written takes room. */
const diskSize = "8G";

/** The packages of a guest as a tree: independent of the programs, so that both can be built at the same time. */
export async function buildDebian(report: Reporter): Promise<string> {
  return report.step(`Debian ${suite} for the hosts`, async (step) => {
    const hook = join(guest, "packages.sh");
    const inputs = { values: [suite, ...packages], paths: [hook, join(__dirname, "debian.ts")] };
    const folder = await cached("guest-debian", inputs, async (output) => {
      await debianTree({ variant: "minbase", packages, hooks: [hook], output: join(output, "root") }, step);
    });
    return join(folder, "root");
  });
}

/**
 * Builds the disk image that all guests share, copy-on-write: Debian, the kubelet, and the container images already in
 * containerd's store. What makes a guest this host and not another comes from its second disk (guest/root/usr/sbin/lab-init).
 *
 * @returns Path of the image: ext4, sparse.
 */
export async function buildBase(
  debian: string,
  kubelite: string,
  imageArchives: string[],
  report: Reporter,
): Promise<string> {
  return report.step("Disk image of the hosts", async (step) => {
    const modules = await run("dpkg-query", ["--show", "user-mode-linux"], {
      remedy: "Install the package user-mode-linux.",
    });
    const inputs = { values: [debian, kubelite, ...imageArchives, modules, diskSize], paths: [guest] };
    const folder = await cached("guest-base", inputs, async (output) => {
      const root = join(output, "root");
      await mkdir(root);
      step.waiting("a copy of the packages' files");
      await run("cp", ["--archive", "--reflink=auto", `${debian}/.`, root]);
      step.waiting(`${imageArchives.length} images to be unpacked into containerd's store`);
      await runContained(join(guest, "assemble.sh"), [root, join(guest, "root"), kubelite, ...imageArchives]);
      step.waiting("the file system");
      // The file is new and sparse, hence zero: nothing needs to be cleared, now or by the guest.
      const options = ["-q", "-m", "0", "-E", "lazy_itable_init=1,assume_storage_prezeroed=1"];
      await run("mkfs.ext4", [...options, "-d", root, join(output, "base.img"), diskSize]);
      await rm(root, { recursive: true });
    });
    return join(folder, "base.img");
  });
}

/**
 * Builds the disk that a NAS keeps its export on: XFS, whose project quotas limit the directories of students, root's writes
 * over NFS too. Mounted where guest/root/usr/sbin/lab-init says.
 *
 * @returns Path of the image, sparse; each lab's NAS has a copy.
 */
export async function buildNasDisk(debian: string, report: Reporter): Promise<string> {
  return report.step("Disk image of the NAS's export", async () => {
    const folder = await cached("nas-disk", { values: [debian, diskSize], paths: [] }, async (output) => {
      // Of the guests' own release, so that their kernel knows what it makes.
      const programs = join(output, "xfsprogs");
      await run("sh", ["-c", `dpkg-deb --extract "$1"/srv/packages/xfsprogs_*.deb "$2"`, "sh", debian, programs]);
      const libraries = ["lib", "usr/lib"].map((path) => join(debian, path, "x86_64-linux-gnu")).join(":");
      const mkfs = ["--library-path", libraries, join(programs, "sbin/mkfs.xfs"), "-q"];
      const size = diskSize.toLowerCase();
      await run(join(debian, "lib64/ld-linux-x86-64.so.2"), [
        ...mkfs,
        "-d",
        `file,name=${join(output, "nas.img")},size=${size}`,
      ]);
      await rm(programs, { recursive: true });
    });
    return join(folder, "nas.img");
  });
}
