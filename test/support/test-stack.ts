import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { classroomConfig, courseConfig, infrastructureConfig } from "../../embedded/cli/stack-files";
import { stackFile } from "../../embedded/cli/lab-files";
import { Sandbox } from "../../embedded/sandbox/sandbox";
import type { SandboxFacts } from "../../embedded/sandbox/types";
import type { Ended, TestLab } from "./test-lab";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };
export type Settings = { [key: string]: Json | undefined };

/** What the sandbox is; fails where none runs. */
export async function sandboxFacts(lab: TestLab): Promise<SandboxFacts> {
  const facts = await new Sandbox(lab.home).facts();
  if (!facts) throw new Error(`there is no sandbox in ${lab.home}`);
  return facts;
}

/** The settings that ./lab would write for the program `infrastructure`, to be changed by a test. */
export async function infrastructureSettings(lab: TestLab): Promise<Settings> {
  const key = "storage-lab:infrastructure";
  const { facts, defaults } = infrastructureConfig(await sandboxFacts(lab));
  return { ...(facts[key] as Settings), ...(defaults[key] as Settings) };
}

/** The same for `course`. */
export async function courseSettings(lab: TestLab, infrastructureStack: string): Promise<Settings> {
  const { facts } = courseConfig(await sandboxFacts(lab), { infrastructure: infrastructureStack, course: "" });
  return facts["storage-lab:course"] as Settings;
}

/** The same for `classroom`: the class "class". */
export async function classroomSettings(lab: TestLab, infrastructureStack: string): Promise<Settings> {
  const stacks = { infrastructure: infrastructureStack, course: "" };
  const { facts, defaults } = classroomConfig(await sandboxFacts(lab), stacks);
  const key = "storage-lab:classroom";
  return { ...(facts[key] as Settings), ...(defaults[key] as Settings) };
}

/** A stack of the real program on the test's lab, worked by hand as in Pulumi's manual. */
export class TestStack {
  /** Its name ends so that git ignores its config file. */
  readonly name: string;

  constructor(
    private readonly lab: TestLab,
    private readonly program: "infrastructure" | "course" | "classroom" | "shard",
    name: string,
    ending = "-sandbox-test",
  ) {
    this.name = `${name}${ending}`;
  }

  /**
   * Makes the empty stack, and writes its settings and secrets.
   *
   * @param secrets The SSH key, or all secrets by their keys. @default the lab's SSH key
   */
  async init(settings: Settings, secrets: string | Record<string, string> = this.lab.sshKey()): Promise<void> {
    await this.remove();
    await this.must(["stack", "init", this.name, "--no-select"]);
    this.configure(settings);
    const all = typeof secrets === "string" ? { sshPrivateKey: secrets } : secrets;
    for (const [key, value] of Object.entries(all)) await this.setSecret(key, value);
    if (this.program === "course") await this.setSecret("mysqlRootPassword", "a password of this test");
  }

  /** Writes the settings; what Pulumi itself keeps in the file stays. */
  configure(settings: Settings): void {
    const before = existsSync(this.file) ? readFileSync(this.file, "utf8") : "";
    const salt = /^encryptionsalt: .*$/m.exec(before)?.[0] ?? "";
    const secrets = before.match(/^ {2}storage-lab:[\w.-]+:\n {4}secure: .*\n/gm)?.join("") ?? "";
    const config = { "storage-lab:program": this.program, [`storage-lab:${this.program}`]: settings };
    const lines = stringify(config, { lineWidth: 0 }).replace(/^(?=.)/gm, "  ");
    writeFileSync(this.file, `${salt}\nconfig:\n${lines}${secrets}`);
  }

  up(...flags: string[]): Promise<Ended> {
    return this.pulumi("up", ["--yes", "--skip-preview", ...flags]);
  }

  /** `pulumi preview|refresh --expect-no-changes`. */
  async unchanged(): Promise<void> {
    await this.must(["preview", "--stack", this.name, "--expect-no-changes"]);
    await this.must(["refresh", "--stack", this.name, "--yes", "--skip-preview", "--expect-no-changes"]);
  }

  preview(...flags: string[]): Promise<Ended> {
    return this.pulumi("preview", flags);
  }

  refresh(...flags: string[]): Promise<Ended> {
    return this.pulumi("refresh", ["--yes", "--skip-preview", ...flags]);
  }

  destroy(): Promise<Ended> {
    return this.pulumi("destroy", ["--yes", "--skip-preview"]);
  }

  /** `pulumi stack output`, parsed. */
  async outputs(): Promise<Record<string, unknown>> {
    const { stdout } = await this.must(["stack", "output", "--json", "--stack", this.name]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The names of all resources in its state, but for what the engine itself adds: the stack and the providers. */
  resources(): string[] {
    const state = JSON.parse(readFileSync(this.lab.files.stateOf(this.name), "utf8")) as {
      checkpoint: { latest?: { resources?: { urn: string }[] } };
    };
    const urns = (state.checkpoint.latest?.resources ?? []).map(({ urn }) => urn);
    return urns
      .filter((urn) => !/::pulumi:(pulumi:Stack|providers:\w+)::/.test(urn))
      .map((urn) => urn.split("::").at(-1) ?? "");
  }

  /** How often the engine has changed or looked at it. */
  updates(): number {
    const folder = join(this.lab.files.state, ".pulumi", "history", "storage-lab", this.name);
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".history.json")).length : 0;
  }

  /** Everything that Pulumi keeps of it in files. */
  texts(): string[] {
    return [readFileSync(this.lab.files.stateOf(this.name), "utf8"), readFileSync(this.file, "utf8")];
  }

  /** Forgets it; what it made must be destroyed before. */
  async remove(): Promise<void> {
    if (existsSync(this.lab.files.stateOf(this.name))) {
      await this.must(["stack", "rm", this.name, "--yes", "--force", "--preserve-config"]);
    }
    rmSync(this.file, { force: true });
  }

  private get file(): string {
    return stackFile(this.name);
  }

  private pulumi(verb: string, flags: string[]): Promise<Ended> {
    return this.lab.pulumi([verb, "--stack", this.name, ...flags], { limit: 900 });
  }

  private async setSecret(key: string, value: string): Promise<void> {
    await this.must(["config", "set", "--secret", key, "--stack", this.name], value);
  }

  private async must(words: string[], input?: string): Promise<Ended> {
    const ended = await this.lab.pulumi(words, { input });
    if (ended.exitCode !== 0) throw new Error(`pulumi ${words.join(" ")} failed:\n${ended.output}`);
    return ended;
  }
}
