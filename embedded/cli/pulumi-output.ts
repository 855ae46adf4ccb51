/** Follows what Pulumi prints while it works, to say what it is busy with. */
export class Activity {
  private readonly busy = new Map<string, string>();
  private rest = "";

  /** Takes the next piece of output and returns what is under way now, if that can be told. */
  read(text: string): string | undefined {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      // " +  kubernetes:core/v1:Namespace shiqi creating (0s)", and the same with "created" when it is done.
      const match = /^\s*[-+~><=]+\s+(\S+)\s+(\S+)\s+(.+?)\s*(\([\d.hms]+\))?\s*$/.exec(line);
      if (!match) continue;
      const [, type = "", name = "", status = ""] = match;
      const verb = /^(creating|updating|deleting|refreshing|reading|replacing)\b/.exec(status)?.[1];
      // A component or the stack is under way as long as anything in it is: that says nothing.
      if (/^(pulumi|storage-lab):/.test(type)) continue;
      if (verb) this.busy.set(`${type} ${name}`, `${type.split(":").at(-1)} ${name} (${verb})`);
      else this.busy.delete(`${type} ${name}`);
    }
    return [...this.busy.values()].at(-1);
  }
}

/** The part of Pulumi's output that says what went wrong: its diagnostics, or else its last words. */
export function diagnostics(output: string): string {
  const lines = output.split("\n");
  const start = lines.lastIndexOf("Diagnostics:");
  if (start < 0) {
    const words = lines.filter((line) => line.trim() !== "");
    return words.slice(-15).join("\n");
  }
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^(Outputs|Resources|Duration|Policies):?/.test(line));
  const kept = after.slice(0, end < 0 ? undefined : end);
  return kept
    .join("\n")
    .replace(/^ {2}pulumi:pulumi:Stack \([^)]*\):\n {4}error: (update|preview|refresh|destroy) failed\n?/m, "")
    .replace(/\n{2,}/g, "\n")
    .replace(/^\n+/, "")
    .trimEnd();
}
