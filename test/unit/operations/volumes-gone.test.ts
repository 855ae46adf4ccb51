import { madeBy, sort } from "../../../operations/destroy/volumes-gone";

describe("volumes at the end of the course", () => {
  const volume = (name: string, policy: string, by = "subdir") => ({
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": by } },
    spec: { persistentVolumeReclaimPolicy: policy, claimRef: { uid: `claim of ${name}` } },
  });
  const claim = (name: string, deletionTimestamp?: string) => ({
    metadata: {
      uid: `claim of ${name}`,
      deletionTimestamp: deletionTimestamp ? new Date(deletionTimestamp) : undefined,
    },
  });

  test("only those that the provisioner must delete are waited for, and only those that a claim uses are in the way", () => {
    const { inUse, leaving } = sort(
      madeBy({ provisioners: ["subdir", "csi"] }, [
        volume("used", "Delete", "csi"),
        volume("used and kept", "Retain"),
        volume("still Bound, its claim gone", "Delete"),
        volume("its claim going", "Delete", "csi"),
        volume("kept, its claim going", "Retain"),
        volume("kept", "Retain"),
        volume("static", "Retain", "another"),
      ]),
      [
        ...["used", "used and kept", "static"].map((name) => claim(name)),
        ...["its claim going", "kept, its claim going"].map((name) => claim(name, "2026-01-01T00:00:00Z")),
      ],
    );
    expect(inUse.map((v) => v.metadata?.name)).toEqual(["used", "used and kept"]);
    expect(leaving.map((v) => v.metadata?.name)).toEqual([
      "still Bound, its claim gone",
      "its claim going",
      "kept, its claim going",
    ]);
  });
});
