import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { KubernetesCluster } from "../exercises/cluster/kubernetes-cluster";
import { settingsOf, type Settings } from "../exercises/runner/course-settings";
import { Failure, WrongUse } from "../exercises/runner/failure";
import type { Progress } from "../exercises/runner/progress";
import { kubeconfigPath, type ClusterConfig } from "../stacks/kubeconfig";
import { Hosts } from "./hosts/hosts";
import { accessBy, type FindAccess, hasWay } from "./hosts/ssh-access";
import { withPrivateFolder } from "./hosts/ssh-key";
import { hostChecksOf, outputsOf, type Deployment } from "./pulumi/deployment";
import { Pulumi } from "./pulumi/pulumi";

/** Pulumi's project, as Pulumi.yaml names it. */
export const PROJECT = "storage-lab";

/** The clone: where Pulumi.yaml is. */
export const projectRoot = join(__dirname, "..");

/** What the verbs are told on the command line. */
export interface LabOptions {
  /** The stack that is meant: a course, or an infrastructure alone. */
  stack: string;
  /** The stack that the course builds on. @default as its config says, which Pulumi has to be asked for first */
  buildsOn?: string;
  /** Where logs go. @default {@link defaultLogs} */
  logs?: string;
  /** Path of the private key for the hosts. @default as the stacks' secrets and checks say */
  sshKey?: string;
}

/** Where logs go that nobody gave another place. */
export const defaultLogs = join(projectRoot, ".storage-lab", "logs");

/** One stack as its config and its state have it. */
export interface Stack {
  name: string;
  program: "infrastructure" | "course";
  /** Undefined before its first `pulumi up`. */
  state: Deployment | undefined;
}

/** The stacks of a lab, as Pulumi knows them: no host and no cluster is asked. */
export interface Stacks {
  pulumi: Pulumi;
  /** In the order in which they are made. */
  stacks: Stack[];
  /** Names of the course's objects. */
  settings: Settings;
  /** Connects to the cluster that the stack's config names. */
  connect: () => Promise<KubernetesCluster>;
}

/** A lab, known by the name of one of its stacks: these, the hosts, and the cluster. */
export interface Lab extends Pick<Stacks, "pulumi" | "stacks" | "settings"> {
  hosts: Hosts;
  cluster: KubernetesCluster;
  progress: Progress;
}

type Config = Record<string, unknown>;

interface ProgramConfig extends ClusterConfig {
  infrastructureStack?: string;
  toolsImage?: string;
}

/** Reads the stacks of a lab. */
export function readStacks(options: LabOptions): Promise<Stacks> {
  return read(options);
}

/** The stacks of a lab and its hosts; no cluster has to be there. */
export type HostsAndStacks = Pick<Lab, "pulumi" | "stacks" | "hosts" | "progress">;

/**
 * Hands the hosts of a stack's lab to `work`, and leaves no key behind. Whether there is a way into each is not asked: the
 * configs tell, not the last `pulumi up`, which may have logged in differently.
 */
export async function withHosts<T>(
  options: LabOptions,
  progress: Progress,
  work: (lab: HostsAndStacks) => Promise<T>,
): Promise<T> {
  const { pulumi, stacks, configs } = await read(options);
  return withPrivateFolder(async (folder) => {
    const find = await accessOf(configs, folder, options.sshKey);
    return work({ pulumi, stacks, hosts: new Hosts(folder, find), progress });
  });
}

/** Opens the lab of a stack, hands it to `work`, and leaves no key behind. */
export async function withLab<T>(options: LabOptions, progress: Progress, work: (lab: Lab) => Promise<T>): Promise<T> {
  const reading = read(options, true);
  // It takes half a second to load; meanwhile Pulumi, which has to be started before it, answers.
  void import("@kubernetes/client-node").catch(() => {});
  const { pulumi, stacks, settings, configs, connect } = await reading;
  return withPrivateFolder(async (folder) => {
    const find = await accessTo(stacks, configs, folder, options.sshKey);
    const cluster = await connect();
    return work({ pulumi, stacks, hosts: new Hosts(folder, find, cluster), cluster, settings, progress });
  });
}

