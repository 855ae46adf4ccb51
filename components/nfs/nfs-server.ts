import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { onceCreated } from "../once-created";
import { checked, derived } from "../checked";
import { required } from "../required";
import { defaultExportName, exportNameError, exportPathError } from "./export-path";
import {
  clientNamedTwice,
  exportClient,
  exportClientError,
  nfsServerAddress,
  scopedAddressError,
} from "./host-address";
import { type HostCheck, hostCheck, hostCheckScript } from "./host-check";
import { remoteScript, type RemoteScriptArgs } from "./remote-script";
import { SSH_FIELDS, type SshConnection, withoutKey } from "./ssh-connection";

/** Options of `exports(5)` that `NfsServer` gives its clients by default: their root is the user nobody on the server. */
export const DEFAULT_EXPORT_OPTIONS = "rw,sync,root_squash,no_subtree_check";

export interface NfsServerArgs {
  /** The host that becomes the NFS server; Debian's or RHEL's family, with systemd. */
  connection: SshConnection;
  /**
   * The folder to export; it is made when it is missing. Absolute, and no folder of the host's system (`/`, `/etc`,
   * `/home`, a user's home, `/var/lib` and the like). @default "/nfs"
   */
  path?: pulumi.Input<string>;
  /**
   * Who may mount it: networks in CIDR form, addresses or host names, each once; of IPv6 too. Example:
   * `["192.168.110.0/24", "fd00::/64"]`.
   */
  clients: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Which export of the host this is: the name of its file in `/etc/exports.d`, without the ending `.exports`. Letters,
   * digits, `_`, `.` and `-`. Another name or path later is a move, in which the export is not away for a moment.
   * @default from the path: `/nfs` → `storage-lab-nfs`, `/srv/class-a` → `storage-lab-srv-class_-a`
   */
  exportName?: pulumi.Input<string>;
  /** What the clients may do, as in `exports(5)`: options joined by commas. @default "rw,sync,root_squash,no_subtree_check" */
  options?: pulumi.Input<string>;
  /**
   * Mode of the folder itself, in octal, with its bits for set-user-ID and set-group-ID; what is below, and the owner, are left alone.
   * @default a folder that exists is left as it is, and a new one is root's with 0755
   */
  mode?: pulumi.Input<string>;
  /** Raise it to apply the export again after somebody changed the host by hand, which Pulumi cannot see. @default 1 */
  generation?: pulumi.Input<number>;
  /**
   * Longest wait, in seconds, for clients of this export to leave before it is withdrawn. Whether a client without open
   * files still has it mounted shows within 65 s, and with less time what was used lately counts. @default 120
   */
  clientWait?: pulumi.Input<number>;
  /** Withdraw the export although clients use it; their processes then hang or fail. @default false */
  force?: pulumi.Input<boolean>;
}

/**
 * An NFS export on a host reached over SSH: installs the server when it is missing, writes
 * `/etc/exports.d/<exportName>.exports`, puts it into force without restarting a running server, and compares what the server then
 * exports with what was asked; on any error the exports and the folder's mode of before are put back and the error quotes the server's message.
 * (NFS has no dry run: a wrong line is in force for the moment between the two.)
 *
 * A path that `/etc/exports`, a foreign file, a call of `exportfs` by hand or another stack's NfsServer already exports is
 * refused, untouched; the file notes project, stack and component for that. So is a user's home, wherever it is, and a
 * folder with one in it. Exports of others are never touched, also those that are in no file. A component that was renamed takes its export along. Deleting withdraws
 * the export once none of its own clients uses it (see `clientWait` and `force`); data and package stay.
 *
 * @example
 * const nas = new NfsServer("nas", {
 *   connection: { host: "192.168.110.168", privateKey: config.requireSecret("sshPrivateKey") },
 *   clients: ["192.168.110.0/24"],
 * });
 */
export class NfsServer extends pulumi.ComponentResource {
  /** The server as volumes and mounts want it, an IPv6 address in brackets; once the export is in force. */
  readonly server: pulumi.Output<string>;
  /** The exported folder, once the export is in force. */
  readonly path: pulumi.Output<string>;
  /** Changes whenever the export does: give it to `NfsClient`, so that every node proves the new export. */
  readonly revision: pulumi.Output<string>;
  /** How to find out whether the export is still in force. */
  readonly check: pulumi.Output<HostCheck>;
  /** The text of that check: feed it to `bash -s -- check` as root on the host. */
  readonly checkScript: pulumi.Output<string>;
  /** The script's run on the host. */
  readonly script: command.remote.Command;

