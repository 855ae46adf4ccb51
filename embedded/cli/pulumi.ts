import { randomBytes } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import execa from "execa";
import { EngineEvents } from "./engine-events";
import { projectRoot, type LabFiles } from "./lab-files";
import { Failure } from "../../exercises/runner/failure";
import type { Step } from "../toolkit/progress";
import { lastWords } from "../toolkit/run";

/** Makes what Pulumi needs before its first command: the folder of the state, and the passphrase of its secrets. */
export async function ensureBackend(files: LabFiles): Promise<void> {
  await mkdir(files.pulumiHome, { recursive: true });
  await mkdir(files.state, { recursive: true });
  if (existsSync(files.passphrase)) return;
  await writeFile(files.passphrase, `${newPassword()}\n`, { mode: 0o600 });
}

const newPassword = () => randomBytes(24).toString("base64url");

/** Runs Pulumi on the lab's own state, inside the lab's network. */
export class Pulumi {
  /**
   * @param enter Turns a command into one that runs in the lab's network namespace.
   * @param environment See labEnvironment.
   */
  constructor(
    private readonly files: LabFiles,
    private readonly enter: (command: string[]) => string[],
    private readonly environment: Record<string, string>,
  ) {}

  /** Makes the empty stack, where it is not there yet. */
  async ensureStack(stack: string): Promise<void> {
    if (!this.exists(stack)) await this.capture(["stack", "init", stack, "--no-select"]);
  }

  /** Whether the stack is known to the lab's state. */
  exists(stack: string): boolean {
    return existsSync(this.files.stateOf(stack));
  }

  /** Keeps a secret in the stack's config file; it is handed over on standard input, never as an argument. */
  async setSecret(stack: string, key: string, value: string): Promise<void> {
    if ((await this.getConfig(stack, key))?.trim() === value.trim()) return;
    await this.capture(["config", "set", "--secret", key, "--stack", stack], value);
  }

  /** Keeps a password in the stack's config file, a random one, unless there is one already. */
  async ensurePassword(stack: string, key: string): Promise<void> {
    if ((await this.getConfig(stack, key)) === undefined) await this.setSecret(stack, key, newPassword());
  }

  /** Runs `up`, `refresh` or `destroy` on a stack to its end; an error quotes what Pulumi said. */
  async change(stack: string, verb: "up" | "refresh" | "destroy", step: Step, flags: string[] = []): Promise<void> {
    const args = [verb, "--stack", stack, "--yes", "--skip-preview", ...flags];
    const log = join(this.files.logs, `pulumi-${verb}-${stack}.log`);
    await mkdir(dirname(log), { recursive: true });
    const file = createWriteStream(log, { flags: "a" });
    file.write(`$ pulumi ${args.join(" ")}   (${new Date().toISOString()})\n`);
    const events = new EngineEvents(`${log}.events`);
    try {
      const { exitCode, output } = await this.spawn([...args, "--event-log", events.path], {
        // The engine writes an event before it prints anything about it.
        onText: (text) => {
          file.write(text);
          const now = events.read();
          if (now) step.waiting(now);
        },
      });
      if (exitCode === 0) return;
      const words = events.errors || `  ${lastWords(output)}`;
      throw new Failure(`pulumi ${verb} of ${stack} failed:\n${words}`, `The whole output is in ${log}`);
    } finally {
      events.close();
      await new Promise<void>((resolve) => file.end(resolve));
    }
  }

  /** Runs Pulumi to its end and returns its standard output. */
  async capture(args: string[], input?: string): Promise<string> {
    const { exitCode, output, stdout } = await this.spawn(args, { input });
    if (exitCode === 0) return stdout;
    throw new Failure(`pulumi ${args.slice(0, 3).join(" ")} failed:\n  ${lastWords(output)}`);
  }

  private async getConfig(stack: string, key: string): Promise<string | undefined> {
    const all = await this.capture(["config", "--json", "--show-secrets", "--stack", stack]);
    const config = JSON.parse(all) as Record<string, { value?: string } | undefined>;
    return config[`storage-lab:${key}`]?.value;
  }

  private async spawn(
    args: string[],
    options: { input?: string; onText?: (text: string) => void },
  ): Promise<{ exitCode: number; output: string; stdout: string }> {
    const [file = "", ...rest] = this.enter([
      ...[join(this.files.bin, "pulumi"), ...args],
      ...["--non-interactive", "--color", "never"],
    ]);
    const child = execa(file, rest, {
      cwd: projectRoot,
      // It hides --event-log, which Pulumi's Automation API follows an update by, from those who do not debug it.
      env: { ...this.environment, PULUMI_DEBUG_COMMANDS: "true" },
      all: true,
      reject: false,
      stripFinalNewline: false,
      maxBuffer: 256 * 1024 * 1024,
      ...(options.input === undefined ? { stdin: "ignore" } : { input: options.input }),
    });
    child.all?.on("data", (chunk: Buffer) => options.onText?.(chunk.toString()));
    const result = await child;
    return { exitCode: result.exitCode ?? 1, output: result.all ?? "", stdout: result.stdout };
  }
}
