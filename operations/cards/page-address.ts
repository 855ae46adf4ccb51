import { isIPv6 } from "node:net";
import { InvalidArgumentError } from "commander";
import { isLoopback, knownAs, PAGE_PORT } from "../page/server/listen-address";

/** Where others find the page of this machine, where nobody says otherwise. */
export function defaultPage(): string {
  const [name = ""] = knownAs("0.0.0.0");
  return `https://${isIPv6(name) ? `[${name}]` : name}:${PAGE_PORT}`;
}

/** The page's address from a command line: over TLS, because codes and kubeconfigs go over it. */
export function pageAddress(text: string): URL {
  const url = URL.parse(text);
  if (!url || url.pathname !== "/" || url.search || url.hash || url.username || url.password)
    throw new InvalidArgumentError("It is an address such as https://192.168.110.10:8090.");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname.replace(/^\[|\]$/g, ""))))
    throw new InvalidArgumentError("It begins with https://, as the page's does where others can connect.");
  return url;
}
