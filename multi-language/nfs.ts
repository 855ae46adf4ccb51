import * as pulumi from "@pulumi/pulumi";
import * as library from "../components/index";

export interface NfsServerArgs {
  /** Address or name of the host that becomes the NFS server, as the machine that runs Pulumi reaches it over SSH. */
  host: pulumi.Input<string>;
  /** TCP port of its SSH server; default 22. */
  port?: pulumi.Input<number>;
  /** Who logs in; anyone but root needs sudo without a password. Default root. */
  user?: pulumi.Input<string>;
  /** The private key, without a passphrase. Pass a secret. */
  privateKey: pulumi.Input<string>;
  /** The host's public key, as in a known_hosts file without the name; by default whoever answers is believed. */
  hostKey?: pulumi.Input<string>;
  /** The folder to export; it is made when it is missing. Absolute, and not `/`. */
  path: pulumi.Input<string>;
  /** Who may mount it: networks in CIDR form, addresses or host names. */
  clients: pulumi.Input<pulumi.Input<string>[]>;
}

/** An NFS export on a host that is reached over SSH; the server is installed when it is missing. */
export class NfsServer extends pulumi.ComponentResource {
  /** The server's address, once the export is in force. */
  readonly server: pulumi.Output<string>;
  /** The exported folder, once the export is in force. */
  readonly path: pulumi.Output<string>;
  /** Changes whenever the export does: give it to NfsClient, so that every node proves the new export. */
  readonly revision: pulumi.Output<string>;

  constructor(name: string, args: NfsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:index:NfsServer", name, args, opts);
    const { path, clients, ...connection } = args;
    const {
      server,
      path: exported,
      revision,
    } = new library.NfsServer(name, { connection, path, clients }, { parent: this });
    this.server = server;
    this.path = exported;
    this.revision = revision;
    this.registerOutputs({ server, path: exported, revision });
  }
}

export interface NfsClientArgs {
  /** Address or name of the node, as the machine that runs Pulumi reaches it over SSH. */
  host: pulumi.Input<string>;
  /** TCP port of its SSH server; default 22. */
  port?: pulumi.Input<number>;
  /** Who logs in; anyone but root needs sudo without a password. Default root. */
  user?: pulumi.Input<string>;
  /** The private key, without a passphrase. Pass a secret. */
  privateKey: pulumi.Input<string>;
  /** The node's public key, as in a known_hosts file without the name; by default whoever answers is believed. */
  hostKey?: pulumi.Input<string>;
  /** The NFS server as the node reaches it. */
  server: pulumi.Input<string>;
  /** The export that is mounted as a test. */
  path: pulumi.Input<string>;
  /** NfsServer's revision: when it changes, the node proves the export again. */
  revision?: pulumi.Input<string>;
}

/** The NFS client on one node: installed when it is missing, and proven by a mount, a write and a read. */
export class NfsClient extends pulumi.ComponentResource {
  /** The node's address, once the client is proven there. */
  readonly node: pulumi.Output<string>;

  constructor(name: string, args: NfsClientArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:index:NfsClient", name, args, opts);
    const { server, path, revision, ...connection } = args;
    const { host } = new library.NfsClient(name, { connection, server, path, revision }, { parent: this });
    this.node = host;
    this.registerOutputs({ node: host });
  }
}
