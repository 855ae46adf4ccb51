import { randomUUID } from "node:crypto";

/** A script for a host, and its argument. */
export interface HostScript {
  text: string;
  action: string;
}

/** What one of several scripts said, and how it ended. */
export interface ScriptOutput {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Several scripts as one, each in a shell of its own; on small hosts a login costs more than a look. */
export class JoinedScripts {
  /** Stands alone in a line after what a script has said; no script can know it. */
  private readonly mark = `## ${randomUUID()}`;

  constructor(private readonly scripts: readonly HostScript[]) {}

  get text(): string {
    const parts = this.scripts.map(
      ({ text, action }) =>
        `(\nset -- ${action}\n${text}\n)\ncode=$?\nprintf '\\n%s %s\\n' '${this.mark}' "$code"\nprintf '\\n%s\\n' '${this.mark}' >&2\n`,
    );
    return `${parts.join("")}exit 0\n`;
  }

  /** What each has said, without a last newline; undefined for one that did not come to its end. */
  split(stdout: string, stderr: string): (ScriptOutput | undefined)[] {
    const said = stdout.split(`\n${this.mark}`);
    const complained = stderr.split(`\n${this.mark}`);
    return this.scripts.map((_, index) => {
      const code = /^ (\d+)/.exec(said[index + 1] ?? "")?.[1];
      if (code === undefined) return undefined;
      // The line of a mark ends after it.
      const text = (parts: string[]) => (parts[index] ?? "").replace(index === 0 ? "" : /^.*\n/, "").replace(/\n$/, "");
      return { exitCode: Number(code), stdout: text(said), stderr: text(complained) };
    });
  }
}
