import { z } from "zod";
import { DEFAULT_PROVISIONER_IMAGE, DEFAULT_PROVISIONER_NAME, PROVISIONER_RELEASES } from "../components/index";
import { dnsLabel, image, namePrefix, OWN_NAMESPACE, provisionerName } from "./fields";
import { mountOptions } from "./node-schema";

/** The subdirectory provisioner of an export. */
export const provisionerSchema = z.strictObject({
  namespace: dnsLabel.default("nfs-provisioner").describe("Its namespace"),
  createNamespace: z.boolean().default(true).describe(OWN_NAMESPACE),
  clusterRolePrefix: namePrefix
    .default("")
    .describe("Start of the names of its ClusterRole and its binding, for a second provisioner in one cluster"),
  image: image.default(DEFAULT_PROVISIONER_IMAGE).describe("Its image"),
  release: z
    .enum(PROVISIONER_RELEASES)
    .optional()
    .describe("Release of an image whose tag does not tell; v4.0.3: built from later sources. Default: by the tag"),
  name: provisionerName
    .default(DEFAULT_PROVISIONER_NAME)
    .describe("Name that classes refer to it by, unique in the cluster"),
  mountOptions: mountOptions
    .optional()
    .describe("Mount options of its own mount. Default: infrastructure.mountOptions"),
});

export type ProvisionerConfig = z.output<typeof provisionerSchema>;
