import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "../../embedded/cli/lab-files";
import type { Comeback } from "./accident-table";
import type { Accident } from "./accidents/accident";
import { headCommit } from "./changing-part";

/** What has come back so far at the present commit: a whole run takes longer than an hour, and can go on after a failure. */
export class Comebacks {
  private readonly seconds: Record<string, number>;

  constructor(
    private readonly file = join(projectRoot, "reports/comebacks.json"),
    private readonly commit = headCommit().trim(),
  ) {
    const kept = existsSync(file)
      ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, typeof this.seconds>)
      : {};
    this.seconds = kept[commit] ?? {};
  }

  add({ accidents, seconds }: Comeback): void {
    this.seconds[keyOf(accidents)] = seconds;
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, `${JSON.stringify({ [this.commit]: this.seconds }, null, 2)}\n`);
  }

  /** Those of these accidents, alone or in a row, in the given order; what is missing has not come back yet. */
  of(wanted: Accident[][]): Comeback[] {
    return wanted.flatMap((accidents) => {
      const seconds = this.seconds[keyOf(accidents)];
      return seconds === undefined ? [] : [{ accidents, seconds }];
    });
  }
}

function keyOf(accidents: Accident[]): string {
  return accidents.map(({ id }) => id).join(", ");
}
