import { duration } from "./progress";

/** Tells how far something is that takes the same time for each of many students, and when it may be done. */
export class Estimate {
  private done = 0;
  private readonly start: number;

  /** @param now Milliseconds since 1970; for tests. */
  constructor(
    private readonly total: number,
    private readonly now: () => number = Date.now,
  ) {
    this.start = now();
  }

  /** Notes that so many more are done. */
  add(count: number): void {
    this.done += count;
  }

  /** "90 of 300 students, about 2 min 10 s left" */
  get text(): string {
    const far = `${this.done} of ${this.total} students`;
    if (this.done === 0 || this.done >= this.total) return far;
    const left = ((this.now() - this.start) / this.done) * (this.total - this.done);
    return `${far}, about ${duration(left)} left`;
  }
}
