import type { Context } from "../../runner/exercise";
import { Failure } from "../../runner/failure";

/** By how much the clocks of two hosts may differ, in milliseconds. */
const clockSkew = 2000;

/** Records steps with their times, and fails when one was before another that must come first. */
export class Timeline {
  private steps = 0;
  private latest?: { what: string; at: Date };
  /** What the cluster's clock shows when this machine's shows 0, in milliseconds. */
  private readonly ahead: number;

  /** @param now The creation time of an object that was created just now: this machine's clock may be another time. */
  constructor(
    private readonly context: Context,
    now: Date = new Date(),
  ) {
    const difference = now.getTime() - Date.now();
    this.ahead = Math.abs(difference) > clockSkew ? difference : 0;
  }

  /** The time of what this machine does or sees. */
  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  /**
   * Records a step; fails if it was before an earlier one, by more than clocks differ.
   * @param at Of an object in whole seconds, the fraction cut off; of a log line with a fraction.
   */
  step(what: string, at: Date, detail: string): void {
    this.context.saw(`${++this.steps} ${what}`, `${timeOf(at)} ${detail}`);
    const { latest } = this;
    if (latest && lastMoment(at) + clockSkew < latest.at.getTime()) {
      throw new Failure(
        `"${what}" should come after "${latest.what}", but was at ${timeOf(at)}, before ${timeOf(latest.at)}`,
        "compare the clocks of the hosts, on each with `date`: they may differ by 2 s",
      );
    }
    if (!latest || at > latest.at) this.latest = { what, at };
  }
}

function isWhole(at: Date): boolean {
  return at.getMilliseconds() === 0;
}

function lastMoment(at: Date): number {
  return at.getTime() + (isWhole(at) ? 999 : 0);
}

function timeOf(at: Date): string {
  return at.toISOString().slice(11, isWhole(at) ? 19 : 23);
}
