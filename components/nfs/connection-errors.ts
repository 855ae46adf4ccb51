import { explainSudo } from "./as-root";

/** An SSH server as errors name it, and who logs in there. */
export interface Endpoint {
  host: string;
  port: number;
  user: string;
  /** What the config calls it, which ends the names of its own secrets. */
  name?: string;
  /** Whether an SSH agent has the key; a path is that of its socket. */
  agent?: boolean | string;
  /** A host on the way. */
  bastion?: Omit<Endpoint, "bastion">;
}

/** The endpoint of a connection as the state of `remote.Command` has it. */
export function endpointOf(connection: StoredConnection): Endpoint {
  const { proxy } = connection;
  return { ...storedEndpoint(connection), bastion: proxy && storedEndpoint(proxy) };
}

interface StoredConnection extends Endpoint {
  privateKey?: unknown;
  password?: unknown;
  agentSocketPath?: string;
  proxy?: StoredConnection;
}

function storedEndpoint({ host, port, user, privateKey, password, agentSocketPath }: StoredConnection): Endpoint {
  return { host, port, user, agent: agentSocketPath ?? (privateKey === undefined && password === undefined) };
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
 * Says in a plain sentence what the SSH client meant, or sudo behind it: which host and port, what is wrong, what to do.
 * `undefined` when neither was the error.
 */
export function explainConnection(error: string, endpoint: Endpoint, stack: string): string | undefined {
  const sudo = explainSudo(error, endpoint.user, stack);
  if (sudo !== undefined) return `On ${addressOf(endpoint)}: ${sudo}`;
  // A script that was reached may have the same words for the NFS server: "Connection refused".
  if (/\b(exited|ended) with (exit )?status \d/.test(error)) return undefined;
  const { port, user, name, agent, host } = meant(error, endpoint);
  const where = placeOf(error, endpoint);
  const set = (secret: string, from = "") =>
    `pulumi config set --secret ${secret} -s ${stack}${from}${name ? ` (for ${name} alone: ${secret}-${name})` : ""}`;
  const setKey = set("sshPrivateKey", " < KEYFILE");
  const socket = /dial unix (\S+?):? /.exec(error)?.[1];
  if (socket !== undefined) {
    return agent === socket
      ? `The SSH agent at ${socket}, which the config names, does not answer: ${where} was not reached. Start the agent, or correct the path.`
      : `The SSH agent at ${socket}, which SSH_AUTH_SOCK names, does not answer, and Pulumi's SSH client asks it also where ` +
          `it has a key: ${where} was not reached. Take the variable away (unset SSH_AUTH_SOCK), or start the agent.`;
  }
  const scan = `ssh-keyscan -p ${port} ${host}`;
  if (/no common algorithm for host key/i.test(error)) {
    return `${where} has no host key of the kind that the config's hostKey is. Take one that it has: ${scan}`;
  }
  if (/administratively prohibited/i.test(error) && endpoint.bastion) {
    return (
      `The bastion ${addressOf(endpoint.bastion)} does not let ${endpoint.bastion.user} connect on to ${where}: let its ` +
      "sshd do that (AllowTcpForwarding, PermitOpen), or take another host on the way."
    );
  }
  if (/connection refused/i.test(error)) {
    return `${where} refused the SSH connection. Start sshd there, or correct the host's address and port in the config.`;
  }
  if (/no route to host|network is unreachable|host is down/i.test(error)) {
    return `${where} cannot be reached: no route to host. Is the host up, and is its address right in the config?`;
  }
  if (/i\/o timeout|connection timed out|deadline exceeded|no answer within/i.test(error)) {
    return `${where} did not answer in time. Is the host up, does a firewall drop port ${port}, is its address right in the config?`;
  }
  if (/no such host|server misbehaving|name or service not known|temporary failure in name resolution/i.test(error)) {
    return `The name ${host} (port ${port}) cannot be resolved${endpoint.bastion && host === endpoint.host ? " there" : ""}. Correct it in the config, or give an address.`;
  }
  if (/host key mismatch/i.test(error)) {
    return (
      `${where} shows another host key than the config's hostKey, so nothing was sent to it. If the host was really ` +
      `installed again, take its new key from: ${scan}`
    );
  }
  if (/parse host key/i.test(error)) {
    return `The config's hostKey of ${where} is not a public key. It looks like "ssh-ed25519 AAAA…": ${scan}`;
  }
  if (/unable to authenticate|permission denied \(publickey/i.test(error)) {
    if (/attempted methods \[[^\]]*(password|keyboard-interactive)/.test(error)) {
      return `${where} does not accept the SSH password for user ${user}. Set the right one: ${set("sshPassword")}`;
    }
    const authorize = `Add the public half to ~${user}/.ssh/authorized_keys there`;
    return agent
      ? `${where} accepts no key of the SSH agent for user ${user} (ssh-add -l lists them). ${authorize}, or give the agent the right key: ssh-add KEYFILE`
      : `${where} does not accept the SSH key for user ${user}. ${authorize}, or set the right one: ${setKey}`;
  }
  if (/decryption password incorrect|incorrect passphrase/i.test(error)) {
    return `The passphrase does not open the SSH key for ${user}@${where}. Set the right one: ${set("sshKeyPassphrase")}`;
  }
  if (/passphrase protected|is encrypted|not password protected/i.test(error)) {
    return /not password protected/i.test(error)
      ? `The SSH key for ${user}@${where} has no passphrase: give none.`
      : `The SSH key for ${user}@${where} has a passphrase. Set it: ${set("sshKeyPassphrase")}`;
  }
  if (/no key found|parse private key|unsupported key type|cannot be read/i.test(error)) {
    return (
      `The SSH key for ${user}@${where} cannot be read: it must be a private key, in OpenSSH or PEM form. ` +
      `Set it with: ${setKey}`
    );
  }
  if (/ssh: handshake failed|connection reset/i.test(error)) {
    return `${where} broke the SSH connection off. Does an SSH server listen there, and not at its limit (MaxStartups)?`;
  }
  return undefined;
}

/** As Go writes it: an IPv6 address in brackets. */
function addressOf({ host, port }: Endpoint): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Whether the words tell of the bastion; `undefined` where they do not tell. */
function isOfBastion(error: string, { bastion, ...endpoint }: Endpoint): boolean | undefined {
  if (bastion === undefined) return false;
  // What the bastion's server answers when it connects on.
  if (/ssh: rejected/.test(error)) return false;
  if (/\bproxy: /.test(error) || names(error, bastion)) return true;
  return names(error, endpoint) ? false : undefined;
}

function names(error: string, endpoint: Endpoint): boolean {
  // 10.0.0.1:22 is neither in 110.0.0.1:22 nor in 10.0.0.1:2222.
  const address = `(?<![\\w.-])${escape(addressOf(endpoint))}(?!\\d)`;
  return new RegExp(`${address}|lookup ${escape(endpoint.host)}(?![\\w.-])`).test(error);
}

function escape(text: string): string {
  return text.replace(/[^\w]/g, "\\$&");
}

function meant(error: string, endpoint: Endpoint): Endpoint {
  return isOfBastion(error, endpoint) && endpoint.bastion ? endpoint.bastion : endpoint;
}

/** Where it was, at the beginning of a sentence. */
function placeOf(error: string, endpoint: Endpoint): string {
  const { bastion } = endpoint;
  if (bastion === undefined) return addressOf(endpoint);
  switch (isOfBastion(error, endpoint)) {
    case true:
      return `The bastion ${addressOf(bastion)}`;
    case false:
      return `${addressOf(endpoint)} (behind the bastion ${addressOf(bastion)})`;
    case undefined:
      return `${addressOf(endpoint)}, or the bastion ${addressOf(bastion)} on the way there,`;
  }
}
