import type * as pulumi from "@pulumi/pulumi";
import { NfsProvisioner, NfsStorageClass } from "../components/index";
import type { ExportSource } from "./export-source";
import { given, type StoragePart } from "./storage-parts";

/** The provisioner of an export, and its classes. */
export function provisionedStorage(
  { name: partName, provisioner: settings, storageClasses, mountOptions }: StoragePart,
  { server, path }: ExportSource,
  opts: pulumi.ComponentResourceOptions,
): { provisioner: NfsProvisioner; classes: NfsStorageClass[] } {
  const { name: provisionerName, release, mountOptions: own, ...rest } = settings;
  const provisioner = new NfsProvisioner(
    partName === undefined ? "provisioner" : `provisioner-${partName}`,
    { ...rest, server, path, provisionerName, mountOptions: given(own ?? mountOptions) },
    opts,
  );
  const classes = storageClasses.map(
    ({ name, default: isDefault, ...settings }) =>
      new NfsStorageClass(
        name,
        {
          mountOptions,
          ...settings,
          isDefault,
          provisionerName: provisioner.provisionerName,
          provisionerImage: rest.image,
          provisionerRelease: release,
        },
        { provider: opts.provider },
      ),
  );
  return { provisioner, classes };
}
