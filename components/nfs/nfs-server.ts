import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { onceCreated } from "../once-created";
import { checked, derived, warned } from "../checked";
import { required } from "../required";
import {
  DEFAULT_EXPORT_OPTIONS,
  exportEntryError,
  type ExportOptions,
  exportOptionsError,
  exportOptionsWarning,
  mergedOptions,
} from "./export-options";
import { defaultExportName, exportNameError, exportPathError } from "./export-path";
import {
  clientNamedTwice,
  exportClient,
  exportClientError,
  nfsServerAddress,
  scopedAddressError,
} from "./host-address";
import { type HostCheck, hostCheck, hostCheckScript } from "./host-check";
import { ownerError } from "./owner";
import { remoteScript, type RemoteScriptArgs } from "./remote-script";
import { type SshConnection, sshFields, withoutKey } from "./ssh-connection";

/** A client of an export that has options of its own. */
export interface ExportClient {
  /** As in `clients`. Example: `192.168.110.12`. */
  client: pulumi.Input<string>;
  /**
   * Options of `exports(5)` that this client has in place of the export's: `ro` takes the place of `rw`, `sec=krb5` that of
   * another `sec=`, and what is not named stays. Example: `ro,all_squash` or `["ro", "all_squash"]`.
   */
  options: pulumi.Input<string | pulumi.Input<string>[]>;
}

