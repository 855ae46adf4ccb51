import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LabFiles, projectRoot, stackFile, stackNames } from "../../embedded/cli/lab-files";
import { waitFor } from "../../exercises/runner/wait";

/** How one command ended. */
export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Both, as they came. */
  output: string;
  seconds: number;
}

export interface CommandOptions {
  /** Written to standard input. */
  input?: string;
  /** Longest run, in seconds; the command is then killed with all that it started, and the test fails. */
  limit?: number;
}

/** The lab of the tests: `./lab` as a user calls it, with a home of its own next to the user's. */
export class TestLab {
  readonly home = join(projectRoot, ".lab-test");
  readonly files = new LabFiles(this.home);
  readonly stacks = stackNames(this.home);

  /** Runs `./lab` to its end, whatever that is. */
  async run(words: string[], options: CommandOptions = {}): Promise<Ended> {
    const running = this.start(words, options);
    return running.ended(options.limit ?? 600);
  }

  /** Runs `./lab` and fails unless it ends well; answers its standard output. */
  async ok(words: string[], options: CommandOptions = {}): Promise<string> {
    const ended = await this.run(words, options);
    if (ended.exitCode !== 0)
      throw new Error(`./lab ${words.join(" ")} ended with ${ended.exitCode}:\n${ended.output}`);
    return ended.stdout;
  }

  /** Starts `./lab` without waiting for its end. */
  start(words: string[], options: CommandOptions = {}): RunningLab {
    return new RunningLab(words, { ...process.env, STORAGE_LAB_HOME: this.home, CI: "true" }, options.input);
  }

  /** kubectl inside the lab. */
  kubectl(...words: string[]): Promise<string> {
    return this.ok(["exec", "--", "kubectl", ...words], { limit: 180 });
  }

  /** redis-cli in a pod of the course's namespace. */
  redis(pod: string, ...command: string[]): Promise<string> {
    return this.kubectl("exec", "--namespace=shiqi", pod, "--", "redis-cli", ...command);
  }

  /** Waits until a workload (`statefulset/NAME`) has all its pods Ready. */
  async rolledOut(workload: string, namespace = "shiqi", seconds = 170): Promise<void> {
    await this.kubectl("rollout", "status", workload, `--namespace=${namespace}`, `--timeout=${seconds}s`);
  }

  /** An object as the cluster has it, or undefined. */
  async object<T>(...words: string[]): Promise<T | undefined> {
    const text = await this.kubectl("get", "--ignore-not-found", "--output=json", ...words);
    return text.trim() === "" ? undefined : (JSON.parse(text) as T);
  }

  /** A shell script on one of the hosts. */
  ssh(host: string, script: string): Promise<string> {
    return this.ok(["ssh", host, "--", script], { limit: 120 });
  }

  /** Pulumi by hand, as in `./lab shell`. */
  pulumi(words: string[], options: CommandOptions = {}): Promise<Ended> {
    return this.run(["exec", "--", "pulumi", ...words, "--non-interactive", "--color", "never"], options);
  }

  /** The private key that the hosts accept. */
  sshKey(): string {
    return readFileSync(join(this.home, "ssh", "id_ed25519"), "utf8");
  }

  /** Removes the lab and every trace of it, also what an earlier run that was killed has left. */
  async remove(): Promise<void> {
    await this.ok(["purge", "--yes"]);
    rmSync(this.home, { recursive: true, force: true });
    for (const stack of Object.values(this.stacks)) rmSync(stackFile(stack), { force: true });
  }
}

/** A `./lab` that is at work, in a process group of its own. */
export class RunningLab {
  private readonly child: ChildProcess;
  private readonly start = Date.now();
  private readonly exit: Promise<number>;
  private stdout = "";
  private stderr = "";
  private output = "";

  constructor(
    private readonly words: string[],
    env: NodeJS.ProcessEnv,
    input?: string,
  ) {
    // It dies with the tests: where these are killed, nobody else would end it.
    const command = ["--pdeathsig", "KILL", join(projectRoot, "lab"), ...words];
    this.child = spawn("setpriv", command, { env, cwd: projectRoot, detached: true });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.output += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.output += text;
    });
    this.child.stdin?.end(input ?? "");
    this.exit = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => resolve(code ?? (signal === "SIGKILL" ? 137 : 1)));
    });
  }

  /** Waits for the end. */
  async ended(limit: number): Promise<Ended> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.kill();
    }, limit * 1000);
    const exitCode = await this.exit;
    clearTimeout(timer);
    if (late) throw new Error(`./lab ${this.words.join(" ")} did not end within ${limit} s:\n${this.output}`);
    const seconds = (Date.now() - this.start) / 1000;
    return { exitCode, stdout: this.stdout, stderr: this.stderr, output: this.output, seconds };
  }

  /** Waits until `condition` holds while the command is at work; fails when it ends before. */
  async until(what: string, limit: number, condition: (output: string) => boolean): Promise<void> {
    await waitFor(`${what} during ./lab ${this.words.join(" ")}`, { timeout: limit * 1000, interval: 100 }, () => {
      if (condition(this.output)) return Promise.resolve({ done: undefined });
      if (this.child.exitCode !== null) throw new Error(`it ended before ${what}:\n${this.output}`);
      return Promise.resolve({ missing: this.output });
    });
  }

  /** SIGKILL to the whole process group: what a closed machine or an impatient user does. */
  kill(): void {
    if (this.child.pid !== undefined && this.child.exitCode === null) process.kill(-this.child.pid, "SIGKILL");
  }

  /** A signal to ./lab alone. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
