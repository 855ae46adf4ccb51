import { Failure } from "../runner/failure";

/** What the client throws when the server returns an error. */
interface Refusal {
  /** The HTTP status. */
  code: number;
  body: unknown;
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && "code" in error && typeof error.code === "number" && "body" in error;
}

/** Whether the server returned this HTTP status. */
export function isCode(error: unknown, code: number): boolean {
  return isRefusal(error) && error.code === code;
}

/** Network errors that may be temporary. */
const networkErrors = ["ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "EPIPE", "EAI_AGAIN"];

/** How the WebSocket that carries a command's output reports an internal error of the server. */
const noUpgrade = /Unexpected server response: 5\d\d/;

/** Whether an error may be temporary: a network error, or one of a server that is busy or starting. */
export function mayPass(error: unknown): boolean {
  if (isRefusal(error)) return error.code >= 500 || error.code === 429;
  // A WebSocket reports an error as an event, which contains the error.
  const { code, message } = ((error as { error?: unknown }).error ?? error) as Partial<Error> & { code?: string };
  return networkErrors.includes(code ?? "") || noUpgrade.test(message ?? "");
}

/** A {@link Failure} that names what failed, and why. */
export function refused(what: string, error: unknown): Failure {
  return error instanceof Failure ? error : new Failure(`cannot ${what}: ${reasonOf(error)}`);
}

/** The server's message if there is one, otherwise that of the network error. */
export function reasonOf(error: unknown): string {
  if (isRefusal(error)) {
    const body: unknown = typeof error.body === "string" ? parsed(error.body) : error.body;
    if (body && typeof body === "object" && "message" in body && typeof body.message === "string") return body.message;
    return `the API server returned ${error.code}`;
  }
  const { message, code, cause } = error as Partial<Error> & { code?: string };
  return message || code || (cause ? reasonOf(cause) : String(error));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
