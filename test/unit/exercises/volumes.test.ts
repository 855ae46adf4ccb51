import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { checkPair, exportOf, nfsOf, volumeLine } from "../../../exercises/cluster/volumes";

const claim = (phase = "Bound"): V1PersistentVolumeClaim => ({
  metadata: { namespace: "shiqi", name: "pvc-shiqi-redis", uid: "new" },
  spec: { volumeName: phase === "Bound" ? "pv-shiqi-redis" : undefined },
  status: { phase },
});

const volume = (phase = "Bound", uid: string | undefined = "new", name = "pvc-shiqi-redis"): V1PersistentVolume => ({
  metadata: { name: "pv-shiqi-redis" },
  spec: { claimRef: { namespace: "shiqi", name, uid }, nfs: { server: "192.168.110.168", path: "/nfs/shiqi-redis" } },
  status: { phase },
});

describe("checkPair", () => {
  it("takes a claim and a volume that are bound to each other", () => {
    expect(checkPair(claim(), volume()).volume.metadata?.name).toBe("pv-shiqi-redis");
  });

  it.each([
    ["the claim waits", claim("Pending"), undefined, /claim shiqi\/pvc-shiqi-redis is Pending, not Bound/],
    ["the volume is gone", claim(), undefined, /names the volume pv-shiqi-redis, which does not exist/],
    ["the volume is Released", claim(), volume("Released"), /volume pv-shiqi-redis is Released, not Bound/],
    [
      "the volume remembers an earlier claim",
      claim(),
      volume("Bound", "old"),
      /claimRef is shiqi\/pvc-shiqi-redis, uid old/,
    ],
    ["the volume names another claim", claim(), volume("Bound", "new", "other"), /claimRef is shiqi\/other/],
  ])("fails when %s", (_case, one, other, message) => {
    expect(() => checkPair(one, other)).toThrow(message);
  });
});

describe("volumeLine", () => {
  it("tells the three states of a claimRef apart", () => {
    expect(volumeLine(volume("Released", "old"))).toBe("Released, claimRef shiqi/pvc-shiqi-redis, uid old");
    expect(volumeLine({ ...volume("Available"), spec: {} })).toBe("Available, claimRef none");
    const reserved = { ...volume("Available"), spec: { claimRef: { namespace: "shiqi", name: "pvc-shiqi-redis" } } };
    expect(volumeLine(reserved)).toBe("Available, claimRef shiqi/pvc-shiqi-redis, no uid");
  });
});

describe("a volume's place", () => {
  it("is below its export", () => {
    expect(exportOf(nfsOf(volume()))).toEqual({ server: "192.168.110.168", path: "/nfs" });
  });

  it("is none for a volume that is not on NFS", () => {
    expect(() => nfsOf({ metadata: { name: "pv" }, spec: { hostPath: { path: "/mnt" } } })).toThrow("pv is not on NFS");
  });
});

describe("the place of a volume of the CSI driver", () => {
  const csiVolume = (volumeHandle: string) => ({
    metadata: { name: "v" },
    spec: { csi: { driver: "d", volumeHandle } },
  });

  it.each([
    ["nas#nfs#pvc-1##", { server: "nas", path: "/nfs/pvc-1" }],
    ["nas#srv/nfs#a/b#pvc-1#retain", { server: "nas", path: "/srv/nfs/a/b" }],
    ["fd00::10#nfs#pvc-1##", { server: "[fd00::10]", path: "/nfs/pvc-1" }],
    ["nas##pvc-1##", { server: "nas", path: "/pvc-1" }],
  ])("is the directory that %s names", (handle, expected) => {
    expect(nfsOf(csiVolume(handle))).toEqual(expected);
  });

  it("is none for one of another kind of driver", () => {
    expect(() => nfsOf(csiVolume("vol-1234567890abcdef0"))).toThrow("the volume v is not on NFS");
  });
});
