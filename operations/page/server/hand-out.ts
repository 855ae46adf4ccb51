import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import { HAND_OUT, kubeconfigFile } from "../../cards/card";
import { readCode } from "../../cards/card-code";
import type { CardLanguage } from "../../cards/html";
import type { Grant, IssuedCodes } from "../../cards/issued-codes";
import { WrongTries } from "../../cards/wrong-tries";
import { HAND_OUT_POLICY, handOutPage, type Notice } from "./hand-out-page";

/** A form with one code is no longer than that, in bytes. */
const LONGEST = 1024;

/** Longest wait for the cluster, in milliseconds: meanwhile the code is nobody's. */
const PATIENCE = 15_000;

/** Makes what a code opens. */
export type MakeKubeconfig = (grant: Grant) => Promise<{ text: string }>;

/**
 * Gives each student their kubeconfig once, for the code on their card. It shows nothing of the class, asks for no token of
 * the page, and answers a code that was used as one that never was.
 */
export class HandOut {
  private readonly tries = new WrongTries();

  /** @param given Is told who has got theirs. */
  constructor(
    private readonly codes: IssuedCodes,
    private readonly make: MakeKubeconfig,
    private readonly given: (student: string) => void,
    private readonly patience = PATIENCE,
  ) {}

  /** Whether a path is one of its own. */
  isAt(path: string): boolean {
    return path === HAND_OUT || path.startsWith(`${HAND_OUT}/`);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ""] = (request.url ?? "").split("?");
    if (request.method === "POST" && path === HAND_OUT) return this.takeForm(request, response);
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", path === HAND_OUT ? "GET, HEAD, POST" : "GET, HEAD");
      response.writeHead(405, { "content-type": "text/plain; charset=utf-8" }).end("It is sent by its form alone.\n");
      return;
    }
    // Nothing is looked up: programs that show what a link leads to ask for it, too.
    show(request, response, 200, { code: readCode(path.slice(HAND_OUT.length + 1)) });
  }

  private async takeForm(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { "content-type": type = "", "sec-fetch-site": site = "same-origin" } = request.headers;
    if (site !== "same-origin" || !type.startsWith("application/x-www-form-urlencoded"))
      return show(request, response, 403, { notice: ["elsewhere"] });
    const form = await readShort(request);
    const address = request.socket.remoteAddress ?? "";
    const wait = await this.tries.begin(address);
    if (wait > 0) {
      response.setHeader("retry-after", wait);
      return show(request, response, 429, { notice: ["wait", wait] });
    }
    const code = readCode(new URLSearchParams(form).get("code") ?? "");
    const taken = code === undefined ? undefined : await this.codes.take(code);
    if (!taken) return show(request, response, 403, { notice: ["refused"] });
    await this.tries.right(address);
    const made = await Promise.race([
      this.make(taken.grant).catch(() => undefined),
      setTimeout(this.patience, undefined, { ref: false }),
    ]);
    if (!made) {
      await taken.giveBack();
      return show(request, response, 503, { code, notice: ["broken"] });
    }
    await taken.done();
    const { student } = taken.grant;
    response.writeHead(200, {
      "content-type": "application/yaml; charset=utf-8",
      "content-disposition": `attachment; filename="${kubeconfigFile(student)}"`,
      "content-length": Buffer.byteLength(made.text),
    });
    response.end(made.text);
    this.given(student);
  }
}

function show(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  status: number,
  { code, notice }: { code?: string; notice?: Notice },
): void {
  const language: CardLanguage = /^\s*zh/i.test(headers["accept-language"] ?? "") ? "zh" : "en";
  const body = handOutPage(language, code, notice);
  response.setHeader("content-security-policy", HAND_OUT_POLICY);
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "content-length": Buffer.byteLength(body) });
  response.end(method === "HEAD" ? undefined : body);
}

/** A form's text; what is too long is none. */
async function readShort(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= LONGEST) parts.push(part);
  }
  return length <= LONGEST ? Buffer.concat(parts).toString("utf8") : "";
}
