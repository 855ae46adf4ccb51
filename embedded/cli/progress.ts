import type { Reporter, Step } from "../toolkit/report";
import { duration, fit } from "./format";

/** Where progress goes; process.stderr in the program, a recording in tests. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface ProgressOptions {
  /** Redraw the running step in place and colour the marks; only where a person looks on. */
  live: boolean;
  /** Time between two lines about a long step where nothing can be redrawn, in milliseconds. @default 30000 */
  heartbeat?: number;
  /** Milliseconds since the epoch; for tests. */
  now?: () => number;
}

/** A terminal that can redraw and whose user has not asked for plain text (https://no-color.org). */
export function isLive(screen: Screen, environment: NodeJS.ProcessEnv = process.env): boolean {
  return screen.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb" && !environment.CI;
}

const marks = { ok: "✓", failed: "✗", running: "…", note: "·" };

/** Shows steps on a screen: one line redrawn where a person looks on, plain lines with a heartbeat elsewhere. */
export class Progress implements Reporter {
  private readonly running: { title: string; since: number; waiting?: string }[] = [];
  private readonly now: () => number;
  private drawn = false;

  constructor(
    private readonly screen: Screen,
    private readonly options: ProgressOptions,
  ) {
    this.now = options.now ?? Date.now;
  }

  async step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
    const entry: (typeof this.running)[number] = { title, since: this.now() };
    this.running.push(entry);
    if (this.options.live) this.redraw();
    else this.line("running", `${title} …`);
    const beat = setInterval(
      () => (this.options.live ? this.redraw() : this.heartbeat(entry)),
      this.options.live ? 200 : (this.options.heartbeat ?? 30_000),
    );
    try {
      const result = await work({
        waiting: (what) => {
          entry.waiting = what;
          if (this.options.live) this.redraw();
        },
        note: (line) => this.line("note", line),
      });
      this.end(entry, "ok");
      return result;
    } catch (error) {
      this.end(entry, "failed");
      throw error;
    } finally {
      clearInterval(beat);
    }
  }

  /** One line worth keeping that belongs to no step. */
  say(text: string): void {
    this.erase();
    this.screen.write(`${text}\n`);
  }

  private end(entry: (typeof this.running)[number], mark: "ok" | "failed"): void {
    this.running.splice(this.running.indexOf(entry), 1);
    const last = mark === "failed" && entry.waiting ? `, last: ${entry.waiting}` : "";
    this.line(mark, `${entry.title} (${duration(this.now() - entry.since)}${last})`);
  }

  private heartbeat(entry: { title: string; since: number; waiting?: string }): void {
    this.line("running", describe(entry, this.now()));
  }

  private line(mark: keyof typeof marks, text: string): void {
    this.erase();
    const colours = { ok: "\u001b[32m", failed: "\u001b[31m", running: "", note: "\u001b[2m" };
    const colour = this.options.live ? colours[mark] : "";
    this.screen.write(`${colour}${marks[mark]}${colour && "\u001b[0m"} ${text}\n`);
    if (this.options.live) this.redraw();
  }

  private redraw(): void {
    const entry = this.running.at(-1);
    if (!entry) return;
    this.erase();
    const text = `${marks.running} ${describe(entry, this.now())}`;
    this.screen.write(fit(text, (this.screen.columns ?? 80) - 1));
    this.drawn = true;
  }

  private erase(): void {
    if (this.drawn) this.screen.write("\r\u001b[K");
    this.drawn = false;
  }
}

function describe(entry: { title: string; since: number; waiting?: string }, now: number): string {
  return `${entry.title} (${duration(now - entry.since)})${entry.waiting ? `: waiting for ${entry.waiting}` : ""}`;
}
