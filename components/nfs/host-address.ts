import { isIP, isIPv4, isIPv6, SocketAddress } from "node:net";

/** An IPv6 address as the system's tools write it, `FD00:0::10` → `fd00::10`; anything else as it is. */
function canonical(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: "ipv6" }).address : address;
}

/** A host's address as SSH and the tools of NFS want it: an IPv6 address without brackets. Names stay as they are. */
export function bareAddress(host: string): string {
  return canonical(host.replace(/^\[(.*)\]$/, "$1"));
}

/** An NFS server as a mount and a volume want it: an IPv6 address in brackets, once. Names stay as they are. */
export function nfsServerAddress(server: string): string {
  const bare = bareAddress(server);
  return isIPv6(bare) ? `[${bare}]` : bare;
}

/** Why other hosts could not use the address; `undefined` when they can. */
export function scopedAddressError(host: string): string | undefined {
  return host.includes("%")
    ? `"${host}" holds on one network link only (after the "%"), so others cannot mount from it: give an address without it, such as fd00::10`
    : undefined;
}

/** Why nothing can be mounted from a server of that name; `undefined` when it can. */
export function nfsServerError(server: string): string | undefined {
  const scoped = scopedAddressError(server);
  if (scoped !== undefined) return scoped;
  const bare = bareAddress(server);
  return (bare.includes(":") ? isIPv6(bare) : /^[A-Za-z0-9][\w.-]*$/.test(bare))
    ? undefined
    : `"${server}" is neither an address nor a host name`;
}

/** A client of an export as `exports(5)` writes it: IPv6 plainly and in its shortest form. */
export function exportClient(client: string): string {
  const [address = "", ...prefix] = client.split("/");
  return [canonical(address), ...prefix].join("/");
}

/** Whether the client of an export stands for many host names: `*.school.lan`, or the netgroup `@nodes`. */
export function isClientPattern(client: string): boolean {
  return /^@|[*?[\]]/.test(client);
}

/** Why this is neither a wildcard nor a netgroup that an export can be for; `undefined` when it is. */
export function clientPatternError(pattern: string): string | undefined {
  if (pattern.startsWith("@")) {
    return /^@[A-Za-z0-9][\w.-]*$/.test(pattern) ? undefined : `"${pattern}" is not a netgroup such as @nodes`;
  }
  // In brackets are characters of which one is meant, as in node[1-3].
  const rest = pattern.replaceAll(/\[\^?[A-Za-z0-9-]+\]/g, "?");
  if (!/^[A-Za-z0-9.*?-]+$/.test(rest)) return `"${pattern}" is not a wildcard for host names such as *.school.lan`;
  if (/^[\d.*?]+$/.test(rest)) {
    return /\d/.test(rest)
      ? `"${pattern}" is a wildcard in an address, which exports(5) has for names only: write a network such as 192.168.110.0/24`
      : `"${pattern}" is neither a network nor a name, but everybody: name networks, or hosts such as *.school.lan`;
  }
  return undefined;
}

/** Why this cannot be a client of an export; `undefined` when it can. */
export function exportClientError(client: string): string | undefined {
  if (isClientPattern(client)) return clientPatternError(client);
  const [address = "", prefix, ...rest] = client.split("/");
  const isAddress = isIP(address) > 0;
  const isNumber = /^[\d.]+$/.test(address) || address.includes(":");
  if (client.includes("%")) return scopedAddressError(client);
  const bits = isIPv4(address) ? 32 : 128;
  const isPrefix =
    prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits) || (bits === 32 && isIPv4(prefix));
  const isName = prefix === undefined && !isNumber && /^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(address);
  return rest.length === 0 && ((isAddress && isPrefix) || isName)
    ? undefined
    : `"${client}" is neither a network (192.168.110.0/24) nor an address nor a host name`;
}

/**
 * The first two clients that are one host or network, written differently perhaps: `nas1` and `NAS1`, `nas1` and
 * `nas1.school.lan`, `FD00::/64` and `fd00::/64`. An address in a network that is listed too is none.
 */
export function clientNamedTwice(clients: string[]): { first: string; second: string; index: number } | undefined {
  const seen = clients.map((client) => exportClient(client).toLowerCase());
  for (const [index, second] of seen.entries()) {
    const first = seen.findIndex((each) => isSameClient(each, second));
    if (first < index) return { first: clients[first] as string, second: clients[index] as string, index };
  }
  return undefined;
}

function isSameClient(one: string, other: string): boolean {
  if (one === other) return true;
  if ([one, other].some((each) => each.includes("/") || isIP(each) > 0 || isClientPattern(each))) return false;
  return one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}
