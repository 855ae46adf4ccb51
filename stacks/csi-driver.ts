import * as pulumi from "@pulumi/pulumi";
import { CsiNfsDriver, CsiStorageClass } from "../components/index";
import type { InfrastructureConfig } from "./config-schema";
import type { ExportSource } from "./export-source";

/**
 * The CSI driver for NFS, and its classes.
 *
 * @param sourceOf The export of a class, by its name; `undefined` for the first one.
 */
export function csiDriver(
  { storageClasses, ...settings }: NonNullable<InfrastructureConfig["csi"]>,
  sourceOf: (name: string | undefined) => ExportSource & { mountOptions?: string[] },
  opts: pulumi.ComponentResourceOptions,
) {
  const driver = new CsiNfsDriver("csi", settings, opts);
  const classes = storageClasses.map(({ name, default: isDefault, export: exportName, ...rest }) => {
    const { server, path, mode, mountOptions } = sourceOf(exportName);
    return new CsiStorageClass(
      name,
      // The driver gives the mode of a claim's directory to the exported folder itself as well, so it is that one's.
      { mountOptions, ...rest, isDefault, server, share: path, mountPermissions: mode },
      { ...opts, dependsOn: driver },
    );
  });
  const outputs = pulumi.output({
    driver: driver.driverName,
    namespace: driver.namespaceName,
    storageClasses: classes.map((each) => each.className),
  });
  return { classes, outputs };
}
