import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "../lab";
import { hashOfCode } from "./card-code";

const grantSchema = z.strictObject({
  student: z.string(),
  /** When the code opens nothing any more. */
  expires: z.iso.datetime(),
  /** How long the kubeconfig is valid. */
  hours: z.int().min(1),
  /** Address of the API server as students reach it. @default as the class's own kubeconfig has it */
  server: z.string().optional(),
});

/** What a code opens. */
export type Grant = z.output<typeof grantSchema>;

/** A code that was used, while what it opens is being made. */
export interface Taken {
  grant: Grant;
  /** It is used up for good. */
  done(): Promise<void>;
  /** It can be used again: nothing was handed out. */
  giveBack(): Promise<void>;
}

const OPEN = ".json";
const TAKEN = ".taken";

/**
 * The codes of a class's cards: a file for each, that is called by the code's hash and read by this user alone. A code is
 * used up by renaming its file, which of two requests at once only one can.
 */
export class IssuedCodes {
  constructor(private readonly folder: string) {}

  /** Those of a stack's class. */
  static ofStack(stack: string): IssuedCodes {
    return new IssuedCodes(join(projectRoot, ".storage-lab", "cards", stack.replaceAll("/", "_")));
  }

  /** Makes codes valid, and void all that these students had before. */
  async issue(codes: Map<string, Grant>, now = new Date()): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const students = new Set([...codes.values()].map(({ student }) => student));
    for (const file of await this.files()) {
      const grant = await this.read(file);
      if (!grant || students.has(grant.student) || hasEnded(grant, now)) await this.remove(file);
    }
    for (const [code, grant] of codes) {
      const file = join(this.folder, hashOfCode(code) + OPEN);
      await writeFile(file, JSON.stringify(grant), { mode: 0o600, flag: "wx" });
    }
  }

  /** Voids all of them. */
  voidAll(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  /** Takes what a code opens, so that nobody else can; undefined where it opens nothing. */
  async take(code: string, now = new Date()): Promise<Taken | undefined> {
    const name = hashOfCode(code);
    const [open, taken] = [name + OPEN, name + TAKEN];
    if (!(await this.renamed(open, taken))) return undefined;
    const grant = await this.read(taken);
    const done = () => this.remove(taken);
    if (grant && !hasEnded(grant, now)) {
      // Where new cards were made meanwhile, the file is gone, and the code with it.
      return { grant, done, giveBack: async () => void (await this.renamed(taken, open)) };
    }
    await done();
    return undefined;
  }

  /** How many can still be used. */
  async count(now = new Date()): Promise<number> {
    const open = (await this.files()).filter((file) => file.endsWith(OPEN));
    const grants = await Promise.all(open.map((file) => this.read(file)));
    return grants.filter((grant) => grant && !hasEnded(grant, now)).length;
  }

  private async files(): Promise<string[]> {
    const names = await readdir(this.folder).catch(unlessMissing);
    return (names ?? []).filter((name) => name.endsWith(OPEN) || name.endsWith(TAKEN));
  }

  private async renamed(from: string, to: string): Promise<boolean> {
    const missing = Symbol();
    const answer = await rename(join(this.folder, from), join(this.folder, to)).catch((error: unknown) => {
      unlessMissing(error);
      return missing;
    });
    return answer !== missing;
  }

  /** Undefined where it is gone, or was not written whole. */
  private async read(file: string): Promise<Grant | undefined> {
    const text = await readFile(join(this.folder, file), "utf8").catch(unlessMissing);
    try {
      return grantSchema.safeParse(JSON.parse(text ?? "null")).data;
    } catch {
      return undefined;
    }
  }

  private remove(file: string): Promise<void> {
    return rm(join(this.folder, file), { force: true });
  }
}

const hasEnded = ({ expires }: Grant, now: Date): boolean => new Date(expires) <= now;

function unlessMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
