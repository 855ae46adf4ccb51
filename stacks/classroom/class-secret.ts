import { createHmac } from "node:crypto";

const hmac = (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("base64url");

/** A student's password of Redis: another one after each reset. */
export function passwordOf(secret: string, namespace: string, generation: number): string {
  return hmac(secret, `${namespace}/${generation}`).slice(0, 24);
}

/** Tells one secret from another, and nothing else about it. No namespace's name has a blank. */
export const secretIdOf = (secret: string) => hmac(secret, "id of the secret").slice(0, 12);
