import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";

/** Where the page is served where nobody says otherwise. */
export const PAGE_PORT = 8090;

/** Whether only programs of this machine reach an address. */
export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || (isIP(address) === 4 && address.startsWith("127."));
}

/** The names and addresses by which a page that listens at an address is opened; the first is the one to print. */
export function knownAs(address: string): string[] {
  if (isLoopback(address)) return [...new Set([address, "127.0.0.1", "localhost", "::1"])];
  if (address !== "0.0.0.0" && address !== "::") return [address.toLowerCase()];
  const others = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outside = others.filter(({ internal, address: each }) => !internal && !each.startsWith("fe80:"));
  const addresses = outside.toSorted((one, other) => Number(isIP(one.address)) - Number(isIP(other.address)));
  return [...new Set([...addresses.map((each) => each.address), hostname().toLowerCase(), "localhost", "127.0.0.1"])];
}
