import { madeBy, sort } from "../../../operations/destroy/volumes-gone";

describe("volumes at the end of the course", () => {
  const volume = (name: string, policy: string, provisioned = true) => ({
    metadata: {
      name,
      annotations: (provisioned ? { "pv.kubernetes.io/provisioned-by": "p" } : {}) as Record<string, string>,
    },
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
      madeBy("p", [
        volume("used", "Delete"),
        volume("used and kept", "Retain"),
        volume("still Bound, its claim gone", "Delete"),
        volume("its claim going", "Delete"),
        volume("kept, its claim going", "Retain"),
        volume("kept", "Retain"),
        volume("static", "Retain", false),
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
