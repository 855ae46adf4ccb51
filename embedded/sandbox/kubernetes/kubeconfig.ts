import { readFile, writeFile } from "node:fs/promises";
import { apiServer } from "../plan";
import type { Credential } from "./certificates";

/** A kubeconfig with everything in it: a copy works on any machine that reaches the API server. JSON is YAML. */
export function kubeconfig(user: string, credential: Credential, authority: Credential): string {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "lab", cluster: { server: apiServer, "certificate-authority-data": base64(authority.certificate) } },
    ],
    users: [
      {
        name: user,
        user: {
          "client-certificate-data": base64(credential.certificate),
          "client-key-data": base64(credential.key),
        },
      },
    ],
    contexts: [{ name: "lab", context: { cluster: "lab", user } }],
    "current-context": "lab",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** Writes a file unless it has this content already: users' tools watch the time of their kubeconfig. */
export async function writeIfChanged(file: string, content: string): Promise<void> {
  if ((await readFile(file, "utf8").catch(() => undefined)) === content) return;
  await writeFile(file, content, { mode: 0o600 });
}
