import * as pulumi from "@pulumi/pulumi";
import { onceCreated } from "../once-created";
import { checked } from "../checked";
import type { SshConnection } from "./ssh-connection";
import { exportPathError } from "./export-path";
import { remoteScript } from "./remote-script";

/**
 * Options of `exports(5)` by name. `course`: as the course's text has it; clients' root stays root and nothing is kept
 * from a student, so use it for teaching only.
 */
export const EXPORT_PROFILES = {
  course: "rw,sync,no_root_squash,no_subtree_check",
} as const;

export type ExportProfile = keyof typeof EXPORT_PROFILES;

export interface NfsServerArgs {
  /** The host that becomes the NFS server; Debian's or RHEL's family, with systemd. */
  connection: SshConnection;
  /** The folder to export; it is made when it is missing. Absolute, and not `/`. @default "/nfs" */
  path?: pulumi.Input<string>;
  /** Who may mount it: networks in CIDR form, addresses or host names. Example: `["192.168.110.0/24"]`. */
  clients: pulumi.Input<pulumi.Input<string>[]>;
  /** What the clients may do. @default "course" */
  profile?: pulumi.Input<ExportProfile>;
  /** Mode of the folder itself, in octal; what is below is left alone. @default "0777", as the course has it */
  mode?: pulumi.Input<string>;
  /** Raise it to apply the export again after somebody changed the host by hand, which Pulumi cannot see. @default 1 */
  generation?: pulumi.Input<number>;
  /** Longest wait, in seconds, for clients to leave before an export is withdrawn. @default 120 */
  clientWait?: pulumi.Input<number>;
  /** Withdraw the export although clients use it; their processes then hang or fail. @default false */
  force?: pulumi.Input<boolean>;
}

/**
 * An NFS export on a host reached over SSH: installs the server when it is missing, writes
 * `/etc/exports.d/<name>.exports`, re-exports without restarting a running server, and compares what the server then
 * exports with what was asked; on any error the exports of before are put back and the server's words are quoted.
 * (NFS has no dry run: a wrong line is in force for the moment between the two.)
 *
 * A path that `/etc/exports` or a foreign file already exports is refused, untouched. Deleting withdraws the export once
 * no client uses it (see `clientWait` and `force`); data and package stay.
 *
 * @example
 * const nas = new NfsServer("nas", {
 *   connection: { host: "192.168.110.168", privateKey: config.requireSecret("sshPrivateKey") },
 *   clients: ["192.168.110.0/24"],
 * });
 */
export class NfsServer extends pulumi.ComponentResource {
  /** The server's address, once the export is in force. */
  readonly server: pulumi.Output<string>;
  /** The exported folder, once the export is in force. */
  readonly path: pulumi.Output<string>;
  /** Changes whenever the export does: give it to `NfsClient`, so that every node proves the new export. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: NfsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:nfs:NfsServer", name, {}, opts);
    if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
      throw new pulumi.ResourceError(
        `NfsServer "${name}": its name becomes a file's name in /etc/exports.d, so use letters, digits, "_", "." and "-".`,
        this,
        true,
      );
    }
    const path = checked(this, `path of NfsServer ${name}`, args.path ?? "/nfs", exportPathError);
    const clients = checked(this, `clients of NfsServer ${name}`, args.clients, clientsError);
    const mode = checked(this, `mode of NfsServer ${name}`, args.mode ?? "0777", modeError);
    const options = pulumi.output(args.profile ?? "course").apply((profile) => EXPORT_PROFILES[profile]);
    const generation = pulumi.output(args.generation ?? 1);

    const script = remoteScript(
      `${name}-export`,
      {
        connection: args.connection,
        script: "nfs-server",
        onDelete: "withdraw",
        values: {
          NAME: name,
          EXPORT_PATH: path,
          CLIENTS: clients,
          OPTIONS: options,
          MODE: mode,
          GENERATION: generation,
          CLIENT_WAIT: args.clientWait ?? 120,
          FORCE: args.force ?? false,
        },
      },
      { parent: this },
    );

    // From the arguments, not from what the script printed (a refresh forgets that), but not before it has run.
    this.server = onceCreated(args.connection.host, script);
    this.path = onceCreated(path, script);
    this.revision = onceCreated(
      pulumi
        .all([path, clients, options, generation])
        .apply(([p, c, o, g]) => `${g}:${p} ${c.map((client) => `${client}(${o})`).join(" ")}`),
      script,
    );
    this.registerOutputs({ server: this.server, path: this.path, revision: this.revision });
  }
}

function clientsError(clients: string[]): string | undefined {
  if (clients.length === 0) return "name at least one network or host that may mount the export";
  const bad = clients.find((client) => !/^[A-Za-z0-9][A-Za-z0-9.:/-]*$/.test(client));
  if (bad !== undefined) return `"${bad}" is neither a network (192.168.110.0/24) nor an address nor a host name`;
  return undefined;
}

/** Why this is not an octal mode. */
export function modeError(mode: string): string | undefined {
  return /^[0-7]{3,4}$/.test(mode) ? undefined : `"${mode}" is not an octal mode such as "0777"`;
}
