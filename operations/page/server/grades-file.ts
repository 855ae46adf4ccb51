import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { readGrades } from "../model/grades";

/** How often it is looked whether there is a new one, in milliseconds. */
const INTERVAL = 500;

export type Grades = NonNullable<ReturnType<typeof readGrades>>;

/** Follows what the grader writes while it works; the file may not be there yet. */
export class GradesFile {
  grades: Grades | undefined;

  /** @param file Undefined where there is no class. */
  constructor(
    private readonly file: string | undefined,
    private readonly onChange: () => void,
  ) {}

  start(): void {
    if (this.file === undefined) return;
    this.read();
    // By name: each writing is another file under the same name.
    watchFile(this.file, { interval: INTERVAL }, () => {
      this.read();
      this.onChange();
    });
  }

  stop(): void {
    if (this.file !== undefined) unwatchFile(this.file);
  }

  private read(): void {
    let text: string;
    try {
      text = readFileSync(this.file ?? "", "utf8");
    } catch {
      this.grades = undefined;
      return;
    }
    // One that is half written stays as it was.
    this.grades = readGrades(text) ?? this.grades;
  }
}
