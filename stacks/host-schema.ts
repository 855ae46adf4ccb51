import { z } from "zod";
import { host, publicKey, userName } from "./fields";

/** A host that the program logs in to. */
export const sshHost = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/, {
      error: 'is not a name: letters, digits, "-" and ".", beginning with a letter or digit',
    })
    .describe("Name of the host in previews and errors, a mere label; unique"),
  host: host.describe("Address or name that SSH connects to; for the NAS also what nodes mount from"),
  port: z.int().min(1).max(65535).default(22).describe("TCP port of its SSH server"),
  user: userName.default("root").describe("Who logs in; anyone but root needs sudo without a password"),
  hostKey: publicKey
    .optional()
    .describe('The host\'s public key, "ssh-ed25519 AAAA…" (ssh-keyscan HOST). Left out: not checked'),
});

export type HostConfig = z.output<typeof sshHost>;
