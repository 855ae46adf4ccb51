import { nfsMountAt, parseMounts } from "../../../exercises/cluster/mounts";

const source = { server: "192.168.110.168", path: "/nfs/shiqi-redis" };
const overlay = "overlay / overlay rw,relatime,lowerdir=/a:/b 0 0";
const nfs = "192.168.110.168:/nfs/shiqi-redis /data nfs4 rw,relatime,vers=4.2,hard 0 0";

describe("parseMounts", () => {
  it("reads source, path, type and options, with blanks in names", () => {
    expect(parseMounts("nas:/a\\040b /mnt/x\\040y nfs4 rw,hard 0 0\n\n")).toEqual([
      { source: "nas:/a b", path: "/mnt/x y", type: "nfs4", options: ["rw", "hard"] },
    ]);
  });
});

describe("nfsMountAt", () => {
  it("answers the mount as one line", () => {
    expect(nfsMountAt(parseMounts(`${overlay}\n${nfs}\n`), "/data", source)).toBe(
      "192.168.110.168:/nfs/shiqi-redis on /data type nfs4 (rw,relatime,vers=4.2,hard)",
    );
  });

  it.each([
    ["nothing is mounted there", overlay, /is not a mount/],
    ["a local disk is mounted there", "/dev/sda1 /data ext4 rw 0 0", /should be an NFS mount/],
    [
      "another directory is",
      nfs.replace("shiqi-redis", "other"),
      /should be mounted from 192.168.110.168:\/nfs\/shiqi-redis/,
    ],
    ["another server's is", nfs.replace("168", "169"), /should be mounted from/],
    ["it is read-only", nfs.replace(" rw,", " ro,"), /should be writable/],
    ["another mount covers it", `${nfs}\ntmpfs /data tmpfs rw 0 0`, /should be an NFS mount/],
  ])("fails when %s", (_case, mounts, message) => {
    expect(() => nfsMountAt(parseMounts(mounts), "/data", source)).toThrow(message);
  });

  it("does not mind a slash at the end of a path", () => {
    expect(() => nfsMountAt(parseMounts(nfs), "/data", { ...source, path: "/nfs//shiqi-redis/" })).not.toThrow();
  });
});
