import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

const COOKIE = "storage-lab-page";

/** What is done about a request. */
export type Verdict =
  | { kind: "allowed" }
  /** It has brought the token in its address, where it must not stay. */
  | { kind: "welcome"; cookie: string }
  | { kind: "refused"; status: 401 | 405 | 421; reason: string };

/** Who may look at the page. */
export class Access {
  /** Undefined where only this machine can connect. */
  readonly token: string | undefined;

  /**
   * @param hosts Names and addresses by which the page is known: another one in a request is a page of somebody else that
   * had its name lead here (DNS rebinding).
   */
  constructor(
    private readonly hosts: string[],
    private readonly port: () => number,
    withToken: boolean,
  ) {
    this.token = withToken ? randomBytes(24).toString("base64url") : undefined;
  }

  /** @param isOpen Whether it is for a part of the page that needs no token, and takes more than questions. @default false */
  judge({ method, url = "/", headers }: Pick<IncomingMessage, "method" | "url" | "headers">, isOpen = false): Verdict {
    if (!this.isOurs(headers.host)) return { kind: "refused", status: 421, reason: "This is no page of that name." };
    if (isOpen) return { kind: "allowed" };
    if (method !== "GET" && method !== "HEAD")
      return { kind: "refused", status: 405, reason: "The page can only be read." };
    if (this.token === undefined) return { kind: "allowed" };
    const given = new URLSearchParams(url.split("?")[1]).get("token");
    if (given !== null && this.fits(given))
      return { kind: "welcome", cookie: `${COOKIE}=${this.token}; Path=/; Secure; HttpOnly; SameSite=Lax` };
    if (this.fits(cookieOf(headers.cookie))) return { kind: "allowed" };
    return {
      kind: "refused",
      status: 401,
      reason: "Open the whole address that the server has printed, with its token.",
    };
  }

  private isOurs(host = ""): boolean {
    const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
    const name = bracketed ?? plain ?? "";
    return this.hosts.includes(name) && Number(port ?? defaultPort(this.token)) === this.port();
  }

  private fits(given: string): boolean {
    const digest = (text: string) => createHash("sha256").update(text).digest();
    return timingSafeEqual(digest(given), digest(this.token ?? ""));
  }
}

const defaultPort = (token: string | undefined): number => (token === undefined ? 80 : 443);

function cookieOf(header = ""): string {
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? "";
}
