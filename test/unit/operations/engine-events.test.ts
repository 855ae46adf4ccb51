import { appendFileSync, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineEvents } from "../../../operations/pulumi/engine-events";

let folder: string;
let events: EngineEvents;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "events-"));
  events = new EngineEvents(join(folder, "events"));
});
afterEach(() => {
  events.close();
  rmSync(folder, { recursive: true });
});

const urnOf = (type: string, name: string) => `urn:pulumi:course::storage-lab::storage-lab:nfs:Parent$${type}::${name}`;

/** What the engine writes, as Pulumi 3.259 does. */
const write = (event: object) => appendFileSync(events.path, `${JSON.stringify({ sequence: 1, ...event })}\n`);

const metadata = (op: string, type: string, name: string, custom = true) => {
  const urn = urnOf(type, name);
  return { metadata: { op, urn, type, new: op === "delete" ? null : { urn, custom }, old: { urn, custom } } };
};
const begins = (...of: Parameters<typeof metadata>) => write({ resourcePreEvent: metadata(...of) });
const ends = (...of: Parameters<typeof metadata>) => write({ resOutputsEvent: metadata(...of) });

const said = (severity: string, message: string, urn?: string, extra: object = {}) =>
  write({
    diagnosticEvent: {
      urn,
      ...(severity.startsWith("info") ? {} : { prefix: `${severity}: ` }),
      message: `${message}\n`,
      severity,
      ...extra,
    },
  });

describe("what is under way", () => {
  const namespace = ["kubernetes:core/v1:Namespace", "shiqi"] as const;
  const redis = ["kubernetes:apps/v1:StatefulSet", "redis"] as const;

  test("is the resource that was begun last and is not done", () => {
    expect(events.read()).toBeUndefined();
    begins("create", ...namespace);
    expect(events.read()).toBe("Namespace shiqi (create)");
    begins("update", ...redis);
    expect(events.read()).toBe("StatefulSet redis (update)");
    ends("update", ...redis);
    expect(events.read()).toBe("Namespace shiqi (create)");
    ends("create", ...namespace);
    expect(events.read()).toBeUndefined();
  });

  test("ends when it fails, too", () => {
    begins("delete", ...redis);
    expect(events.read()).toBe("StatefulSet redis (delete)");
    write({ resOpFailedEvent: { ...metadata("delete", ...redis), status: 0, steps: 1 } });
    expect(events.read()).toBeUndefined();
  });

  test("is neither a component, which takes as long as all in it, nor what stays the same", () => {
    begins("create", "storage-lab:nfs:NfsServer", "nas", false);
    begins("same", ...redis);
    expect(events.read()).toBeUndefined();
  });

  test("is understood from lines that arrive in pieces, within a character too", () => {
    const line = Buffer.from(`${JSON.stringify({ resourcePreEvent: metadata("create", namespace[0], "十七") })}\n`);
    const middle = line.indexOf("十") + 1;
    appendFileSync(events.path, line.subarray(0, middle));
    expect(events.read()).toBeUndefined();
    appendFileSync(events.path, line.subarray(middle));
    expect(events.read()).toBe("Namespace 十七 (create)");
  });
});

describe("what went wrong", () => {
  const command = urnOf("command:remote:Command", "nas-export");

  test("is told with all else that was said of the resource, and without what others said", () => {
    said("info", "nfs-server: /nfs is exported already\n", command);
    said("warning", "keeps its size", urnOf("storage-lab:storage:VolumeClass", "fast-ssd"));
    said("error", "Process exited with status 1\nrunning its script", command);
    said("error", 'namespaces "shiqi" already exists', urnOf("kubernetes:core/v1:Namespace", "shiqi"));
    expect(events.errors).toBe(
      [
        "  command:remote:Command (nas-export):",
        "    nfs-server: /nfs is exported already",
        "    error: Process exited with status 1",
        "    running its script",
        "  kubernetes:core/v1:Namespace (shiqi):",
        '    error: namespaces "shiqi" already exists',
      ].join("\n"),
    );
  });

  test("of no resource is the stack's", () => {
    said("error", "Pulumi.x.yaml has 2 errors; nothing was changed.\n  key: wrong");
    expect(events.errors).toBe(
      "  the stack:\n    error: Pulumi.x.yaml has 2 errors; nothing was changed.\n      key: wrong",
    );
  });

  test("is not that it went wrong, nor a line of progress or for developers", () => {
    said("error", "update failed");
    said("error", "waiting", command, { ephemeral: true });
    said("debug", "RegisterResource RPC prepared", command);
    expect(events.errors).toBe("");
  });

  test("is told although a full disk cut a line short", () => {
    appendFileSync(events.path, '{"sequence":1,"diagn\n');
    said("error", "no space left on device", command);
    expect(events.errors).toContain("error: no space left on device");
  });
});

test("the file, in which every resource's inputs are, is its owner's alone and gone at the end", () => {
  const other = new EngineEvents(join(folder, "other"));
  expect(statSync(other.path).mode & 0o777).toBe(0o600);
  other.close();
  expect(existsSync(other.path)).toBe(false);
});
