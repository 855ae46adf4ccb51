import { hostChecksOf } from "../../../operations/pulumi/deployment";

describe("what a stack hands out to check the NAS with", () => {
  const check = { name: "nas-x", title: "The export is in force", script: "nfs-server", values: { NAME: "x" } };
  const stack = (outputs?: Record<string, unknown>) => ({
    resources: [
      { urn: "urn:pulumi:i::storage-lab::pulumi:pulumi:Stack::storage-lab-i", type: "pulumi:pulumi:Stack", outputs },
      { urn: "urn:pulumi:i::storage-lab::t:t:T::other", type: "t:t:T", outputs: { hostChecks: ["not the stack's"] } },
    ],
  });

  test("is its output", () => {
    expect(hostChecksOf(stack({ hostChecks: [check], nfs: {} }))).toEqual([check]);
    expect(hostChecksOf(stack({ hostChecks: [] }))).toEqual([]);
  });

  test("is nothing where there is no stack, or an empty one", () => {
    expect(hostChecksOf(undefined)).toEqual([]);
    expect(hostChecksOf({ manifest: {}, resources: [] })).toEqual([]);
  });

  test("is missing from a stack that older code made, or that was not finished", () => {
    expect(hostChecksOf(stack({ nfs: {} }))).toBeUndefined();
    expect(hostChecksOf(stack())).toBeUndefined();
  });
});
