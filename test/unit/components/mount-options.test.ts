import { asMounted, distinctSets, mountOptionsError } from "../../../components/nfs/mount-options";

test.each([
  [["nfsvers=4.2,soft", "hard"], "contradict each other"],
  [["nfsvers=4.2,,hard"], "an option is empty"],
  [["nfsvers=4.2", " "], "an option is empty"],
  [["rsize = 1"], "has a space in it"],
  [["-o"], "is no mount option"],
  [["nfsvers=4.2", "nfsvers=3"], '"nfsvers=4.2" and "nfsvers=3" contradict each other'],
  [["nfsvers=4.2", "vers=3"], "contradict each other"],
  [["v3", "vers=4.1"], "contradict each other"],
  [["hard", "soft"], "contradict each other"],
  [["ro", "rw"], "contradict each other"],
  [["lock", "nolock"], "contradict each other"],
  [["timeo=10", "timeo=20"], "contradict each other"],
])("%j: %s", (options, error) => {
  expect(mountOptionsError(options)).toContain(error);
});

// What only a node can tell, and what is unwise, is for the mount.
test.each([
  [[]],
  [["nfsver=4.2"]],
  [["soft", "ro", "nolock"]],
  [["hard", "hard"]],
  [["nfsvers=4.2", "minorversion=2"]],
  [["vers=4.1", "nfsvers=4.1", "v4.1"]],
  // Of the cache alone, with either of them.
  [["hard", "softreval"]],
  [["soft", "softreval"]],
])("%j is taken", (options: string[]) => {
  expect(mountOptionsError(options)).toBeUndefined();
});

test("as the kubelet has them", () => {
  expect(asMounted(["nfsvers=4.2", "hard", "hard"])).toEqual(["hard", "nfsvers=4.2"]);
});

test("sets that are alike are one", () => {
  const sets = [
    { usedBy: "a", options: ["hard", "nfsvers=4.2"] },
    { usedBy: "b", options: ["nfsvers=4.2", "hard"] },
    { usedBy: "c", options: ["soft"] },
  ];
  expect(distinctSets(sets)).toEqual([
    { usedBy: "a, b", options: ["hard", "nfsvers=4.2"] },
    { usedBy: "c", options: ["soft"] },
  ]);
});
