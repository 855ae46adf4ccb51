/** What an exercise found wrong: printed as its message and remedy, never as a stack trace. */
export class Failure extends Error {
  /**
   * @param message What is wrong, naming the object, with what was expected and what was found.
   * @param remedy What to look at or to do next.
   */
  constructor(
    message: string,
    readonly remedy?: string,
  ) {
    super(message);
    this.name = "Failure";
  }
}

/** The program was called in a way in which it cannot run at all. */
export class WrongUse extends Failure {}

/** An object of the course that the cluster lacks: a failure like any other, since nothing may be skipped in silence. */
export function missing(object: string): Failure {
  return new Failure(
    `not in this cluster: ${object}`,
    "bring up the course stack, or name the exercises that fit this cluster with --only",
  );
}
