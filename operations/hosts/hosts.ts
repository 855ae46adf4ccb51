import DataLoader from "dataloader";
import execa from "execa";
import type { HostCheck, RecordedLogin } from "../../components/index";
import { asRoot, explainSudo, inputForRoot } from "../../components/nfs/as-root";
import { makesDirectories, renderScript, scriptRevision } from "../../components/nfs/script-text";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { failed, passed, SOON, type Finding } from "../probe/finding";
import { runInPod } from "./export-pods";
import { JoinedScripts, type HostScript } from "./joined-scripts";
import type { FindAccess } from "./ssh-access";
import { sshCommand, WAY_SECONDS } from "./ssh-command";

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

/** A host as `ssh` reaches it, or the pod that takes its place. */
export type HostAddress = RecordedLogin & Pick<HostCheck, "login" | "bastion" | "pod">;

/** A script that changes nothing, for a host, and the longest that it may take, in seconds. */
interface Look extends HostScript {
  address: HostAddress;
  seconds: number;
}

/** Longest look at a host and longest run of a script that repairs one, in seconds. */
const lookSeconds = 20;
const applySeconds = 1200;

/** Runs scripts as root on hosts, over SSH; and where no SSH leads to an NFS server, in a pod that mounts its export. */
export class Hosts {
  /** Of each host: looks that are asked for in the same moment share a login. */
  private readonly looks = new Map<string, DataLoader<Look, ScriptEnd>>();

  /**
   * @param folder A folder that only this user reads.
   * @param access Finds what a host, or the bastion before it, is logged in to with.
   * @param cluster Where the pods run.
   */
  constructor(
    private readonly folder: string,
    private readonly access: FindAccess,
    private readonly cluster?: Cluster,
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
    const sudo = explainSudo(ended.stderr, check.user, stack);
    if (sudo !== undefined) return failed(id, check.title, { reason: ended.error, remedy: sudo });
    return failed(id, check.title, { reason: ended.error, fix: { does: "run-script", check } });
  }

  /** Makes it so again; the script and its values are those of the last `pulumi up`. */
  async apply(check: HostCheck): Promise<ScriptEnd> {
    // What the directories' register has lost, the state knows: it has made them.
    const action = makesDirectories(check.script) ? "update" : "apply";
    return this.run(check, renderScript(check.script, check.values), action, applySeconds);
  }

  /** Runs a script on a host that changes nothing there. */
  ask(look: Look): Promise<ScriptEnd> {
    const { host, port, user, bastion, pod } = look.address;
    // There is no login to share.
    if (pod) return this.run(look.address, look.text, look.action, look.seconds);
    // Networks behind two bastions may have the same addresses.
    const way = bastion === undefined ? "" : ` behind ${bastion.host}:${bastion.port}`;
    const name = `${user}@${host}:${port}${way}`;
    const loader = this.looks.get(name) ?? new DataLoader((looks) => this.lookOnce(looks), { cache: false });
    this.looks.set(name, loader);
    return loader.load(look);
  }

  /** Runs a script's text on a host, in a login of its own. */
  async run(address: HostAddress, text: string, action: string, seconds: number): Promise<ScriptEnd> {
    const { user, pod } = address;
    if (pod) {
      if (!this.cluster) throw new Error("no cluster is given for a script that runs in a pod");
      return runInPod(this.cluster, pod, text, action, seconds);
    }
    const login = { ...address, name: address.login };
    const { sudoPassword } = this.access(login);
    // bash -s would read a script of 36 KiB byte by byte, which takes small hosts a second.
    const command = asRoot(`bash -c 'eval "$(cat)"' bash ${action}`, user, sudoPassword !== undefined);
    const limit = seconds + (address.bastion ? WAY_SECONDS : 0);
    const { args, env } = await sshCommand(this.folder, login, this.access, command);
    const input = inputForRoot(text, user, sudoPassword);
    const result = await execa("ssh", args, { input, env, reject: false, timeout: limit * 1000 });
    const silence = result.timedOut ? `no answer in ${limit} s` : wordsOf(result);
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
}

function inALine(text: string): string {
  return text.trim().replace(/\n+/g, "; ");
}

/** Of a program that said nothing. */
function wordsOf({ exitCode, signal }: { exitCode?: number; signal?: string }): string {
  if (exitCode !== undefined) return `it ended with exit code ${exitCode} and said nothing`;
  return signal ? `it was ended by ${signal}` : "the program ssh cannot be run: put it on PATH";
}

/** What is wrong with a host that no script could be run on. */
export function unreachable({ host, port, bastion, pod }: HostAddress, { error }: ScriptEnd) {
  if (pod) {
    return {
      reason: `no pod could look at ${host}:${pod.path}: ${error}`,
      remedy: `Its pods run in the namespace ${pod.namespace}, with the image ${pod.image}, and mount the export.`,
      lastingAfter: SOON,
    };
  }
  // What the client on the way there says names the bastion.
  const isBastion = bastion !== undefined && error.includes(bastion.host);
  const where = `${host}, port ${port},`;
  const way = bastion && `the bastion ${bastion.host}, port ${bastion.port},`;
  const subject = isBastion ? `${way} on the way to ${where}` : `${where}${way ? ` behind ${way}` : ""}`;
  return {
    reason: `${subject} does not answer over SSH: ${error}`,
    remedy: remedyOf(error),
    lastingAfter: SOON,
  };
}

function remedyOf(error: string): string {
  return /permission denied|publickey/i.test(error)
    ? "Give the host the stack's key, or the stack the host's: pulumi config set --secret sshPrivateKey -s STACK < KEYFILE " +
        "(and sshKeyPassphrase, where the key has one; ssh-add KEYFILE, where an agent has it)"
    : "Start the host and its SSH server, or correct its address and port in the stack's config.";
}
