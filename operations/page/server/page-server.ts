import { createServer as createHttp, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { isIPv6, type AddressInfo } from "node:net";
import { Failure } from "../../../exercises/runner/failure";
import { Access } from "./access";
import type { Assets } from "./assets";
import { selfSigned } from "./certificate";
import { ICON, SERVED_POLICY, servedPage } from "./documents";
import { sendEvents } from "./event-stream";
import type { HandOut } from "./hand-out";
import { isLoopback, knownAs } from "./listen-address";
import type { PictureKeeper } from "./picture-keeper";

/** Where the page is served. */
export interface Listen {
  /** Other addresses than this machine's own are served over TLS, with a token. @default "127.0.0.1" */
  address?: string;
  /** 0 takes any that is free. */
  port: number;
  /** A socket that listens already, by its descriptor: {@link address} is what it listens at. @default a new one */
  descriptor?: number;
  /** By which names the page is opened. @default the addresses of this machine */
  names?: string[];
}

export interface PageServer {
  /** Its address, without the token. */
  origin: string;
  /** What a browser opens, with the token if there is one. */
  url: string;
  /** SHA-256 of the certificate, where there is one. */
  fingerprint?: string;
  stop(): Promise<void>;
}

/** Of every answer: nothing is kept, guessed, framed or loaded from elsewhere. */
const HEADERS = {
  "content-security-policy": SERVED_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** Serves the page of a keeper's picture. @param handOut Gives students their kubeconfigs. @default nobody does */
export async function servePage(
  keeper: PictureKeeper,
  assets: Assets,
  listen: Listen,
  handOut?: HandOut,
): Promise<PageServer> {
  const { address = "127.0.0.1", port, descriptor } = listen;
  const names = listen.names ?? knownAs(address);
  const isPrivate = isLoopback(address);
  const access = new Access(names, () => (server.address() as AddressInfo).port, !isPrivate);
  const certificate = isPrivate ? undefined : await selfSigned(names);
  const answer = answering(keeper, assets, access, handOut);
  const server: Server = certificate ? createHttps(certificate, answer) : createHttp(answer);
  server.maxConnections = 1000;
  await listening(server, descriptor === undefined ? { host: address, port } : { fd: descriptor }, address);
  const [name = address] = names;
  const origin = `http${certificate ? "s" : ""}://${isIPv6(name) ? `[${name}]` : name}:${(server.address() as AddressInfo).port}/`;
  return {
    origin,
    url: access.token === undefined ? origin : `${origin}?token=${access.token}`,
    ...(certificate && { fingerprint: certificate.fingerprint }),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function answering(
  keeper: PictureKeeper,
  { script, style }: Assets,
  access: Access,
  handOut?: HandOut,
): RequestListener {
  const files = new Map([
    ["/", { type: "text/html; charset=utf-8", body: servedPage() }],
    ["/page.js", { type: "text/javascript; charset=utf-8", body: script }],
    ["/page.css", { type: "text/css; charset=utf-8", body: style }],
    ["/icon.svg", { type: "image/svg+xml", body: ICON }],
  ]);
  return (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const [pathname = "/"] = (request.url ?? "/").split("?");
    const isHandOut = handOut?.isAt(pathname);
    const verdict = access.judge(request, isHandOut);
    if (verdict.kind === "welcome") {
      response.writeHead(303, { location: "/", "set-cookie": verdict.cookie }).end();
      return;
    }
    if (verdict.kind === "refused") {
      if (verdict.status === 405) response.setHeader("allow", "GET, HEAD");
      response.writeHead(verdict.status, { "content-type": "text/plain; charset=utf-8" }).end(`${verdict.reason}\n`);
      return;
    }
    if (handOut && isHandOut) {
      // Who asked has gone in the middle of it, or the disk is full: what is said of it may hold nothing of a code.
      handOut.answer(request, response).catch(() => response.destroy());
      return;
    }
    if (pathname === "/events" && request.method === "GET") return sendEvents(keeper, request, response);
    const file = files.get(pathname);
    if (!file) {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("There is nothing of that name.\n");
      return;
    }
    response.writeHead(200, { "content-type": file.type, "content-length": Buffer.byteLength(file.body) });
    response.end(request.method === "HEAD" ? undefined : file.body);
  };
}

function listening(
  server: Server,
  at: { host: string; port: number } | { fd: number },
  address: string,
): Promise<void> {
  return new Promise((done, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const port = "port" in at ? `, port ${at.port}` : "";
      const remedy = error.code === "EADDRINUSE" ? "Use another port: page --port 8091" : undefined;
      reject(new Failure(`the page cannot be served at ${address}${port}: ${error.message}`, remedy));
    });
    server.listen(at, done);
  });
}
