import { createWriteStream, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import execa from "execa";
import { stringify } from "yaml";
import { readFileSync } from "node:fs";
import { Pulumi } from "../operations/pulumi/pulumi";
import { foldersOf, stateInFile } from "../operations/pulumi/backend";
import { PROJECT, projectRoot } from "../operations/lab";
import { kubectl } from "./kubectl";
import { PeakMemory, treeOf } from "./memory";
import { sandboxFacts } from "./sandbox-facts";

/** How long something took, and the most memory that it had, in seconds and MiB. */
export interface Run {
  seconds: number;
  peak?: number;
  /** How much of the peak was of the process that was started, without Pulumi's engines and plugins. */
  own?: number;
}

const CLASS = "bench";
const STACK = "bench-sandbox-class";
/** uids that no class of the lab has. */
const FIRST_UID = 30001;

/** The class that is measured: a stack of its own next to the lab's, which nobody else uses. */
export class BenchClass {
  readonly pulumi: Pulumi;
  private readonly record = `${STACK}.students.yaml`;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.pulumi = new Pulumi({ project: projectRoot, logs: folder });
  }

  readonly selector = `storage-lab.example/class=${CLASS}`;

  /** Makes the class's stack, as that of the lab's own class with other settings. */
  async prepare(infrastructureStack: string): Promise<void> {
    const { sshKey, images } = sandboxFacts();
    const settings = {
      infrastructureStack,
      kubeconfig: process.env.KUBECONFIG,
      redisImage: images.redis,
      class: CLASS,
      capacity: "192Mi",
      // Nobody writes anything, and the sandbox's disk is a small one.
      overcommit: 1000,
      firstUid: FIRST_UID,
      // Neither driver nor pods take part, on simulated nodes.
      dynamic: false,
      podFirewall: false,
    };
    if (!(await this.pulumi.state(STACK))) {
      writeFileSync(
        this.file(STACK),
        stringify({ config: { "storage-lab:program": "classroom", "storage-lab:classroom": settings } }),
      );
      rmSync(join(projectRoot, this.record), { force: true });
      await this.pulumi.init(STACK);
      await this.pulumi.setSecret(STACK, "sshPrivateKey", readFileSync(sshKey, "utf8"));
    }
  }

  /** Removes the class, its stacks and their files. */
  async remove(): Promise<void> {
    if (!(await this.pulumi.state(STACK))) return;
    await this.run(["down", "--yes"]);
    const shards = await this.shards();
    for (const stack of [...shards, STACK]) await this.pulumi.capture(["stack", "rm", "--yes", "--stack", stack]);
    rmSync(join(projectRoot, this.record), { force: true });
  }

  /** The stacks of the shards that there are. */
  async shards(): Promise<string[]> {
    const listed = JSON.parse(await this.pulumi.capture(["stack", "ls", "--json"])) as { name: string }[];
    return listed
      .map(({ name }) => name.split("/").at(-1) ?? "")
      .filter((name) => /^bench-sandbox-class-\d+$/.test(name));
  }

  /** Which students the next `up` has: so many, of whom some have another capacity. */
  roster(count: number, capacities: Record<string, string> = {}): string {
    const path = join(this.folder, "roster.csv");
    const names = Array.from({ length: count }, (_, index) => `s${String(index + 1).padStart(4, "0")}`);
    const rows = names.map((name) => `${name},${capacities[name] ?? ""}`);
    writeFileSync(path, ["name,capacity", ...rows, ""].join("\n"));
    return path;
  }

  /** A verb of `class`, as `./lab class` runs it. */
  async run(words: string[]): Promise<Run> {
    const start = Date.now();
    const child = this.start(words);
    const memory = new PeakMemory(child.pid ?? 0);
    const { exitCode } = await child;
    const peak = memory.end();
    if (exitCode !== 0)
      throw new Error(`class ${words.join(" ")} ended with ${exitCode}: see ${join(this.folder, "class.log")}`);
    return { seconds: (Date.now() - start) / 1000, peak, own: memory.ofProcess };
  }

  /** Kills a verb, with all that it has started, after so many milliseconds; returns whether it was still running. */
  async kill(words: string[], after: number): Promise<boolean> {
    const child = this.start(words);
    const ended = await Promise.race([child.then(() => true), delay(after).then(() => false)]);
    if (ended) return false;
    // Stopped first: what is killed one by one would see the others go.
    const tree = [...treeOf(child.pid ?? 0)];
    for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const pid of tree) signalTo(pid, signal);
    await child;
    return true;
  }

  /** Brings up the class's own stack alone, so that its policies hold. */
  async upAlone(): Promise<void> {
    await this.pulumi.capture(["up", "--yes", "--skip-preview", "--stack", STACK]);
  }

  /** Waits until nothing of the class's students is left. */
  async gone(): Promise<void> {
    await kubectl(["wait", "namespace", "-l", this.selector, "--for=delete", "--timeout=60m"]);
  }

  /** Whether a stack's file has something. */
  async hasResources(stack: string): Promise<boolean> {
    const folders = await foldersOf(PROJECT, stack, projectRoot);
    const state = folders && (await stateInFile(folders));
    return state !== undefined && state !== "missing" && (state.resources?.length ?? 0) > 0;
  }

  private start(words: string[]) {
    const log = createWriteStream(join(this.folder, "class.log"), { flags: "a" });
    log.write(`$ class ${words.join(" ")}   (${new Date().toISOString()})\n`);
    const loader = join(projectRoot, "node_modules", "tsx", "dist", "cjs", "index.cjs");
    const program = join(projectRoot, "operations", "main.ts");
    const options = ["--stack", STACK, "--ssh-key", sandboxFacts().sshKey, "--logs", this.folder, "class"];
    const child = execa(process.execPath, ["--require", loader, program, ...options, ...words], {
      cwd: projectRoot,
      stdin: "ignore",
      all: true,
      buffer: false,
      reject: false,
    });
    child.all?.pipe(log);
    return child;
  }

  private file(stack: string): string {
    return join(projectRoot, `Pulumi.${stack}.yaml`);
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
