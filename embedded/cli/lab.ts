import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { choose, type Choices } from "./choices";
import { adminKubeconfig, labEnvironment } from "./environment";
import { LabFiles, labHome, projectRoot, stackNames, type StackNames } from "./lab-files";
import type { Progress } from "../../exercises/runner/progress";
import { Pulumi } from "../../operations/pulumi/pulumi";
import { Sandbox } from "../sandbox/sandbox";
import type { SandboxFacts } from "../sandbox/types";
import { Failure } from "../../exercises/runner/failure";
import { exclusively } from "../toolkit/lock";

/** One lab as the verbs see it: its files, its sandbox, and the Pulumi it is pinned to. */
export class Lab {
  readonly files: LabFiles;
  readonly stacks: StackNames;
  readonly sandbox: Sandbox;

  constructor(
    readonly progress: Progress,
    home = labHome(),
  ) {
    this.files = new LabFiles(home);
    this.stacks = stackNames(home);
    this.sandbox = new Sandbox(home);
  }

  /** Fails when this is not root: the sandbox makes network namespaces. */
  requireRoot(): void {
    if (process.getuid?.() === 0) return;
    throw new Failure(
      "The sandbox makes network namespaces and needs root.",
      `sudo ${join(projectRoot, "lab")} …; or use hosts of your own, which need no root here (README.md, "Own hosts")`,
    );
  }

  /** Runs `work` while no other ./lab changes this lab. */
  locked<T>(verb: string, work: () => Promise<T>): Promise<T> {
    mkdirSync(this.files.home, { recursive: true });
    const whileBusy = (holder: string, wait: () => Promise<void>): Promise<void> =>
      this.progress.step(`Waiting for ${holder}, which works on the same lab`, wait);
    return exclusively(this.files.lock, { holder: `./lab ${verb} (process ${process.pid})`, whileBusy }, work);
  }

  /** The pinned engine and plugins, chosen now if need be. */
  choose(): Promise<Choices> {
    return choose(this.files, this.progress);
  }

  /**
   * Gets and builds all that a lab is made of, and returns the pinned engine and plugins. Side by side: while one waits for
   * the network, the other compiles.
   */
  async build(): Promise<Choices> {
    const [choices] = await Promise.all([this.choose(), this.sandbox.build(this.progress)]);
    return choices;
  }

  /** What the running lab is, and the environment for commands in it; fails where none runs. */
  async running(): Promise<{ facts: SandboxFacts; environment: Record<string, string> }> {
    this.requireRoot();
    const facts = await this.sandbox.facts();
    // The facts outlive `down`; the namespace does not.
    const up = facts && existsSync(join("/run/netns", facts.namespace));
    if (!up) throw new Failure("The lab is not running.", "./lab up");
    return { facts, environment: labEnvironment(this.files, facts.kubeconfig) };
  }

  /** Pulumi with the lab's state and network. */
  pulumi(): Pulumi {
    const environment = labEnvironment(this.files, adminKubeconfig(this.files));
    return new Pulumi({
      project: projectRoot,
      logs: this.files.logs,
      program: join(this.files.bin, "pulumi"),
      environment,
      enter: (command) => this.sandbox.enter(command),
    });
  }

  /** Whether Pulumi's state has the stack. */
  hasStack(stack: string): boolean {
    return existsSync(this.files.stateOf(stack));
  }

  /** Whether anything of this lab was ever made. */
  exists(): boolean {
    return existsSync(this.files.choices) || existsSync(join(this.files.home, "hosts"));
  }
}

/**
 * The command that runs one of the project's TypeScript programs with this process's Node.
 *
 * @param flags Of Node itself. @default none
 */
export function typescript(file: string, args: string[], flags: string[] = []): string[] {
  // For CommonJS alone: with the loader of ES modules each of the Kubernetes client's thousand would pass through it.
  const loader = join(projectRoot, "node_modules", "tsx", "dist", "cjs", "index.cjs");
  return [process.execPath, ...flags, "--require", loader, join(projectRoot, file), ...args];
}
