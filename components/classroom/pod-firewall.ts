import { createHash } from "node:crypto";
import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { bareAddress, nfsServerError } from "../nfs/host-address";
import { type HostCheck, hostCheck, hostCheckScript } from "../nfs/host-check";
import { ownerOf } from "../nfs/owner";
import { remoteScript, type RemoteScriptArgs } from "../nfs/remote-script";
import { assignments } from "../nfs/shell-quote";
import { type SshConnection, sshFields, withoutKey } from "../nfs/ssh-connection";
import { read } from "../nfs/script-text";
import { onceCreated } from "../once-created";
import { required } from "../required";

export interface PodFirewallArgs {
  /** The node; Debian's or RHEL's family. */
  connection: SshConnection;
  /**
   * All addresses of the NFS server, of IPv4 and IPv6, or names that the node resolves. One that is left out stays open to
   * pods. Example: `["192.168.110.168"]`.
   */
  addresses: pulumi.Input<pulumi.Input<string>[]>;
  /** Raise it to put the rules in force again after a change by hand. @default 1 */
  generation?: pulumi.Input<number>;
}

/**
 * Keeps the pods of one node away from the NFS server. What a pod sends leaves the node under the node's address, so to the
 * server a pod with an NFS client of its own is the node, and reads and writes everybody's directories. The kubelet mounts
 * volumes from the node itself, which this does not concern; nor are pods in the node's network, which Pod Security forbids.
 *
 * A chain of its own drops all that is forwarded to the server, from the head of FORWARD in the table mangle: before what
 * kube-proxy and network plugins accept in the table filter, and connections that are open are cut too. A systemd unit puts
 * it in force at boot, before what starts pods. Some network plugins pass by FORWARD (Cilium with host routing in eBPF), as
 * does a server on the node itself: `firewallProof` in a pod of each node tells.
 *
 * Deleting takes the rules away.
 */
export class PodFirewall extends pulumi.ComponentResource {
  /** The node's address, once its pods are kept away. */
  readonly host: pulumi.Output<string>;

  /** How to find out whether the rules are still in force, and will be after a reboot. */
  readonly check: pulumi.Output<HostCheck>;
  /** The text of that check: feed it to `bash -s -- check` as root on the node. */
  readonly checkScript: pulumi.Output<string>;
  /** The script's run on the node. */
  readonly script: command.remote.Command;

  constructor(name: string, args: PodFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    required(`PodFirewall ${name}`, args, { connection: sshFields(args), addresses: true });
    super("storage-lab:classroom:PodFirewall", name, { ...args, connection: withoutKey(args.connection) }, opts);
    const addresses = checked(this, `addresses of PodFirewall ${name}`, args.addresses, (all) =>
      all.length === 0
        ? "it is empty: name the NFS server"
        : all.map(nfsServerError).find((error) => error !== undefined),
    );
    const owner = ownerOf(name);
    const run: RemoteScriptArgs = {
      connection: args.connection,
      script: "pod-firewall",
      onDelete: "withdraw",
      values: {
        OWNER: owner,
        CHAIN: chainOf(owner),
        ADDRESSES: addresses.apply((all) => [...new Set(all.map(bareAddress))]),
        GENERATION: args.generation ?? 1,
      },
    };
    this.script = remoteScript(`${name}-rules`, run, { parent: this });
    this.host = onceCreated(args.connection.host, this.script);
    this.check = hostCheck(name, `Pods on ${name} do not reach the NAS`, run, this.script);
    this.checkScript = this.check.apply(hostCheckScript);
    this.registerOutputs({ host: this.host });
  }
}

/** iptables takes no more than 28 characters. */
function chainOf(owner: string): string {
  return `storage-lab-${createHash("sha256").update(owner).digest("hex").slice(0, 12)}`;
}

/**
 * A text for bash in a pod: exit code 0 when no port of NFS answers it, so that the pod's node and network keep it away from
 * the server; otherwise 1, and standard output says which do. It takes 3 seconds, and needs bash and `timeout`.
 *
 * @param addresses Those of `PodFirewall`.
 */
export function firewallProof(addresses: readonly string[]): string {
  return `${assignments({ ADDRESSES: addresses.map(bareAddress) })}${read("../classroom/firewall-proof")}`;
}
