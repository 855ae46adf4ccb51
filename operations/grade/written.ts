/** How often a file is written at most, in milliseconds. */
const PAUSE = 500;

/** Writes what changes often, now and then, and the last of it. */
export class Written<T> {
  private waiting: { value: T } | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly write: (value: T) => void) {}

  later(value: T): void {
    this.waiting = { value };
    this.timer ??= setTimeout(() => this.now(), PAUSE);
  }

  now(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting) this.write(this.waiting.value);
    this.waiting = undefined;
  }
}
