import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import execa from "execa";
import { Failure } from "../../exercises/runner/failure";
import { lastWords } from "../../exercises/runner/last-words";
import type { Step } from "../../exercises/runner/progress";
import { EngineEvents, type FailedResource } from "./engine-events";
import type { Deployment, Resource } from "./deployment";
import { serveProgram } from "./inline-program";
import { pulumiFailure } from "./pulumi-failure";

export interface PulumiOptions {
  /** The folder of Pulumi.yaml. */
  project: string;
  /** Where the whole output of each change is kept. */
  logs: string;
  /** The program. @default "pulumi", as PATH has it */
  program?: string;
  /** Added to this process's environment. @default nothing */
  environment?: Record<string, string>;
  /** Turns a command into one that runs in another network. @default it runs here */
  enter?: (command: string[]) => string[];
}

/** One finished operation on a stack, as `pulumi stack history` lists it. */
export interface HistoryEntry {
  kind: string;
  result: string;
}

/** A change of a stack that Pulumi did not bring to its end. */
export class ChangeFailure extends Failure {
  constructor(
    message: string,
    remedy: string,
    readonly failed: FailedResource[],
  ) {
    super(message, remedy);
  }
}

/** One step that a preview plans. */
export interface PlannedStep {
  /** As Pulumi names it: "create", "delete", "same". */
  op: string;
  oldState?: Resource & { retainOnDelete?: boolean };
  newState?: Resource;
}

/** How a stack is changed. */
export interface ChangeOptions {
  /** Flags of the verb. @default none */
  flags?: string[];
  /** Ends it as Ctrl-C does: Pulumi finishes what it began. */
  signal?: AbortSignal;
  /** Added to Pulumi's environment. @default nothing */
  environment?: Record<string, string>;
  /** The stack's program, run in this process. @default Pulumi starts the project's */
  program?: PulumiFn;
}

/** A value of a stack's config, as `pulumi config --json` has it. */
interface ConfigValue {
  /** Of an object, its JSON. */
  value?: string;
  objectValue?: unknown;
  secret?: boolean;
}

/** Every Pulumi that this process has started and that has not ended. */
export const running = new Set<execa.ExecaChildProcess>();

/** Runs Pulumi's command line on the stacks of one project. */
export class Pulumi {
  constructor(private readonly options: PulumiOptions) {}

  /** The stack's state, with its secrets in plain text; undefined where there is no such stack. */
  async state(stack: string): Promise<Deployment | undefined> {
    const args = ["stack", "export", "--show-secrets", "--stack", stack];
    const ended = await this.spawn(args, {});
    if (ended.exitCode === 0) return parsed<{ deployment: Deployment }>(args, ended.stdout).deployment;
    if (/no stack named|stack .* not found/i.test(ended.stderr)) return undefined;
    throw failureOf(args, ended);
  }

  /** Replaces the stack's state. */
  async importState(stack: string, change: (deployment: Deployment) => Promise<Deployment>): Promise<void> {
    // Without --show-secrets: what is encrypted stays so.
    const args = ["stack", "export", "--stack", stack];
    const exported = parsed<{ deployment: Deployment }>(args, await this.capture(args));
    const deployment = await change(exported.deployment);
    await this.capture(["stack", "import", "--stack", stack], JSON.stringify({ ...exported, deployment }));
  }

  /** The last finished operation on the stack, if there was one. */
  async lastOperation(stack: string): Promise<HistoryEntry | undefined> {
    const args = ["stack", "history", "--json", "--page-size", "1", "--stack", stack];
    return parsed<HistoryEntry[]>(args, await this.capture(args))[0];
  }

  /** The stack's config, with its secrets in plain text, by key without the project's name. */
  async config(stack: string): Promise<Record<string, unknown>> {
    const entries = Object.entries(await this.configValues(stack));
    return Object.fromEntries(
      entries.map(([key, { value, objectValue }]) => [key.replace(/^[^:]+:/, ""), objectValue ?? value]),
    );
  }

  /** The stack's config as its program gets it: each value as text, and the keys of those that are encrypted. */
  async programConfig(stack: string): Promise<{ values: Record<string, string>; secretKeys: string[] }> {
    const entries = Object.entries(await this.configValues(stack));
    return {
      values: Object.fromEntries(entries.map(([key, { value = "" }]) => [key, value])),
      secretKeys: entries.flatMap(([key, { secret }]) => (secret ? [key] : [])),
    };
  }

  private async configValues(stack: string): Promise<Record<string, ConfigValue>> {
    const args = ["config", "--json", "--show-secrets", "--stack", stack];
    return parsed<Record<string, ConfigValue>>(args, await this.capture(args));
  }

  /** What `pulumi up` would do; nothing where the program fails, which the run itself will tell before it changes anything. */
  async plannedSteps(stack: string): Promise<PlannedStep[]> {
    const args = ["preview", "--json", "--stack", stack];
    const ended = await this.spawn(args, {});
    return ended.exitCode === 0 ? (parsed<{ steps?: PlannedStep[] }>(args, ended.stdout).steps ?? []) : [];
  }

