import { closeSync, fstatSync, openSync, readSync, rmSync } from "node:fs";
import type { DiagnosticEvent, EngineEvent } from "@pulumi/pulumi/automation";

/** A resource that failed, and Pulumi's words about it. */
export interface FailedResource {
  /** Of a failure that is of no resource: "the stack". */
  urn: string;
  words: string;
}

/** Follows what Pulumi's engine writes to its `--event-log` while it works: what is under way, and what went wrong. */
export class EngineEvents {
  private readonly file: number;
  /** How much of the file was read. */
  private position = 0;
  private rest: Buffer = Buffer.alloc(0);
  private readonly busy = new Map<string, string>();
  private readonly said = new Map<string, { text: string; wrong: boolean }>();

  /** @param path The file; it is made here, and removed by `close`. */
  constructor(readonly path: string) {
    this.file = openSync(path, "w+", 0o600);
  }

  close(): void {
    closeSync(this.file);
    rmSync(this.path, { force: true });
  }

  /** Takes what was written since the last look and returns the latest operation that is under way, if there is one. */
  read(): string | undefined {
    const text = Buffer.concat([this.rest, this.added()]);
    const end = text.lastIndexOf("\n") + 1;
    this.rest = text.subarray(end);
    for (const line of text.toString("utf8", 0, end).split("\n")) this.take(parse(line));
    return [...this.busy.values()].at(-1);
  }

  /** What was written since the last look: the whole file would be megabytes, for each line that Pulumi prints. */
  private added(): Buffer {
    const added = Buffer.alloc(Math.max(0, fstatSync(this.file).size - this.position));
    const length = readSync(this.file, added, 0, added.length, this.position);
    this.position += length;
    return added.subarray(0, length);
  }

  /** What went wrong, by resource, with all else that was said of it. */
  get failed(): FailedResource[] {
    this.read();
    return [...this.said].flatMap(([urn, { text, wrong }]) => (wrong ? [{ urn, words: text.trimEnd() }] : []));
  }

  /** The same as lines of an error; empty where nothing went wrong. */
  get errors(): string {
    const indented = (words: string): string => words.replace(/\n+/g, "\n    ");
    return this.failed.map(({ urn, words }) => `  ${titleOf(urn)}:\n    ${indented(words)}`).join("\n");
  }

  private take({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }: Partial<EngineEvent>): void {
    const begun = resourcePreEvent?.metadata;
    // A component or the stack is under way as long as anything in it is: that says nothing.
    if (begun && begun.op !== "same" && (begun.new ?? begun.old)?.custom) {
      this.busy.set(begun.urn, `${begun.type.split(":").at(-1)} ${begun.urn.split("::").at(-1)} (${begun.op})`);
    }
    const ended = resOutputsEvent ?? resOpFailedEvent;
    if (ended) this.busy.delete(ended.metadata.urn);
    if (diagnosticEvent) this.hear(diagnosticEvent);
  }

  private hear({ urn = "the stack", prefix = "", message, severity, ephemeral }: DiagnosticEvent): void {
    // That the whole has failed is known; why is said elsewhere.
    if (ephemeral || prefix === "debug: " || /^\w+ failed\s*$/.test(message)) return;
    const before = this.said.get(urn);
    const wrong = severity === "error" || before?.wrong === true;
    this.said.set(urn, { text: `${before?.text ?? ""}${prefix}${message}\n`, wrong });
  }
}

function parse(line: string): Partial<EngineEvent> {
  try {
    return line === "" ? {} : (JSON.parse(line) as EngineEvent);
  } catch {
    // A disk that is full cuts lines short; what Pulumi printed says so.
    return {};
  }
}

/** "kubernetes:core/v1:Namespace (shiqi)" */
function titleOf(urn: string): string {
  const [name = urn, type] = urn.split("::").reverse();
  return type === undefined ? name : `${type.split("$").at(-1)} (${name})`;
}