  constructor(name: string, args: NfsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    required(`NfsServer ${name}`, args, { connection: SSH_FIELDS, clients: true });
    super("storage-lab:nfs:NfsServer", name, { ...args, connection: withoutKey(args.connection) }, opts);
    const givenPath = args.path ?? "/nfs";
    const path = checked(this, `path of NfsServer ${name}`, givenPath, exportPathError);
    const exportName = checked(
      this,
      `exportName of NfsServer ${name}`,
      args.exportName ?? derived(givenPath, path, defaultExportName),
      exportNameError,
    );
    const host = checked(this, `connection.host of NfsServer ${name}`, args.connection.host, scopedAddressError);
    const clients = checked(this, `clients of NfsServer ${name}`, args.clients, clientsError).apply((all) =>
      all.map(exportClient),
    );
    const mode = checked(this, `mode of NfsServer ${name}`, args.mode ?? "", optionalModeError);
    const options = checked(
      this,
      `options of NfsServer ${name}`,
      args.options ?? DEFAULT_EXPORT_OPTIONS,
      exportOptionsError,
    );
    const clientWait = checked(this, `clientWait of NfsServer ${name}`, args.clientWait ?? 120, secondsError);
    const generation = pulumi.output(args.generation ?? 1);

    const run: RemoteScriptArgs = {
      connection: args.connection,
      script: "nfs-server",
      onDelete: "withdraw",
      values: {
        NAME: exportName,
        OWNER: [pulumi.getProject(), pulumi.getStack(), encodeURIComponent(name)].join("/"),
        // Before exports had owners, the component's name was the file's.
        FORMER: exportNameError(name) === undefined ? name : "",
        EXPORT_PATH: path,
        CLIENTS: clients,
        OPTIONS: options,
        MODE: mode,
        GENERATION: generation,
        CLIENT_WAIT: clientWait,
        FORCE: args.force ?? false,
      },
    };
    this.script = remoteScript(`${name}-export`, run, { parent: this });

    // From the arguments, not from what the script printed (a refresh forgets that), but not before it has run.
    this.server = onceCreated(host.apply(nfsServerAddress), this.script);
    this.path = onceCreated(path, this.script);
    this.revision = onceCreated(
      pulumi
        .all([path, clients, options, generation])
        .apply(([p, c, o, g]) => `${g}:${p} ${c.map((client) => `${client}(${o})`).join(" ")}`),
      this.script,
    );
    this.check = hostCheck(name, "The export is in force on the NAS", run, this.script);
    this.checkScript = this.check.apply(hostCheckScript);
    this.registerOutputs({ server: this.server, path: this.path, revision: this.revision });
  }
}

function clientsError(clients: string[]): string | undefined {
  if (clients.length === 0) return "name at least one network or host that may mount the export";
  const error = clients.map(exportClientError).find((each) => each !== undefined);
  if (error !== undefined) return error;
  const twice = clientNamedTwice(clients);
  if (twice === undefined) return undefined;
  return twice.first === twice.second
    ? `"${twice.second}" is named twice`
    : `"${twice.first}" and "${twice.second}" are one client, named twice`;
}

function secondsError(seconds: number): string | undefined {
  return Number.isInteger(seconds) && seconds >= 0 ? undefined : `"${seconds}" is not a number of seconds such as 120`;
}

/** Why these cannot be the options of an export; `undefined` when they can. */
export function exportOptionsError(options: string): string | undefined {
  return /^[a-z_]+(=[^\s,()#"\\]+)?(,[a-z_]+(=[^\s,()#"\\]+)?)*$/.test(options)
    ? undefined
    : `"${options}" are not options of exports(5) such as "${DEFAULT_EXPORT_OPTIONS}": join them by commas, without blanks`;
}

/** Why this is not an octal mode. */
export function modeError(mode: string): string | undefined {
  return /^[0-7]{3,4}$/.test(mode) ? undefined : `"${mode}" is not an octal mode such as "0755"`;
}

/** Why this is neither an octal mode nor "", which leaves it to what is there. */
export function optionalModeError(mode: string): string | undefined {
  return mode === "" ? undefined : modeError(mode);
}