/** @param atOnce Connects as soon as it is known which cluster it is: the states take longer. @default when it is asked for */
async function read(
  { stack, buildsOn, logs = defaultLogs, sshKey }: LabOptions,
  atOnce = false,
): Promise<Stacks & { configs: Map<string, Config> }> {
  const pulumi = new Pulumi({ project: projectRoot, logs });
  const reading = pulumi.config(stack);
  const beneath = buildsOn === undefined ? reading.then(infrastructureOf) : Promise.resolve(buildsOn);
  const connecting = atOnce ? reading.then((read) => connectTo(chosenOf(stack, read).chosen)) : undefined;
  // Who connects sees the error, also when that is later.
  connecting?.catch(() => {});
  const [config, state, name, infrastructure] = await Promise.all([
    reading,
    pulumi.state(stack),
    beneath,
    beneath.then((found) => (found === undefined ? undefined : pulumi.state(found))),
  ]);
  const { program, chosen } = chosenOf(stack, config);
  const stacks: Stack[] = [{ name: stack, program, state }];
  const configs = new Map([[stack, config]]);
  if (name !== undefined) {
    stacks.unshift({ name, program: "infrastructure", state: infrastructure });
    // For its secrets alone.
    const rootOnly = hostChecksOf(infrastructure)?.every(({ user }) => user === "root");
    if (infrastructure && (sshKey === undefined || !rootOnly)) configs.set(name, await pulumi.config(name));
  }
  const settings = { ...namesOf(stacks), toolsImage: chosen.toolsImage };
  return { pulumi, stacks, settings, configs, connect: () => connecting ?? connectTo(chosen) };
}

/** The program that the stack runs, and its config. */
function chosenOf(stack: string, config: Config): { program: Stack["program"]; chosen: ProgramConfig } {
  const { program } = config;
  if (program === "course" || program === "infrastructure") return { program, chosen: config[program] ?? {} };
  throw new WrongUse(
    `the config of the stack ${stack} names no program course or infrastructure`,
    `Pulumi.${stack}.yaml is copied from an example (README.md, "Own hosts"); the stacks: pulumi stack ls`,
  );
}

/** The stack that a course builds on. */
function infrastructureOf({ program, course }: Config): string | undefined {
  const { infrastructureStack } = (course ?? {}) as ProgramConfig;
  return program === "course" && infrastructureStack ? infrastructureStack : undefined;
}

function connectTo(config: ClusterConfig): Promise<KubernetesCluster> {
  return KubernetesCluster.connect(fromProject(config));
}

/** The cluster of a stack's config, from whatever folder: a path is Pulumi's, which runs the program in the project's. */
export function fromProject({ kubeconfig, context }: ClusterConfig): ClusterConfig {
  const path = kubeconfig === undefined ? undefined : kubeconfigPath(kubeconfig);
  return { kubeconfig: path === undefined ? kubeconfig : resolve(projectRoot, path), context };
}

/** What the stacks' hosts are logged in to with; fails where one of them has nothing. */
async function accessTo(
  stacks: Stack[],
  configs: Map<string, Config>,
  folder: string,
  sshKey: string | undefined,
): Promise<FindAccess> {
  const find = await accessOf(configs, folder, sshKey);
  // What a pod looks at needs no login.
  const checks = stacks.flatMap(({ state }) => hostChecksOf(state) ?? []).filter(({ pod }) => pod === undefined);
  const logins = checks.flatMap(({ login: name, bastion, ...check }) => [
    { ...check, name },
    ...(bastion ? [bastion] : []),
  ]);
  if (logins.every((login) => hasWay(find(login)))) return find;
  const [stack = ""] = configs.keys();
  throw new WrongUse(
    `the stack ${stack} has no secret sshPrivateKey, with which the hosts are looked at`,
    `pulumi config set --secret sshPrivateKey -s ${stack} < KEYFILE\nor name the file: --ssh-key KEYFILE`,
  );
}

async function accessOf(configs: Map<string, Config>, folder: string, sshKey: string | undefined): Promise<FindAccess> {
  if (sshKey !== undefined) await requireReadable(sshKey);
  return accessBy([...configs.values()], folder, sshKey);
}

async function requireReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((error: Error) => {
    throw new WrongUse(`--ssh-key: ${error.message}`, "name the file of the private key");
  });
}

/** What the stacks call their objects, by their outputs. */
function namesOf(stacks: Stack[]): Settings {
  const outputs = (program: Stack["program"]) =>
    outputsOf(stacks.find((stack) => stack.program === program)?.state) ?? {};
  return settingsOf(outputs("course"), outputs("infrastructure"));
}

/** Fails where the course was never made, so that nothing of it can be there. */
export function requireCourse({ stacks }: Pick<Stacks, "stacks">): void {
  const course = stacks.find(({ program }) => program === "course");
  if (!course) {
    const [{ name = "" } = {}] = stacks;
    throw new WrongUse(`the stack ${name} is an infrastructure`, "name the stack of a course: pulumi stack ls");
  }
  if (course.state?.resources?.length) return;
  throw new Failure(`the stack ${course.name} was not applied yet`, `pulumi up -s ${course.name}`);
}
