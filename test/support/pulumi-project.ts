import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { wentWell } from "./expectations";
import type { Ended, TestLab } from "./test-lab";

/** Plain settings by name, and as `secrets` those that Pulumi keeps encrypted. */
export interface ProjectSettings {
  [name: string]: unknown;
  secrets?: Record<string, string>;
}

/** A Pulumi project of its own, in any folder, with one stack on the test's lab. */
export class PulumiProject {
  /** Ends so that git ignores its config file. */
  readonly stack = "alone-sandbox-test";

  constructor(
    private readonly lab: TestLab,
    readonly folder: string,
  ) {}

  /** Makes the empty stack with these settings; what a killed run left of it is forgotten first. */
  async init({ secrets = {}, ...settings }: ProjectSettings): Promise<void> {
    await this.remove();
    const { name } = parse(readFileSync(join(this.folder, "Pulumi.yaml"), "utf8")) as { name: string };
    const config = Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${name}:${key}`, value]));
    writeFileSync(this.file, stringify({ config }));
    wentWell(await this.lab.pulumi(["--cwd", this.folder, "stack", "init", this.stack]));
    for (const [key, value] of Object.entries(secrets)) {
      wentWell(await this.pulumi(["config", "set", "--secret", key], value));
    }
  }

  preview(...flags: string[]): Promise<Ended> {
    return this.pulumi(["preview", ...flags]);
  }

  /** `pulumi up` as a user calls it, preview included. */
  up(): Promise<Ended> {
    return this.pulumi(["up", "--yes"]);
  }

  destroy(): Promise<Ended> {
    return this.pulumi(["destroy", "--yes", "--skip-preview"]);
  }

  /** Forgets it; what it made must be destroyed before. */
  async remove(): Promise<void> {
    await this.pulumi(["stack", "rm", "--yes", "--force"]);
    rmSync(this.file, { force: true });
  }

  private get file(): string {
    return join(this.folder, `Pulumi.${this.stack}.yaml`);
  }

  private pulumi(words: string[], input?: string): Promise<Ended> {
    return this.lab.pulumi(["--cwd", this.folder, ...words, "--stack", this.stack], { input });
  }
}
