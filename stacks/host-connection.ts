import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { homePath, type SshConnection, type SshLogin } from "../components/index";
import type { HostLogin, Login } from "./host-schema";
import { configError } from "./config-error";
import {
  hostErrors,
  type LoginContext,
  passphraseError,
  secretOf,
  secretsOf,
  strangerErrors,
  type Values,
} from "./host-secrets";
import { openSsh } from "./openssh";

/** How the program logs in to a host, with the stack's own secrets. */
export function hostConnection(host: HostLogin): SshConnection {
  const values: Values = pulumi.runtime.allConfig();
  const { sudoPassword } = secretsOf(values, host);
  return {
    ...withSecrets(values, host),
    ...(host.bastion && { bastion: withSecrets(values, host.bastion) }),
    ...(sudoPassword && host.user !== "root" && { sudoPassword: pulumi.secret(sudoPassword.value) }),
  };
}

/** Throws where a stack lacks what the NAS, and the nodes, of its infrastructure are logged in to with. */
export function checkLogin(nas: HostLogin, infrastructureStack: string, nodes: HostLogin[] = []): void {
  const stack = pulumi.getStack();
  const errors = loginErrors(nas, infrastructureStack, { stack, values: pulumi.runtime.allConfig() }, nodes);
  if (errors.length > 0) throw configError(stack, errors);
}

/** What a stack lacks to log in to the NAS, and to nodes, of its infrastructure. */
export function loginErrors(
  nas: HostLogin,
  infrastructureStack: string,
  context: LoginContext,
  nodes: HostLogin[] = [],
): string[] {
  const at = `${infrastructureStack}: infrastructure`;
  const known = { ...context, ssh: openSsh };
  const errors = [
    // An infrastructure of before has told no name.
    ...(nas.name === undefined ? [] : strangerErrors(context.values, [nas, ...nodes])),
    ...hostErrors(nas, `${at}.nas`, known),
    ...nodes.flatMap((node, index) => hostErrors(node, `${at}.nodes[${index}]`, known)),
  ];
  return [...new Set(errors)];
}

function withSecrets(values: Values, login: Login): SshLogin {
  const { name, host, port, user, hostKey, agent, keyFile } = login;
  const { key, password, other } = secretsOf(values, login);
  const text = key?.value ?? (other && keyFile !== undefined ? readFileSync(homePath(keyFile), "utf8") : undefined);
  // A key that has none is an error with one.
  const isLocked = text !== undefined && passphraseError(text, undefined) === "missing";
  const passphrase = isLocked ? secretOf(values, "sshKeyPassphrase", name) : undefined;
  return {
    name,
    host,
    port,
    user,
    hostKey,
    ...(key && { privateKey: pulumi.secret(key.value) }),
    ...(other && { agent, privateKeyFile: keyFile }),
    ...(password && { password: pulumi.secret(password.value) }),
    ...(passphrase && { privateKeyPassword: pulumi.secret(passphrase.value) }),
  };
}
