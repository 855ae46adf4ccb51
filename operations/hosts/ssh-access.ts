import { homePath, type RecordedLogin } from "../../components/index";
import { writeKey } from "./ssh-key";

/** Where somebody logs in, as a check has it. */
export type Login = RecordedLogin & { name?: string };

/** What one logs in with. */
export interface SshAccess {
  /** Paths of private keys; the host takes one of them. */
  keys: string[];
  /** The agent that has the key. @default none is asked */
  agent?: boolean | string;
  passphrase?: string;
  password?: string;
  sudoPassword?: string;
}

/** Finds what a login is made with. */
export type FindAccess = (login: Login) => SshAccess;

type Config = Record<string, unknown>;

/**
 * Finds it in the secrets of the stacks: `NAME-<host>` goes before an agent and a key file, which the program took where a
 * check names them, and these before `NAME`. Keys are written into the folder.
 *
 * @param sshKey Path of a key that is taken for every login.
 */
export async function accessBy(configs: Config[], folder: string, sshKey?: string): Promise<FindAccess> {
  const values = (key: string) => [...new Set(configs.map((config) => config[key]).filter(isText))];
  const names = new Set(
    configs.flatMap((config) => Object.keys(config)).filter((key) => /^sshPrivateKey(-|$)/.test(key)),
  );
  const paths = new Map<string, string[]>();
  for (const name of names) {
    const written = values(name).map((key, index) => writeKey(folder, `${name}.${index}`, key));
    paths.set(name, await Promise.all(written));
  }
  const secret = (name: string, { name: host }: Login) =>
    (host === undefined ? [] : values(`${name}-${host}`))[0] ?? values(name)[0];
  return (login) => ({
    ...keysOf(login, paths, sshKey),
    passphrase: secret("sshKeyPassphrase", login),
    password: secret("sshPassword", login),
    sudoPassword: secret("sudoPassword", login),
  });
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function keysOf(
  { name, agent, privateKeyFile }: Login,
  paths: Map<string, string[]>,
  sshKey: string | undefined,
): Pick<SshAccess, "keys" | "agent"> {
  if (sshKey !== undefined) return { keys: [sshKey] };
  const own = paths.get(`sshPrivateKey-${name}`) ?? [];
  if (own.length > 0) return { keys: own };
  if (agent !== undefined && agent !== false) return { keys: [], agent };
  if (privateKeyFile !== undefined) return { keys: [homePath(privateKeyFile)] };
  return { keys: paths.get("sshPrivateKey") ?? [] };
}

/** Whether there is anything to log in with. */
export function hasWay({ keys, agent, password }: SshAccess): boolean {
  return keys.length > 0 || agent !== undefined || password !== undefined;
}