  /** Makes the empty stack. */
  async init(stack: string): Promise<void> {
    await this.capture(["stack", "init", stack, "--no-select"]);
  }

  /** Keeps a secret in the stack's config file; it is handed over on standard input, never as an argument. */
  async setSecret(stack: string, key: string, value: string): Promise<void> {
    await this.capture(["config", "set", "--secret", key, "--stack", stack], value);
  }

  /** Runs `up` or `destroy` on a stack to its end; an error quotes what Pulumi said. */
  async change(
    stack: string,
    verb: "up" | "destroy",
    step: Step,
    { flags = [], signal, environment, program }: ChangeOptions = {},
  ): Promise<void> {
    const inline = program && (await serveProgram(program));
    const own = inline ? [inline.flag] : [];
    const args = [verb, "--stack", stack, "--yes", "--skip-preview", ...own, ...flags];
    const log = join(this.options.logs, `pulumi-${verb}-${stack}.log`);
    await mkdir(dirname(log), { recursive: true });
    const file = createWriteStream(log, { flags: "a" });
    file.write(`$ pulumi ${args.join(" ")}   (${new Date().toISOString()})\n`);
    const events = new EngineEvents(`${log}.events`);
    try {
      const { exitCode, output } = await this.spawn([...args, "--event-log", events.path], {
        signal,
        environment,
        // The engine writes an event before it prints anything about it.
        onText: (text) => {
          file.write(text);
          const now = events.read();
          if (now) step.waiting(now);
        },
      });
      if (exitCode === 0) return;
      const understood = pulumiFailure(stack, output);
      if (understood) throw understood;
      const words = inline?.error()?.message || events.errors || `  ${lastWords(output)}`;
      const remedy = `The whole output is in ${log}`;
      throw new ChangeFailure(`pulumi ${verb} of ${stack} failed:\n${words}`, remedy, events.failed);
    } finally {
      inline?.close();
      events.close();
      await new Promise<void>((resolve) => file.end(resolve));
    }
  }

  /** Runs Pulumi to its end and returns its standard output. */
  async capture(args: string[], input?: string): Promise<string> {
    const ended = await this.spawn(args, { input });
    if (ended.exitCode === 0) return ended.stdout;
    throw failureOf(args, ended);
  }

  private async spawn(
    args: string[],
    options: {
      input?: string;
      onText?: (text: string) => void;
      signal?: AbortSignal;
      environment?: Record<string, string>;
    },
  ): Promise<Ended> {
    const { program = "pulumi", project, environment, enter = (command) => command } = this.options;
    const [file = "", ...rest] = enter([program, ...args, "--non-interactive", "--color", "never"]);
    const child = execa(file, rest, {
      cwd: project,
      // It hides --event-log, which Pulumi's Automation API follows an update by, from those who do not debug it.
      env: {
        ...environment,
        ...options.environment,
        PULUMI_DEBUG_COMMANDS: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
      all: true,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: 256 * 1024 * 1024,
      ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
    });
    running.add(child);
    child.all?.on("data", (chunk: Buffer) => options.onText?.(chunk.toString()));
    const interrupt = () => child.kill("SIGINT", { forceKillAfterTimeout: false });
    options.signal?.addEventListener("abort", interrupt, { once: true });
    const result = await child;
    options.signal?.removeEventListener("abort", interrupt);
    running.delete(child);
    if (result.exitCode === undefined && !result.signal) {
      throw new Failure(
        `the program ${program} cannot be run: ${reasonOf(result as Partial<Error>)}`,
        "Install Pulumi (https://www.pulumi.com/docs/install/) and put it on PATH.",
      );
    }
    const { all = "", stdout, stderr } = result;
    return { exitCode: result.exitCode ?? 1, output: all, stdout, stderr };
  }
}

/** How a run of Pulumi ended; `output` is all that it said. */
interface Ended {
  exitCode: number;
  output: string;
  stdout: string;
  stderr: string;
}

function reasonOf({ message = "no reason given", code }: Partial<NodeJS.ErrnoException>): string {
  return code === "ENOENT" ? "it is not on PATH" : (message.split("\n")[0] ?? message);
}

/** Quotes what Pulumi said of the error, and nothing of its standard output, on which secrets are. */
function failureOf(args: string[], { exitCode, stderr }: Ended): Failure {
  const understood = pulumiFailure(args[args.indexOf("--stack") + 1] ?? "", stderr);
  return understood ?? new Failure(`${titleOf(args)} failed:\n  ${lastWords(stderr) || `exit code ${exitCode}`}`);
}

/** Without the text itself in an error. */
function parsed<T>(args: string[], text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new Failure(
      `${titleOf(args)} printed something that is not JSON`,
      "pulumi version tells which one PATH has.",
    );
  }
}

function titleOf(args: string[]): string {
  const flags = args.findIndex((word) => word.startsWith("-"));
  const stack = args.includes("--stack") ? ` of ${args[args.indexOf("--stack") + 1]}` : "";
  return `pulumi ${args.slice(0, flags < 0 ? 3 : flags).join(" ")}${stack}`;
}