export interface NfsServerArgs {
  /** The host that becomes the NFS server; Debian's or RHEL's family, with systemd. */
  connection: SshConnection;
  /** The server as its clients reach it, where that is not the address that SSH connects to. @default `connection.host` */
  address?: pulumi.Input<string>;
  /**
   * The folder to export; it is made when it is missing. Absolute, and no folder of the host's system (`/`, `/etc`,
   * `/home`, a user's home, `/var/lib` and the like). Blanks and quotes are good in it; control characters and `\` are not.
   * @default "/nfs"
   */
  path?: pulumi.Input<string>;
  /**
   * Who may mount it: networks in CIDR form, addresses or host names, wildcards for host names (`*.school.lan`) and
   * netgroups (`@nodes`), each once; of IPv6 too. A client can have options of its own. Of several that a host is among, the
   * server takes an address or name before a network, that before a wildcard, and that before a netgroup; of two networks,
   * say, the first one. Example: `["192.168.110.0/24", { client: "192.168.110.12", options: "ro" }, "fd00::/64"]`.
   */
  clients: pulumi.Input<pulumi.Input<string | ExportClient>[]>;
  /**
   * Which export of the host this is: the name of its file in `/etc/exports.d`, without the ending `.exports`. Letters,
   * digits, `_`, `.` and `-`. Another name or path later is a move, in which the export is not away for a moment.
   * @default from the path: `/nfs` → `storage-lab-nfs`, `/srv/class-a` → `storage-lab-srv-class_-a`
   */
  exportName?: pulumi.Input<string>;
  /**
   * What the clients may do: options of `exports(5)`, joined by commas. Unknown ones, values of another kind and
   * opposites in one list are an error. `async` and Kerberos (`sec=krb5p`) are passed on with a warning.
   * @default "rw,sync,root_squash,no_subtree_check"
   */
  options?: pulumi.Input<string>;
  /**
   * Who owns the folder itself: names or numbers, `user:group`; what is below is left alone. With `root_squash` or `all_squash`
   * that is who may write: the user of `anonuid` and `anongid`, say. @default left alone, and a new folder is root's
   */
  owner?: pulumi.Input<string>;
  /**
   * Mode of the folder itself, in octal, with its bits for set-user-ID and set-group-ID; what is below is left alone.
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
    required(`NfsServer ${name}`, args, { connection: sshFields(args), clients: true });
    super("storage-lab:nfs:NfsServer", name, { ...args, connection: withoutKey(args.connection) }, opts);
    const givenPath = args.path ?? "/nfs";
    const path = checked(this, `path of NfsServer ${name}`, givenPath, exportPathError);
    const exportName = checked(
      this,
      `exportName of NfsServer ${name}`,
      args.exportName ?? derived(givenPath, path, defaultExportName),
      exportNameError,
    );
    const given = args.address === undefined ? "connection.host" : "address";
    const host = checked(
      this,
      `${given} of NfsServer ${name}`,
      args.address ?? args.connection.host,
      scopedAddressError,
    );
    const entries = checked(this, `clients of NfsServer ${name}`, args.clients, clientsError);
    const clients = entries.apply((all) => all.map((each) => exportClient(nameOf(each))));
    const mode = checked(this, `mode of NfsServer ${name}`, args.mode ?? "", optionalModeError);
    const options = checked(
      this,
      `options of NfsServer ${name}`,
      args.options ?? DEFAULT_EXPORT_OPTIONS,
      exportOptionsError,
    );
    const optionsOfClients = pulumi.all([entries, options]).apply(([all, base]) =>
      all.map((each) => {
        const merged = typeof each === "string" ? base : mergedOptions(base, each.options);
        const error = exportEntryError(nameOf(each), merged);
        if (error !== undefined) throw new pulumi.ResourceError(`clients of NfsServer ${name}: ${error}.`, this, true);
        return merged;
      }),
    );
    const owner = checked(this, `owner of NfsServer ${name}`, args.owner ?? "", ownerError);
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
        // Empty when all clients have the same.
        CLIENT_OPTIONS: pulumi
          .all([warned(`options of NfsServer ${name}`, optionsOfClients, exportOptionsWarning), options])
          .apply(([all, base]) => (all.every((each) => each === base) ? [] : all)),
        FILE_OWNER: owner,
      },
    };
    this.script = remoteScript(`${name}-export`, run, { parent: this });

    // From the arguments, not from what the script printed (a refresh forgets that), but not before it has run.
    this.server = onceCreated(host.apply(nfsServerAddress), this.script);
    this.path = onceCreated(path, this.script);
    this.revision = onceCreated(
      pulumi
        .all([path, clients, optionsOfClients, generation])
        .apply(([p, c, o, g]) => `${g}:${p} ${c.map((client, index) => `${client}(${o[index]})`).join(" ")}`),
      this.script,
    );
    this.check = hostCheck(name, "The export is in force on the NAS", run, this.script);
    this.checkScript = this.check.apply(hostCheckScript);
    this.registerOutputs({ server: this.server, path: this.path, revision: this.revision });
  }
}

type Entry = string | { client: string; options: ExportOptions };

const nameOf = (entry: Entry): string => (typeof entry === "string" ? entry : entry.client);

function clientsError(entries: Entry[]): string | undefined {
  if (entries.length === 0) return "name at least one network or host that may mount the export";
  const clients = entries.map(nameOf);
  for (const [index, client] of clients.entries()) {
    const entry = entries[index]!;
    const error = exportClientError(client);
    if (error !== undefined) return error;
    const wrong = typeof entry === "string" ? undefined : exportOptionsError(entry.options);
    if (wrong !== undefined) return `"${client}": ${wrong}`;
  }
  const twice = clientNamedTwice(clients);
  if (twice === undefined) return undefined;
  return twice.first === twice.second
    ? `"${twice.second}" is named twice`
    : `"${twice.first}" and "${twice.second}" are one client, named twice`;
}

function secondsError(seconds: number): string | undefined {
  return Number.isInteger(seconds) && seconds >= 0 ? undefined : `"${seconds}" is not a number of seconds such as 120`;
}

/** Why this is not an octal mode. */
export function modeError(mode: string): string | undefined {
  return /^[0-7]{3,4}$/.test(mode) ? undefined : `"${mode}" is not an octal mode such as "0755"`;
}

/** Why this is neither an octal mode nor "", which leaves it to what is there. */
export function optionalModeError(mode: string): string | undefined {
  return mode === "" ? undefined : modeError(mode);
}
