/** The program that a verb ran failed and has said so itself: nothing is left to print. */
export class ChildFailed extends Error {
  constructor(readonly exitCode: number) {
    super(`a program ended with exit code ${exitCode}`);
  }
}
