import { type Screen, StatusLine } from "./status-line";

/** Tells the user what is going on. {@link Progress} implements it; what does the work only knows this interface. */
export interface Reporter {
  /** Runs one long step, showing its title, what it waits for and how long it took. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
}

export interface Step {
  /** What the step waits for now, as it should be shown to the user: "node1 to answer on port 22". */
  waiting(what: string): void;
  /** One line worth keeping on the screen. */
  note(line: string): void;
}

/** Says nothing; for tests. */
export const silent: Reporter = {
  step: (_title, work) => work({ waiting: () => {}, note: () => {} }),
};

export interface ProgressOptions {
  /** Redraw the running step in place and colour the marks; only where a person looks on. */
  live: boolean;
  /** Time between two lines about a long step where nothing can be redrawn, in milliseconds. @default 30000 */
  heartbeat?: number;
  /** Milliseconds since the epoch; for tests. */
  now?: () => number;
}

const marks = { ok: "✓", failed: "✗", running: "…", note: "·" };

/** Shows steps on a screen: one line redrawn where a person looks on, plain lines with a heartbeat elsewhere. */
export class Progress implements Reporter {
  private readonly running: { title: string; since: number; waiting?: string }[] = [];
  private readonly now: () => number;
  private readonly foot: StatusLine;

  constructor(
    private readonly screen: Screen,
    private readonly options: ProgressOptions,
  ) {
    this.now = options.now ?? Date.now;
    this.foot = new StatusLine(screen);
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
    this.foot.erase();
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
    this.foot.erase();
    const colours = { ok: "\u001b[32m", failed: "\u001b[31m", running: "", note: "\u001b[2m" };
    const colour = this.options.live ? colours[mark] : "";
    this.screen.write(`${colour}${marks[mark]}${colour && "\u001b[0m"} ${text}\n`);
    if (this.options.live) this.redraw();
  }

  private redraw(): void {
    const entry = this.running.at(-1);
    if (entry) this.foot.show(`${marks.running} ${describe(entry, this.now())}`);
  }
}

function describe(entry: { title: string; since: number; waiting?: string }, now: number): string {
  return `${entry.title} (${duration(now - entry.since)})${entry.waiting ? `: waiting for ${entry.waiting}` : ""}`;
}

/** A duration as people read it: "0.4 s", "12 s", "3 min 05 s". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
