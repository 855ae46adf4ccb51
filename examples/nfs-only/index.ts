// An NFS server, and clients that each prove that they can mount it; no cluster is needed.
//
//   pulumi stack init dev
//   pulumi config set server 192.168.110.168
//   pulumi config set network 192.168.110.0/24
//   pulumi config set --path 'clients[0]' 192.168.110.11
//   pulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519
//   pulumi up
import * as pulumi from "@pulumi/pulumi";
import { NfsClient, NfsServer, type SshConnection } from "../../components/index";

const config = new pulumi.Config();
const privateKey = config.requireSecret("sshPrivateKey");
const connection = (host: string): SshConnection => ({ host, privateKey });

const server = new NfsServer("server", {
  connection: connection(config.require("server")),
  path: config.get("path") ?? "/nfs",
  clients: [config.require("network")],
});
for (const host of config.requireObject<string[]>("clients")) {
  new NfsClient(host, {
    connection: connection(host),
    server: server.server,
    path: server.path,
    revision: server.revision,
  });
}

/** What `mount -t nfs` takes. */
export const share = pulumi.interpolate`${server.server}:${server.path}`;
