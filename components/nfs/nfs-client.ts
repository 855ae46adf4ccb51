import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { onceCreated } from "../once-created";
import { checked } from "../checked";
import { required } from "../required";
import { mountPathError } from "./export-path";
import { bareAddress, nfsServerAddress, nfsServerError } from "./host-address";
import { type HostCheck, hostCheck, hostCheckScript } from "./host-check";
import { asMounted, distinctSets, mountOptionsError, type MountOptionSet, optionSetsError } from "./mount-options";
import { remoteScript, type RemoteScriptArgs } from "./remote-script";
import { type SshConnection, sshFields, withoutKey } from "./ssh-connection";

export interface NfsClientArgs {
  /** The node; Debian's or RHEL's family. */
  connection: SshConnection;
  /** The NFS server as the node reaches it; an IPv6 address with or without brackets. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The export that is mounted as a test, as clients see it. Example: `/nfs`; `/`, the root of all exports of NFSv4. */
  path: pulumi.Input<string>;
  /** `NfsServer.revision`: when it changes, the node proves the export again. @default never again by itself */
  revision?: pulumi.Input<string>;
  /**
   * Whether it is an error that root of this node may not write to the export, because of `root_squash`, the folder's mode
   * or an export that is read-only. @default false: logged only; the mount alone is proven
   */
  mustWrite?: pulumi.Input<boolean>;
  /**
   * Mount options of the volumes that name none: the export is mounted with these. An option that is not known, or a version
   * that the server does not speak, is an error. Example: `["nfsvers=4.2"]`. @default the node's own
   */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Other sets of mount options that volumes have, such as those of a StorageClass: the export is mounted with each.
   * @default none
   */
  mountOptionSets?: pulumi.Input<MountOptionSet[]>;
  /** Raise it to install and prove again. @default 1 */
  generation?: pulumi.Input<number>;
}

/**
 * The NFS client on one node: installs it when it is missing, then mounts the export for real, writes, reads back over a
 * second mount, and unmounts; then mounts it with each set of options that volumes have. A failure names its cause: no route,
 * port 2049 refused, no such export, access denied, not permitted, no mount helper, read-only, a mount option that is not
 * known, a version that the server does not speak. Deleting leaves the package, which the node's pods may still need.
 */
export class NfsClient extends pulumi.ComponentResource {
  /** The node's address, once the client is proven there. */
  readonly host: pulumi.Output<string>;

  /** How to find out whether the node still has the client and reaches the server; nothing is mounted for that. */
  readonly check: pulumi.Output<HostCheck>;
  /** The text of that check: feed it to `bash -s -- check` as root on the node. */
  readonly checkScript: pulumi.Output<string>;
  /** The script's run on the node. */
  readonly script: command.remote.Command;

  constructor(name: string, args: NfsClientArgs, opts?: pulumi.ComponentResourceOptions) {
    required(`NfsClient ${name}`, args, { connection: sshFields(args), server: true, path: true });
    super("storage-lab:nfs:NfsClient", name, { ...args, connection: withoutKey(args.connection) }, opts);
    const server = checked(this, `server of NfsClient ${name}`, args.server, nfsServerError);
    const run: RemoteScriptArgs = {
      connection: args.connection,
      script: "nfs-client",
      values: {
        // For mounts in brackets, for all else without.
        SERVER: server.apply(bareAddress),
        MOUNT_SERVER: server.apply(nfsServerAddress),
        EXPORT_PATH: checked(this, `path of NfsClient ${name}`, args.path, mountPathError),
        REVISION: args.revision ?? "",
        GENERATION: args.generation ?? 1,
        MUST_WRITE: args.mustWrite ?? false,
        ...this.mountValues(name, args),
      },
    };
    this.script = remoteScript(`${name}-mount`, run, { parent: this });
    this.host = onceCreated(args.connection.host, this.script);
    this.check = hostCheck(name, `The NFS client is installed on ${name} and reaches the NAS`, run, this.script);
    this.checkScript = this.check.apply(hostCheckScript);
    this.registerOutputs({ host: this.host });
  }

  /** Nothing without options, so that a script that has run before is the same. */
  private mountValues(name: string, { mountOptions, mountOptionSets }: NfsClientArgs) {
    const options = checked(this, `mountOptions of NfsClient ${name}`, mountOptions ?? [], mountOptionsError);
    const sets = checked(this, `mountOptionSets of NfsClient ${name}`, mountOptionSets ?? [], optionSetsError);
    return {
      ...(mountOptions !== undefined && { MOUNT_OPTIONS: options.apply((known) => asMounted(known).join()) }),
      ...(mountOptionSets !== undefined && {
        OPTION_SETS: sets.apply((all) => distinctSets(all).map((set) => `${set.options.join()} ${set.usedBy}`)),
      }),
    };
  }
}
