import { pairwise } from "./pairwise";

/** What can be different about the storage, the nodes and the ways in of a school. */
export const FACTORS = {
  /** How SSH comes to the hosts. */
  way: ["direct", "port 2222, RSA host key", "bastion", "ssh_config alias"],
  /** Who logs in there. */
  user: ["root", "first.last, sudo", "first.last, sudo with a password"],
  /** Where the private key is. */
  key: ["one for all", "one a host", "with a passphrase", "in an agent"],
  /** What is exported, by whom. */
  export: ["course", "safe", "hardened", "existing", "existing, NFSv3 only"],
  /** Where it is. */
  path: ["/srv/NAME", "/srv/a b/NAME", "/volume1/k8s/NAME"],
  /** Whom it is exported to. */
  clients: ["network", "addresses with options", "wildcard", "netgroup"],
  /** How nodes are proven. */
  nodes: ["ssh", "pods", "both"],
  mountOptions: ["none", "nfsvers=4.1", "nfsvers=3"],
  addresses: ["IPv4", "IPv6"],
  /** Whether the same stack has a second export, with a provisioner of its own. */
  exports: ["one", "two"],
} as const;

type Factor = keyof typeof FACTORS;

/** One combination of settings; its number is its place in the table. */
export type Environment = { readonly [K in Factor]: (typeof FACTORS)[K][number] };

const isExisting = (value: string | undefined) => value?.startsWith("existing") === true;

/**
 * Whether settings go together; of a row that is not complete, whether those that it has do. What has no meaning next to
 * another setting stays at its first value.
 */
export function goesTogether(row: Partial<Environment>): boolean {
  const unused = (...factors: Factor[]) =>
    factors.every((each) => row[each] === undefined || row[each] === FACTORS[each][0]);
  // Nobody exports anything: the server's side is as it is.
  if (isExisting(row.export) && !unused("clients")) return false;
  if (row.export === "existing, NFSv3 only" && !["nfsvers=3", undefined].includes(row.mountOptions)) return false;
  // Nobody logs in anywhere.
  if (isExisting(row.export) && row.nodes === "pods" && !unused("way", "user", "key")) return false;
  // The server tells names by /etc/hosts, which has those of IPv4.
  if (row.addresses === "IPv6" && ["wildcard", "netgroup"].includes(row.clients ?? "")) return false;
  return true;
}

/** Every two settings that go together are in one of them. Always the same ones, in the same order. */
export function environments(): Environment[] {
  return pairwise(FACTORS, goesTogether) as unknown as Environment[];
}
