import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import DataLoader from "dataloader";
import execa from "execa";
import type { HostCheck } from "../../components/index";
import { renderScript, scriptRevision } from "../../components/nfs/script-text";
import { failed, passed, SOON, type Finding } from "../probe/finding";
import { JoinedScripts, type HostScript } from "./joined-scripts";

/** How a script on a host ended. */
export interface ScriptEnd {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** What it said was wrong, in one line. */
  error: string;
  /** Whether the host could be reached at all. */
  reached: boolean;
}

/** A host as `ssh` reaches it. */
export type HostAddress = Pick<HostCheck, "host" | "port" | "user" | "hostKey">;

/** A script that changes nothing, for a host, and the longest that it may take, in seconds. */
interface Look extends HostScript {
  address: HostAddress;
  seconds: number;
}

/** Longest look at a host and longest run of a script that repairs one, in seconds. */
const lookSeconds = 20;
const applySeconds = 1200;

/** Runs scripts as root on hosts, over SSH. */
export class Hosts {
  /** Of each host: looks that are asked for in the same moment share a login. */
  private readonly looks = new Map<string, DataLoader<Look, ScriptEnd>>();

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
    const text = renderScript(check.script, check.values);
    const ended = await this.ask({ address: check, text, action: "check", seconds: lookSeconds });
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

  /** Runs a script on a host that changes nothing there. */
  ask(look: Look): Promise<ScriptEnd> {
    const { host, port, user } = look.address;
    const name = `${user}@${host}:${port}`;
    const loader = this.looks.get(name) ?? new DataLoader((looks) => this.lookOnce(looks), { cache: false });
    this.looks.set(name, loader);
    return loader.load(look);
  }

  /** Runs a script's text on a host, in a login of its own. */
  async run(address: HostAddress, text: string, action: string, seconds: number): Promise<ScriptEnd> {
    const { user } = address;
    // bash -s would read a script of 36 KiB byte by byte, which takes small hosts a second.
    const command = `${user === "root" ? "" : "sudo -n "}bash -c 'eval "$(cat)"' bash ${action}`;
    const [file = "", ...args] = await this.command(address, command);
    const result = await execa(file, args, { input: text, reject: false, timeout: seconds * 1000 });
    const silence = result.timedOut ? `no answer in ${seconds} s` : wordsOf(result);
    // ssh itself ends with 255.
    const reached = !result.timedOut && result.exitCode !== 255 && result.exitCode !== undefined;
    const { exitCode = 255, stdout, stderr } = result;
    return { exitCode, stdout, stderr, error: inALine(stderr) || silence, reached };
  }

  /** Runs looks at one host in one login. */
  private async lookOnce(looks: readonly Look[]): Promise<ScriptEnd[]> {
    const [{ address, text, action, seconds }] = looks as readonly [Look];
    if (looks.length === 1) return [await this.run(address, text, action, seconds)];
    const joined = new JoinedScripts(looks);
    const limit = looks.reduce((sum, look) => sum + look.seconds, 0);
    const all = await this.run(address, joined.text, "", limit);
    return joined.split(all.stdout, all.stderr).map((output) => {
      if (output === undefined) return all;
      return { ...output, error: inALine(output.stderr) || wordsOf(output), reached: true };
    });
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

function inALine(text: string): string {
  return text.trim().replaceAll("\n", "; ");
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
