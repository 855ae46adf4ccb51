import type { SandboxFacts } from "../../../embedded/sandbox/types";
import type { Settings } from "../test-stack";
import type { Environment } from "./factors";
import {
  HOSTS,
  IPV6,
  NETGROUP,
  PASSPHRASE,
  PASSWORD,
  RSA_PORT,
  USERS,
  type HostName,
  type HostPreparation,
} from "./host-preparation";

/** A stack's config for an environment: settings, and secrets by key. */
export interface EnvironmentConfig {
  settings: Settings;
  secrets: Record<string, string>;
}

/** Where an environment's exports are on the NAS. */
export function exportPaths(environment: Environment, name: string): string[] {
  const first = environment.path.replace("NAME", name);
  return environment.exports === "two" ? [first, `${first}-second`] : [first];
}

export function isExisting(environment: Environment): boolean {
  return environment.export.startsWith("existing");
}

/** The config by which the stack `name` is made in the environment. */
export async function environmentConfig(
  environment: Environment,
  name: string,
  facts: SandboxFacts,
  hosts: HostPreparation,
): Promise<EnvironmentConfig> {
  const addresses = addressesIn(environment, facts);
  const keys = keysOf(environment, hosts);
  const logins = await loginsOf(environment, facts, hosts, addresses);
  const [path = "", secondPath] = exportPaths(environment, name);
  const host = (which: HostName): Settings => ({ name: which, ...logins.hosts[which] });
  const source = (at: string): Settings =>
    isExisting(environment)
      ? { existing: { server: addresses.nas, path: at }, ...mountOptionsOf(environment) }
      : {
          export: { path: at, profile: environment.export, clients: clientsOf(environment, addresses), clientWait: 90 },
        };
  const image = facts.images.provisioner;
  const sshNodes = environment.nodes !== "pods";
  return {
    settings: {
      kubeconfig: facts.kubeconfig,
      ...(isExisting(environment) && !sshNodes ? {} : { ssh: { ...logins.ssh, ...keys.ssh } }),
      ...(isExisting(environment) ? {} : { nas: host("nas"), ...mountOptionsOf(environment) }),
      ...source(path),
      ...(sshNodes && { nodes: [host("node1"), host("node2")] }),
      ...(environment.nodes !== "ssh" && { nodePods: { namespace: `${name}-proof`, image: facts.images.tools } }),
      provisioner: {
        image,
        namespace: name,
        clusterRolePrefix: `${name}-`,
        name: `storage-lab.example/${name}`,
      },
      storageClasses: [{ name, reclaimPolicy: "Delete", onDelete: "delete" }],
      ...(secondPath !== undefined && {
        additional: [{ name: "second", ...source(secondPath), provisioner: { image } }],
      }),
    },
    secrets: isExisting(environment) && !sshNodes ? {} : { ...keys.secrets, ...sudoSecret(environment) },
  };
}

function addressesIn({ addresses }: Environment, { nas, nodes }: SandboxFacts): Record<HostName, string> {
  const [node1, node2] = nodes;
  if (addresses === "IPv6") return { nas: IPV6.nas, node1: IPV6.node1, node2: IPV6.node2 };
  return { nas: nas.address, node1: node1?.address ?? "", node2: node2?.address ?? "" };
}

function mountOptionsOf({ mountOptions }: Environment): Settings {
  return mountOptions === "none" ? {} : { mountOptions: [mountOptions] };
}

function clientsOf({ clients }: Environment, addresses: Record<HostName, string>): Settings[] | string[] {
  switch (clients) {
    case "network":
      return [addresses.nas.includes(":") ? IPV6.network : "192.168.110.0/24"];
    case "addresses with options":
      return [
        { client: addresses.node1, options: ["insecure"] },
        { client: addresses.node2, options: ["no_wdelay"] },
      ];
    case "wildcard":
      return ["node*"];
    case "netgroup":
      return [`@${NETGROUP}`];
  }
}

/** Which secrets hold the private keys, and what the config says of them. */
function keysOf(environment: Environment, hosts: HostPreparation): { ssh: Settings; secrets: Record<string, string> } {
  const { key, way, nodes } = environment;
  switch (key) {
    case "one for all":
      return { ssh: {}, secrets: { sshPrivateKey: hosts.key("nas") } };
    case "one a host": {
      const all = HOSTS.filter((host) => (host === "nas" ? !isExisting(environment) : nodes !== "pods"));
      const names = [...all, ...(way === "bastion" ? (["bastion"] as const) : [])];
      return { ssh: {}, secrets: Object.fromEntries(names.map((name) => [`sshPrivateKey-${name}`, hosts.key(name)])) };
    }
    case "with a passphrase":
      return { ssh: {}, secrets: { sshPrivateKey: hosts.key("locked"), sshKeyPassphrase: PASSPHRASE } };
    case "in an agent":
      return { ssh: { agent: hosts.agentSocket }, secrets: {} };
  }
}

function sudoSecret({ user }: Environment): Record<string, string> {
  return user === "first.last, sudo with a password" ? { sudoPassword: PASSWORD } : {};
}

function userOf({ user }: Environment): string {
  if (user === "root") return "root";
  return user === "first.last, sudo" ? USERS.free : USERS.asked;
}

/** How each host is logged in to, and what holds for all of them. */
async function loginsOf(
  environment: Environment,
  facts: SandboxFacts,
  hosts: HostPreparation,
  addresses: Record<HostName, string>,
): Promise<{ ssh: Settings; hosts: Record<HostName, Settings> }> {
  const user = userOf(environment);
  const hostKeys = { nas: facts.nas.hostKey, node1: facts.nodes[0]?.hostKey, node2: facts.nodes[1]?.hostKey };
  const each = async (make: (host: HostName) => Settings | Promise<Settings>) =>
    Object.fromEntries(await Promise.all(HOSTS.map(async (host) => [host, await make(host)]))) as Record<
      HostName,
      Settings
    >;
  const known = (host: HostName) => ({ host: addresses[host], hostKey: hostKeys[host] });
  switch (environment.way) {
    case "direct":
      return { ssh: { user }, hosts: await each(known) };
    case "port 2222, RSA host key":
      return {
        ssh: { user, port: RSA_PORT },
        hosts: await each(async (host) => ({ host: addresses[host], hostKey: await hosts.rsaHostKey(host) })),
      };
    case "bastion":
      // Another host of the network; to itself the way is short.
      return { ssh: { user, bastion: { user, ...known("node1") } }, hosts: await each(known) };
    case "ssh_config alias": {
      const blocks = HOSTS.map((host) => `Host environment-${host}\n  HostName ${addresses[host]}\n  User ${user}\n`);
      const configFile = hosts.sshConfig(blocks.join("\n"));
      const alias = (host: HostName) => ({
        sshAlias: `environment-${host}`,
        hostKey: hostKeys[host],
        // The name of an alias is known on this machine alone.
        ...(host === "nas" && { address: addresses.nas }),
      });
      return { ssh: { configFile }, hosts: await each(alias) };
    }
  }
}
