import type { InfrastructureConfig } from "./config-schema";
import type { ExistingConfig } from "./existing-schema";
import type { ExportConfig } from "./export-schema";
import type { HostConfig } from "./host-schema";
import type { StorageClassConfig } from "./storage-class-schema";
import type { ProvisionerConfig } from "./provisioner-schema";

/** One export of a config, with the provisioner and the classes on it. */
export interface StoragePart {
  /** Of a further export; the first one has none. */
  name?: string;
  nas?: HostConfig;
  export?: ExportConfig;
  existing?: ExistingConfig;
  /** Of what is mounted from it and names none; `undefined` for the nodes' own. */
  mountOptions?: string[];
  provisioner: ProvisionerConfig;
  storageClasses: StorageClassConfig[];
}

/** The exports of a config: that of its own keys, and the further ones. */
export function storageParts(config: InfrastructureConfig): StoragePart[] {
  const { nas, export: wanted, existing, mountOptions, provisioner, storageClasses } = config;
  const first = { nas, export: wanted, existing, mountOptions, provisioner, storageClasses };
  const further = (config.additional ?? []).map((each) => ({
    ...each,
    nas: each.existing ? undefined : (each.nas ?? nas),
    mountOptions: each.mountOptions ?? (each.existing ? undefined : mountOptions),
  }));
  return [first, ...further].map((part) => ({ ...part, mountOptions: given(part.mountOptions) }));
}

/** The options where there are any: a list without an entry is the nodes' own. */
export function given(options: string[] | undefined): string[] | undefined {
  return options?.length ? options : undefined;
}
