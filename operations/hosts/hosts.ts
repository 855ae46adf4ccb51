import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import execa from "execa";
import type { HostCheck } from "../../components/index";
import { renderScript, scriptRevision } from "../../components/nfs/script-text";
import { failed, passed, SOON, type Finding } from "../probe/finding";

/** How a script on a host ended. */
export interface ScriptEnd {
  exitCode: number;
  stdout: string;
  /** What it said was wrong, in one line. */
  error: string;
  /** Whether the host could be reached at all. */
  reached: boolean;
}

/** A host as `ssh` reaches it. */
export type HostAddress = Pick<HostCheck, "host" | "port" | "user" | "hostKey">;

/** Longest look at a host and longest run of a script that repairs one, in seconds. */
const lookSeconds = 20;
const applySeconds = 1200;

/** Runs scripts as root on hosts, over SSH. */
export class Hosts {
  /**
   * @param folder A folder that only this user reads.
   * @param keys Paths of the private keys; a host takes one of them.
   */
  constructor(
    private readonly folder: string,
    private readonly keys: string[],
  ) {}

  /**
   * Is what the script has made still so?
   *
   * @param stack The stack that the check is of.
   */
  async look(check: HostCheck, stack: string): Promise<Finding> {
    const id = `${check.host} ${check.name}`;
    if (check.revision !== scriptRevision(check.script)) {
      const reason = `${stack} was last applied by another version of this program`;
      return failed(id, check.title, { reason, remedy: "Run up.", fix: { does: "apply", stack } });
    }
    const ended = await this.run(check, renderScript(check.script, check.values), "check", lookSeconds);
    if (ended.exitCode === 0) return passed(id, check.title);
    if (!ended.reached) return failed(id, check.title, unreachable(check, ended));
    return failed(id, check.title, { reason: ended.error, fix: { does: "run-script", check } });
  }

  /** Makes it so again; the script and its values are those of the last `pulumi up`. */
  async apply(check: HostCheck): Promise<ScriptEnd> {
    // What the directories' register has lost, the state knows: it has made them.
    const action = check.script === "nfs-directories" ? "update" : "apply";
    return this.run(check, renderScript(check.script, check.values), action, applySeconds);
  }

  /** Runs a script's text on a host. */
  async run(address: HostAddress, text: string, action: string, seconds: number): Promise<ScriptEnd> {
    const { user } = address;
    const command = `${user === "root" ? "" : "sudo -n "}bash -s -- ${action}`;
    const [file = "", ...args] = await this.command(address, command);
    const result = await execa(file, args, { input: text, reject: false, timeout: seconds * 1000 });
    const silence = result.timedOut ? `no answer in ${seconds} s` : wordsOf(result);
    const error = result.stderr.trim().replaceAll("\n", "; ") || silence;
    // ssh itself ends with 255.
    const reached = !result.timedOut && result.exitCode !== 255 && result.exitCode !== undefined;
    return { exitCode: result.exitCode ?? 255, stdout: result.stdout, error, reached };
  }

  private async command({ host, port, user, hostKey }: HostAddress, command: string): Promise<string[]> {
    const known = join(this.folder, `known-hosts-${host}-${port}`);
    if (hostKey !== undefined) await writeFile(known, `${port === 22 ? host : `[${host}]:${port}`} ${hostKey}\n`);
    const settings = {
      BatchMode: "yes",
      // Neither the user's own keys nor an agent that may be gone.
      IdentitiesOnly: "yes",
      IdentityAgent: "none",
      UserKnownHostsFile: hostKey === undefined ? "/dev/null" : known,
      GlobalKnownHostsFile: "/dev/null",
      // As Pulumi does: a key that the config does not name is not checked.
      StrictHostKeyChecking: hostKey === undefined ? "no" : "yes",
      ConnectTimeout: "5",
      // A host that died without a word ends the session.
      ServerAliveInterval: "5",
      ServerAliveCountMax: "3",
      LogLevel: "ERROR",
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    // "none": what the user's own ~/.ssh/config says does not count here.
    const keys = this.keys.flatMap((key) => ["-i", key]);
    return ["ssh", "-F", "none", ...options, ...keys, "-p", String(port), "-l", user, host, command];
  }
}

/** Of a program that said nothing. */
function wordsOf({ exitCode, signal }: { exitCode?: number; signal?: string }): string {
  if (exitCode !== undefined) return `it ended with exit code ${exitCode} and said nothing`;
  return signal ? `it was ended by ${signal}` : "the program ssh cannot be run: put it on PATH";
}

/** What is wrong with a host that no script could be run on. */
export function unreachable({ host, port }: HostAddress, { error }: ScriptEnd) {
  return {
    reason: `${host}, port ${port}, does not answer over SSH: ${error}`,
    remedy: /permission denied|publickey/i.test(error)
      ? "Give the host the stack's key, or the stack the host's: pulumi config set --secret sshPrivateKey -s STACK < KEYFILE"
      : "Start the host and its SSH server, or correct its address and port in the stack's config.",
    lastingAfter: SOON,
  };
}
