import * as pulumi from "@pulumi/pulumi";
import { course } from "../../../stacks/course/course";
import { sections, type SectionName } from "../../../stacks/course/sections";
import { courseSchema } from "../../../stacks/config-schema";
import { deploy, type MockOptions } from "../mocks";

/** What the stack `infra` has made. */
export const outputs = {
  nas: { host: "192.168.110.168", port: 22, user: "root" },
  nfs: { server: "192.168.110.168", path: "/nfs" },
  provisionerName: "k8s-sigs.io/nfs-subdir-external-provisioner",
  storageClasses: ["nfs-client", "nfs-client-retain"],
  deletionEffects: { "nfs-client": "Deleting a claim deletes." },
  pathPatterns: {},
  csi: { driver: "nfs.csi.k8s.io", namespace: "csi-nfs", storageClasses: ["nfs-csi"] },
};
export const required = { infrastructureStack: "infra", localNode: "node1" };

/** Runs the course with a change of its smallest config. */
export const run = (change = {}, options: MockOptions = { stacks: { infra: outputs } }) =>
  deploy(() => course(courseSchema.parse({ ...required, ...change })), options);

export const all = Object.keys(sections) as SectionName[];
/** The config of the sections in which these alone are on. */
export const only = (...names: SectionName[]) => Object.fromEntries(all.map((name) => [name, names.includes(name)]));

export function setSecrets(): void {
  pulumi.runtime.setAllConfig({ "storage-lab:sshPrivateKey": "PRIVATE", "storage-lab:mysqlRootPassword": "ROOT" }, [
    "storage-lab:sshPrivateKey",
    "storage-lab:mysqlRootPassword",
  ]);
}
