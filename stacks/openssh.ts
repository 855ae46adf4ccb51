import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homePath } from "../components/index";

/** What OpenSSH's own config says of a host: each keyword, in small letters, with its values. */
export type SshConfig = Record<string, string[]>;

/** What is asked of the machine that runs Pulumi; a test gives other answers. */
export interface OpenSsh {
  /** What `ssh -G` prints for a host; an error in a sentence. */
  config: (host: string, configFile?: string) => SshConfig | string;
  /** Why the agent cannot be used; `undefined` when it has a key. */
  agentError: (agent: boolean | string) => string | undefined;
}

/** The OpenSSH of this machine. */
export const openSsh: OpenSsh = {
  config(host, configFile) {
    const file = configFile === undefined ? [] : ["-F", homePath(configFile)];
    const { status, stdout, stderr, error } = spawnSync("ssh", ["-G", ...file, "--", host], {
      encoding: "utf8",
      timeout: 10_000,
      stdio: ["ignore", "pipe", "pipe"],
    });
    if (status !== 0) return error === undefined ? stderr.trim().replaceAll("\n", "; ") : wordsOf(error);
    return parseSshConfig(stdout);
  },
  agentError(agent) {
    const socket = typeof agent === "string" ? homePath(agent) : process.env.SSH_AUTH_SOCK;
    if (!socket)
      return "names the agent of SSH_AUTH_SOCK, which is not set here: start one (eval $(ssh-agent); ssh-add KEYFILE)";
    if (!existsSync(socket))
      return `names the agent at ${socket}, where there is no socket: start the agent, or correct the path`;
    const { status, stdout } = spawnSync("ssh-add", ["-l"], {
      encoding: "utf8",
      timeout: 10_000,
      env: { ...process.env, SSH_AUTH_SOCK: socket },
      stdio: ["ignore", "pipe", "ignore"],
    });
    // Where ssh-add itself is missing, nothing is known.
    if (status === 1)
      return `names the agent at ${socket}, which has no key: ssh-add KEYFILE (it says: ${stdout.trim()})`;
    if (status === 2) return `names the agent at ${socket}, which does not answer: start it again`;
    return undefined;
  },
};

function wordsOf(error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT" ? "the program ssh is not on PATH" : error.message;
}

/** Reads what `ssh -G` prints: a keyword and its value in each line. */
export function parseSshConfig(output: string): SshConfig {
  const config: SshConfig = {};
  for (const line of output.split("\n")) {
    const [, keyword, value] = /^(\S+) (.+)$/.exec(line) ?? [];
    if (keyword !== undefined && value !== undefined) (config[keyword.toLowerCase()] ??= []).push(value);
  }
  return config;
}
