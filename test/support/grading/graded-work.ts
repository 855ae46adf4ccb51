import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Results } from "../../../grading/runner/results-schema";
import { wentWell } from "../expectations";
import type { TestClass } from "../test-class";
import type { TestLab } from "../test-lab";
import { type Attempt, difference } from "./attempts";

/** What students of a class do with their own rights, and what it is graded with. */
export class GradedWork {
  private readonly folder = mkdtempSync(join(tmpdir(), "storage-lab-graded-"));

  constructor(
    private readonly lab: TestLab,
    private readonly school: Pick<TestClass, "name" | "verb" | "stack">,
  ) {}

  /** Every student makes these attempts; answers what differs from what is written down. */
  async differences(work: (readonly [student: string, attempts: Attempt[]])[]): Promise<string[]> {
    await Promise.all(
      work.map(([student, attempts]) => this.as(student, attempts.map(({ script }) => script).join(" && "))),
    );
    const results = await this.grade(
      work.map(([student]) => student),
      [...new Set(work.flatMap(([, attempts]) => attempts.map(({ exercise }) => exercise)))],
    );
    return work.flatMap(([name, attempts]) => {
      const grades = results.students.find((student) => student.name === name)?.exercises ?? {};
      return attempts
        .flatMap((attempt) => difference(attempt, grades[attempt.exercise]) ?? [])
        .map((line) => `${name}: ${line}`);
    });
  }

  /** What grading says, as a program reads it. */
  async grade(students: string[], exercises: string[]): Promise<Results> {
    const words = ["--student", ...students, "--exercise", ...exercises, "--json"];
    const ended = await this.lab.run([
      "exec",
      "--",
      "./storage-lab",
      "--stack",
      this.school.stack.name,
      "grade",
      ...words,
    ]);
    return JSON.parse(wentWell(ended).stdout) as Results;
  }

  /** A command with the student's kubeconfig; answers its standard output. */
  async as(student: string, command: string): Promise<string> {
    if (!existsSync(this.access(student))) await this.enter(student);
    const ended = await this.lab.run([
      "exec",
      "--",
      "env",
      `KUBECONFIG=${this.access(student)}`,
      "bash",
      "-c",
      command,
    ]);
    return wentWell(ended).stdout;
  }

  /** Deletes what attempts make; the data on the NAS stays. */
  async tidy(students: string[]): Promise<void> {
    await Promise.all(
      students.map((student) => {
        const volumes = [1, 2, 3].map((number) => `pv/${this.school.name}-${student}.own-${number}`).join(" ");
        const gone = "--ignore-not-found --timeout=120s";
        return this.as(
          student,
          `kubectl delete statefulset/cache statefulset/store pod/notes pod/cache-0 service/store ${gone} && ` +
            `kubectl delete ${CLAIMS.map((claim) => `pvc/${claim}`).join(" ")} ${gone} && kubectl delete ${volumes} ${gone}`,
        );
      }),
    );
  }

  /** Forgets the accesses. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async enter(student: string): Promise<void> {
    const { stdout } = wentWell(await this.school.verb("kubeconfig", student));
    writeFileSync(this.access(student), stdout, { mode: 0o600 });
  }

  private access(student: string): string {
    return join(this.folder, `${student}.kubeconfig`);
  }
}

const CLAIMS = ["notes", "my-notes", "reserved", "intruder", "cache", "data", "rest", "data-store-0", "data-store-1"];
