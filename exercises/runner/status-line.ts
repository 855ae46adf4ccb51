/** Where progress goes; process.stderr in programs, a recording in tests. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** A terminal that can redraw and whose user has not asked for plain text (https://no-color.org). */
export function isLive(screen: Screen, environment: NodeJS.ProcessEnv = process.env): boolean {
  return screen.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb" && !environment.CI;
}

/** One line at the foot of a live screen, redrawn in place and cut to the screen's width. */
export class StatusLine {
  private drawn = false;

  constructor(private readonly screen: Screen) {}

  show(text: string): void {
    this.erase();
    const width = (this.screen.columns ?? 80) - 1;
    this.screen.write(text.length <= width ? text : `${text.slice(0, width - 1)}…`);
    this.drawn = true;
  }

  /** Makes room for lines that stay. */
  erase(): void {
    if (this.drawn) this.screen.write("\r\u001b[K");
    this.drawn = false;
  }
}
