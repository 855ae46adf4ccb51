import type * as pulumi from "@pulumi/pulumi";
import { NfsServer, nfsServerAddress } from "../components/index";
import type { InfrastructureConfig } from "./config-schema";
import { directorySettings, type DirectorySettings } from "./export-schema";
import { hostConnection } from "./host-connection";
import { type HostLogin, loginOf } from "./host-schema";
import type { StoragePart } from "./storage-parts";

/** Where an export is. */
export interface ExportSource {
  server: pulumi.Input<string>;
  path: pulumi.Input<string>;
  /** The component that has made it; `undefined` for one that existed. */
  made?: NfsServer;
  nas?: HostLogin;
  /** Mode of the exported folder; `0` leaves it, and what a CSI driver makes there, as it is. */
  mode: string;
  /** How a course makes directories there, if not root's and open to all. */
  directories?: DirectorySettings;
}

/** The export of a part: one that exists already, or that is made on its NAS. */
export function exportSource(part: StoragePart, { generation, force }: InfrastructureConfig): ExportSource {
  const { existing, nas, export: wanted } = part;
  if (existing) return { server: nfsServerAddress(existing.server), path: existing.path, mode: "0" };
  // The schema lets no config without them through.
  if (!nas || !wanted) throw new Error("there is neither nas with export nor existing");
  const made = new NfsServer(part.name ?? nas.name, {
    connection: hostConnection(nas),
    address: nas.address,
    path: wanted.path,
    clients: wanted.clients,
    options: wanted.options,
    owner: wanted.owner,
    mode: wanted.mode,
    clientWait: wanted.clientWait,
    generation,
    force,
  });
  return {
    server: made.server,
    path: made.path,
    made,
    nas: loginOf(nas),
    mode: wanted.mode,
    directories: directorySettings(wanted),
  };
}
