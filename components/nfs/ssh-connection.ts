import type * as pulumi from "@pulumi/pulumi";

/** How to reach a host over SSH. */
export interface SshConnection {
  /** Address or name of the host, as the machine that runs Pulumi reaches it. Examples: `192.168.110.168`, `fd00::10`. */
  host: pulumi.Input<string>;
  /** TCP port of its SSH server. @default 22 */
  port?: pulumi.Input<number>;
  /** Who logs in; anyone but root needs `sudo` without a password. @default "root" */
  user?: pulumi.Input<string>;
  /** The private key, in OpenSSH or PEM form and without a passphrase. Pass a secret. */
  privateKey: pulumi.Input<string>;
  /**
   * The host's public key as in a `known_hosts` file, without the name: `ssh-ed25519 AAAA…` or `ecdsa-sha2-…`, not
   * `ssh-rsa`. The connection is refused when the host shows another one. @default none: the host's key is not checked
   */
  hostKey?: pulumi.Input<string>;
}

/** Those without a default. */
export const SSH_FIELDS = { host: true, privateKey: true } as const;

/** What of a connection may be recorded and shown: all but the key. */
export function withoutKey({ host, port, user, hostKey }: SshConnection): Omit<SshConnection, "privateKey"> {
  return { host, port, user, hostKey };
}

/** A connection whose port and user are decided. */
export interface Endpoint {
  host: string;
  port: number;
  user: string;
}

/** Why this cannot be a `hostKey`; `undefined` when it can. */
export function hostKeyError(key: string): string | undefined {
  if (/^ssh-rsa /.test(key)) {
    // pulumi-command asks for signatures of the kind that the key names, which are SHA-1, and servers refuse those.
    return `is an ssh-rsa key, which Pulumi's SSH client cannot check: take another one, from: ssh-keyscan -t ed25519 HOST (where the host has none: ssh-keygen -A there)`;
  }
  return /^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+=*( .*)?$/.test(key)
    ? undefined
    : `is not a public key such as "ssh-ed25519 AAAA…"; take it from: ssh-keyscan -t ed25519 HOST`;
}

/**
 * What to do where a host is gone for good and what was made there cannot be undone: what to run, and what it forgets.
 * `pulumi state delete` refuses while other resources depend on the one, as they do when only the host's address changes.
 *
 * @param urn Of the resource that cannot be deleted.
 */
export function forgetHost(urn: string, { host }: Endpoint, stack: string): string {
  return (
    `If ${host} is gone for good, let Pulumi give up what was made there, and run the same command again: ` +
    `pulumi stack export -s ${stack} | jq '(.deployment.resources[] | select(.urn == "${urn}")).retainOnDelete = true' | ` +
    `pulumi stack import -s ${stack} (after pulumi destroy, which leaves nothing that depends on it, this does too: ` +
    `pulumi state delete '${urn}' -s ${stack}). ${leftOnHost(host)}`
  );
}

/** What Pulumi forgets with a host. */
export function leftOnHost(host: string): string {
  return `Nothing is undone on ${host} then: should it come back, its export and its directories are as they were.`;
}

/**
 * Says in a plain sentence what the SSH client meant: which host and port, what is wrong, what to do. `undefined` when
 * the connection was not the error.
 */
export function explainConnection(error: string, { host, port, user }: Endpoint, stack: string): string | undefined {
  const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const setKey = `pulumi config set --secret sshPrivateKey -s ${stack} < KEYFILE`;
  const agent = /dial unix (\S+?):? /.exec(error)?.[1];
  if (agent !== undefined) {
    return (
      `The SSH agent at ${agent}, which SSH_AUTH_SOCK names, does not answer, and Pulumi's SSH client asks it also where ` +
      `it has a key: ${where} was not reached. Take the variable away (unset SSH_AUTH_SOCK), or start the agent.`
    );
  }
  if (/no common algorithm for host key/i.test(error)) {
    return `${where} has no host key of the kind that the config's hostKey is. Take one that it has: ssh-keyscan -p ${port} ${host}`;
  }
  if (/connection refused/i.test(error)) {
    return `${where} refused the SSH connection. Start sshd there, or correct the host's address and port in the config.`;
  }
  if (/no route to host|network is unreachable|host is down/i.test(error)) {
    return `${where} cannot be reached: no route to host. Is the host up, and is its address right in the config?`;
  }
  if (/i\/o timeout|connection timed out|deadline exceeded/i.test(error)) {
    return `${where} did not answer in time. Is the host up, does a firewall drop port ${port}, is its address right in the config?`;
  }
  if (/no such host|server misbehaving/i.test(error)) {
    return `The name ${host} (port ${port}) cannot be resolved. Correct it in the config, or give an address.`;
  }
  if (/host key mismatch/i.test(error)) {
    return (
      `${where} shows another host key than the config's hostKey, so nothing was sent to it. If the host was really ` +
      `installed again, take its new key from: ssh-keyscan -p ${port} ${host}`
    );
  }
  if (/parse host key/i.test(error)) {
    return `The config's hostKey of ${where} is not a public key. It looks like "ssh-ed25519 AAAA…": ssh-keyscan -p ${port} ${host}`;
  }
  if (/unable to authenticate|permission denied \(publickey/i.test(error)) {
    return (
      `${where} does not accept the SSH key for user ${user}. Add the public half to ~${user}/.ssh/authorized_keys ` +
      `there, or set the right one: ${setKey}`
    );
  }
  if (/no key found|parse private key|passphrase/i.test(error)) {
    return (
      `The SSH key for ${user}@${where} cannot be read: it must be a private key without a passphrase. ` +
      `Set it with: ${setKey}`
    );
  }
  if (/ssh: handshake failed|connection reset/i.test(error)) {
    return `${where} broke the SSH connection off. Does an SSH server listen there, and not at its limit (MaxStartups)?`;
  }
  return undefined;
}
