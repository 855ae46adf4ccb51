/** What the user can fix, in an exercise, a cluster or the lab: printed as its message and remedy, never as a stack trace. */
export class Failure extends Error {
  /** How the program ends that it ends: 1, it failed; 2, wrong usage. */
  readonly exitCode: 1 | 2 = 1;

  /**
   * @param message What is wrong, naming the object, file, key or host, with what was expected and what was found.
   * @param remedy What to look at or to do next, as a sentence or a command.
   */
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
    this.name = "Failure";
  }

  /** As a terminal shows it. */
  get text(): string {
    const remedy = this.remedy ? `\n  → ${this.remedy.replaceAll("\n", "\n    ")}` : "";
    return `error: ${this.message}${remedy}\n`;
  }
}

/**
 * Waits for all of several things, and then throws what failed of them, all of it together. What is no {@link Failure} is
 * thrown as it is.
 */
export async function together(things: Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(things);
  const errors = ends.flatMap((end): unknown[] => (end.status === "rejected" ? [end.reason] : []));
  const unexpected = errors.find((error) => !(error instanceof Failure));
  if (unexpected !== undefined) throw unexpected as Error;
  const failures = errors as Failure[];
  if (failures.length === 0) return;
  if (failures.length === 1) throw failures[0] as Failure;
  const distinct = (texts: (string | undefined)[]) =>
    [...new Set(texts.filter((text) => text !== undefined))].join("\n");
  throw new Failure(distinct(failures.map(({ message }) => message)), distinct(failures.map(({ remedy }) => remedy)));
}

/** The program was called in a way in which it cannot run at all. */
export class WrongUse extends Failure {
  override readonly exitCode = 2;
}

/** An object of the course that the cluster lacks: a failure like any other, since nothing may be skipped in silence. */
export function missing(object: string): Failure {
  return new Failure(
    `not in this cluster: ${object}`,
    "bring up the course stack, or name the exercises that fit this cluster with --only",
  );
}
