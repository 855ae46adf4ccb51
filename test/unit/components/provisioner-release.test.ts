import { DEFAULT_PROVISIONER_IMAGE } from "../../../components/storage/nfs-provisioner";
import { deletionError, PROVISIONER_RELEASES, releaseOf } from "../../../components/storage/provisioner-release";

const digest = `@sha256:${"0".repeat(64)}`;

test.each([
  [DEFAULT_PROVISIONER_IMAGE, "v4.0.2"],
  ["k8s.gcr.io/sig-storage/nfs-subdir-external-provisioner:v4.0.0", "v4.0.0"],
  [`registry.example:5000/a/b/nfs-subdir-external-provisioner:v4.0.1${digest}`, "v4.0.1"],
])("%s is %s", (image, release) => expect(releaseOf(image)).toBe(release));

test.each([
  `registry.k8s.io/sig-storage/nfs-subdir-external-provisioner${digest}`,
  "registry.example/nfs-subdir-external-provisioner:4.0.18",
  "registry.example/nfs-subdir-external-provisioner:v4.0.3",
  "registry.example/nfs-subdir-external-provisioner",
  "registry.example/other:v4.0.0",
])("%s does not tell, so it has the faults of the default", (image) => expect(releaseOf(image)).toBe("v4.0.2"));

const nested = "${.PVC.namespace}/${.PVC.name}";
const single = "${.PVC.namespace}_${.PVC.name}";

/** Releases that each of these may be used with. */
test.each([
  ["delete", undefined, ["v4.0.0", "v4.0.1", "v4.0.2", "v4.0.3"]],
  ["delete", single, ["v4.0.0", "v4.0.1", "v4.0.2", "v4.0.3"]],
  ["delete", nested, ["v4.0.0", "v4.0.3"]],
  ["archive", undefined, ["v4.0.0", "v4.0.1", "v4.0.2", "v4.0.3"]],
  ["archive", single, ["v4.0.0"]],
  ["archive", nested, ["v4.0.0"]],
  ["retain", nested, ["v4.0.0", "v4.0.1", "v4.0.2", "v4.0.3"]],
] as const)("%s of %s works with %j", (onDelete, pathPattern, releases) => {
  const works = PROVISIONER_RELEASES.filter(
    (release) => deletionError({ reclaimPolicy: "Delete", onDelete, pathPattern, release }) === undefined,
  );
  expect(works).toEqual(releases);
});

test("the way out that an error names is one", () => {
  const rules = { reclaimPolicy: "Delete", onDelete: "delete", release: "v4.0.2" } as const;
  const error = deletionError({ ...rules, pathPattern: nested })!;
  const offered = /such as "([^"]+)"/.exec(error)![1]!;
  expect(deletionError({ ...rules, pathPattern: offered })).toBeUndefined();
  expect(deletionError({ ...rules, onDelete: "archive", pathPattern: nested })).not.toContain("such as");
  expect(error).toContain('Retain or onDelete "retain"; if the image is built from later sources');
});
