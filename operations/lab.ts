import { join } from "node:path";
import { KubernetesCluster, type ClusterConfig } from "../exercises/cluster/kubernetes-cluster";
import { settingsOf, type Settings } from "../exercises/runner/course-settings";
import { Failure, WrongUse } from "../exercises/runner/failure";
import type { Progress } from "../exercises/runner/progress";
import { Hosts } from "./hosts/hosts";
import { withPrivateFolder, writeKey } from "./hosts/ssh-key";
import { outputsOf, type Deployment } from "./pulumi/deployment";
import { Pulumi } from "./pulumi/pulumi";

/** Pulumi's project, as Pulumi.yaml names it. */
export const PROJECT = "storage-lab";

/** What the verbs are told on the command line. */
export interface LabOptions {
  /** The stack that is meant: a course, or an infrastructure alone. */
  stack: string;
  /** Where logs go. @default `.storage-lab/logs` in the project */
  logs?: string;
  /** Path of the private key for the hosts. @default the stack's secret sshPrivateKey */
  sshKey?: string;
}

/** One stack as its config and its state have it. */
export interface Stack {
  name: string;
  program: "infrastructure" | "course";
  /** Undefined before its first `pulumi up`. */
  state: Deployment | undefined;
}

/** A lab, known by the name of one of its stacks: these, the hosts, and the cluster. */
export interface Lab {
  pulumi: Pulumi;
  /** In the order in which they are made. */
  stacks: Stack[];
  hosts: Hosts;
  cluster: KubernetesCluster;
  /** Names of the course's objects. */
  settings: Settings;
  progress: Progress;
}

/** The clone: where Pulumi.yaml is. */
const projectRoot = join(__dirname, "..");

/** Opens the lab of a stack, hands it to `work`, and leaves no key behind. */
export async function withLab<T>(options: LabOptions, progress: Progress, work: (lab: Lab) => Promise<T>): Promise<T> {
  const logs = options.logs ?? join(projectRoot, ".storage-lab", "logs");
  const pulumi = new Pulumi({ project: projectRoot, logs });
  const [config, state] = await Promise.all([pulumi.config(options.stack), pulumi.state(options.stack)]);
  const { program } = config;
  if (program !== "course" && program !== "infrastructure") {
    throw new WrongUse(
      `the stack ${options.stack} has no program course or infrastructure in its config`,
      "name a stack of this project: pulumi stack ls",
    );
  }
  const settings = config[program] as ClusterConfig & { infrastructureStack?: string };
  const stacks: Stack[] = [{ name: options.stack, program, state }];
  if (program === "course" && settings.infrastructureStack) {
    const name = settings.infrastructureStack;
    stacks.unshift({ name, program: "infrastructure", state: await pulumi.state(name) });
  }
  return withPrivateFolder(async (folder) => {
    const key = options.sshKey ?? (await writeKey(folder, requireKey(config, options.stack)));
    const cluster = await KubernetesCluster.connect({ kubeconfig: settings.kubeconfig, context: settings.context });
    return work({ pulumi, stacks, hosts: new Hosts(folder, key), cluster, settings: namesOf(stacks), progress });
  });
}

function requireKey({ sshPrivateKey }: Record<string, unknown>, stack: string): string {
  if (typeof sshPrivateKey === "string" && sshPrivateKey !== "") return sshPrivateKey;
  throw new Failure(
    `the stack ${stack} has no secret sshPrivateKey, with which the hosts are looked at`,
    `pulumi config set --secret sshPrivateKey -s ${stack} < KEYFILE`,
  );
}

/** What the stacks call their objects, by their outputs. */
function namesOf(stacks: Stack[]): Settings {
  const outputs = (program: Stack["program"]) =>
    outputsOf(stacks.find((stack) => stack.program === program)?.state) ?? {};
  return settingsOf(outputs("course"), outputs("infrastructure"));
}
