/** An error that the user can fix: printed as its message and its remedy, never as a stack trace. */
export class LabError extends Error {
  /**
   * @param message What is wrong, naming the file, key or host.
   * @param remedy What to do about it, as a sentence or a command.
   * @param exitCode 1: the lab failed; 2: wrong use.
   */
  constructor(
    message: string,
    readonly remedy?: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
    this.name = "LabError";
  }
}
