import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { KubernetesCluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure, WrongUse } from "../../exercises/runner/failure";
import type { Progress } from "../../exercises/runner/progress";
import type { ClassValues } from "../../stacks/classroom/class-outputs";
import { type ClassroomConfig, studentsFileOf } from "../../stacks/classroom/classroom-schema";
import { parseConfig } from "../../stacks/config";
import { openSsh } from "../../stacks/openssh";
import { EMPTY_RECORD, readStudents, type StudentRecord } from "../../stacks/classroom/students";
import { Hosts } from "../hosts/hosts";
import { accessBy } from "../hosts/ssh-access";
import { withPrivateFolder } from "../hosts/ssh-key";
import { defaultLogs, fromProject, projectRoot, type LabOptions } from "../lab";
import { outputsOf, type Deployment } from "../pulumi/deployment";
import { Pulumi } from "../pulumi/pulumi";

/** The key of what students' passwords are made from. */
const SECRET = "storage-lab:classSecret";

/** A class: its stack, its record of students, its cluster and its hosts. */
export interface ClassLab {
  /** The class's stack; its shards' are called after it. */
  stack: string;
  settings: ClassroomConfig;
  /** Path of the record of the students. */
  file: string;
  record: StudentRecord;
  /** Undefined before its first `pulumi up`. */
  state: Deployment | undefined;
  /** What that stack has made; undefined before. */
  made: ClassValues | undefined;
  pulumi: Pulumi;
  cluster: KubernetesCluster;
  hosts: Hosts;
  progress: Progress;
  /** The state of the stack that the class is on; read once, when it is first asked for. */
  infrastructure: () => Promise<Deployment | undefined>;
}

/** Opens the class of a stack, hands it to `work`, and leaves no key behind. */
export async function withClass<T>(
  { stack, sshKey, logs = defaultLogs }: LabOptions,
  progress: Progress,
  work: (lab: ClassLab) => Promise<T>,
): Promise<T> {
  const pulumi = new Pulumi({ project: projectRoot, logs });
  const [settings, state] = await Promise.all([settingsOf(pulumi, stack), pulumi.state(stack)]);
  const file = resolve(projectRoot, studentsFileOf(settings, stack));
  const record = told(() => readStudents(file) ?? EMPTY_RECORD);
  const [config, infrastructure, cluster] = await Promise.all([
    pulumi.config(stack),
    pulumi.config(settings.infrastructureStack).catch(() => ({})),
    KubernetesCluster.connect(fromProject(settings)),
  ]);
  return withPrivateFolder(async (folder) => {
    const hosts = new Hosts(folder, await accessBy([config, infrastructure], folder, sshKey), cluster);
    const made = madeBy(state);
    let read: Promise<Deployment | undefined> | undefined;
    const infrastructureState = () => (read ??= pulumi.state(settings.infrastructureStack));
    return work({
      stack,
      settings,
      file,
      record,
      state,
      made,
      pulumi,
      cluster,
      hosts,
      progress,
      infrastructure: infrastructureState,
    });
  });
}

/** What the class's stack has made, by its state. */
export function madeBy(state: Deployment | undefined): ClassValues | undefined {
  return outputsOf(state)?.classroom as ClassValues | undefined;
}

/** What the class's stack has made, where the verb needs it. */
export function requireMade({ made, stack }: Pick<ClassLab, "made" | "stack">): ClassValues {
  if (made) return made;
  throw new Failure(`the class of the stack ${stack} was not made yet`, `storage-lab class up -s ${stack}`);
}

/** An error of a program's config or files, as one of the command line. */
export function told<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Failure((error as Error).message);
  }
}

async function settingsOf(pulumi: Pulumi, stack: string): Promise<ClassroomConfig> {
  const raw = await pulumi.programConfig(stack);
  const { "storage-lab:program": program, [SECRET]: secret } = raw.values;
  if (program !== "classroom") {
    throw new WrongUse(
      `the stack ${stack} runs ${program === undefined ? "no program" : `the program ${program}`}, not classroom`,
      "name the stack of a class: pulumi stack ls; Pulumi.classroom-example.yaml shows its config",
    );
  }
  if (secret === undefined) {
    // Nobody has to think of it: it opens nothing by itself.
    await pulumi.setSecret(stack, "classSecret", randomBytes(24).toString("base64url"));
    return settingsOf(pulumi, stack);
  }
  try {
    const fileExists = (path: string) => existsSync(resolve(projectRoot, path));
    const config = parseConfig({ stack, ...raw, fileExists, ssh: openSsh });
    if (config.program === "classroom") return config.settings;
  } catch (error) {
    throw new Failure((error as Error).message, `Correct Pulumi.${stack}.yaml.`);
  }
  throw new Error(`the config of ${stack} changed while it was read`);
}
