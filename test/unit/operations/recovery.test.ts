import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LabFiles } from "../../../../embedded/cli/lab-files";
import type { Pulumi } from "../../../../embedded/cli/pulumi";
import { recover, settle, type Lookup } from "../../../../embedded/cli/recovery";
import type { Deployment } from "../../../../embedded/cli/stack-state";

const since = new Date("2026-01-01T10:00:00.700Z");
const urn = (name: string) => `urn:pulumi:course::storage-lab::kubernetes:core/v1:ConfigMap::${name}`;

const creating = (name: string, namespace?: string) => ({
  type: "creating",
  resource: { urn: urn(name), type: "kubernetes:core/v1:ConfigMap", inputs: { metadata: { name, namespace } } },
});

/** A cluster that has these objects, by name, made at these times. */
const cluster =
  (objects: Record<string, string>): Lookup =>
  ({ name }) =>
    Promise.resolve(objects[name] === undefined ? undefined : new Date(objects[name]));

test("an object that the killed run made is taken into the state, with its inputs and its id", async () => {
  const deployment: Deployment = {
    resources: [{ urn: "root", type: "t" }],
    pending_operations: [creating("a", "shiqi")],
  };
  const settled = await settle(deployment, cluster({ a: "2026-01-01T10:00:00Z" }), since);
  expect(settled.deployment).toEqual({
    resources: [
      { urn: "root", type: "t" },
      { ...creating("a", "shiqi").resource, id: "shiqi/a" },
    ],
    pending_operations: [],
  });
  expect(settled.adopted.map((resource) => resource.urn)).toEqual([urn("a")]);
});

test("an object that is in no namespace has its name for an id", async () => {
  const settled = await settle({ pending_operations: [creating("a")] }, cluster({ a: "2026-01-01T10:00:05Z" }), since);
  expect(settled.deployment.resources?.[0]?.id).toBe("a");
});

test("an object that is older than the killed run is somebody else's", async () => {
  const settled = await settle({ pending_operations: [creating("a")] }, cluster({ a: "2026-01-01T09:59:59Z" }), since);
  expect(settled.deployment).toEqual({ resources: [], pending_operations: [] });
  expect(settled.dropped.map((resource) => resource.urn)).toEqual([urn("a")]);
});

test("what was never made is dropped", async () => {
  const settled = await settle({ pending_operations: [creating("a")] }, cluster({}), since);
  expect(settled.deployment.resources).toEqual([]);
  expect(settled.dropped).toHaveLength(1);
});

test("a remote command is dropped: it has no object, and its script can run again", async () => {
  const resource = { urn: "urn::command", type: "command:remote:Command" };
  const lookup = () => Promise.reject(new Error("must not be asked"));
  const settled = await settle({ pending_operations: [{ type: "creating", resource }] }, lookup, since);
  expect(settled.dropped).toEqual([resource]);
});

test("an interrupted replacement puts the new object in the place of the old", async () => {
  const old = { ...creating("a").resource, id: "a", pendingReplacement: true };
  const settled = await settle(
    { resources: [old], pending_operations: [creating("a")] },
    cluster({ a: "2026-01-01T10:00:01Z" }),
    since,
  );
  expect(settled.deployment.resources).toEqual([{ ...creating("a").resource, id: "a" }]);
});

test("interrupted updates and deletions only lose their mark: the resource is in the state already", async () => {
  const kept = { ...creating("a").resource, id: "a" };
  const settled = await settle(
    { resources: [kept], pending_operations: [{ type: "updating", resource: kept }] },
    cluster({}),
    since,
  );
  expect(settled).toEqual({ deployment: { resources: [kept], pending_operations: [] }, adopted: [], dropped: [] });
});

test("the lock of a Pulumi that is about to be gone is waited for, and removed", async () => {
  const files = new LabFiles(mkdtempSync(join(tmpdir(), "recovery-")));
  const dying = spawn("sleep", ["0.5"]);
  const locks = files.locksOf("course");
  mkdirSync(locks, { recursive: true });
  writeFileSync(join(locks, "lock.json"), JSON.stringify({ pid: dying.pid, timestamp: new Date().toISOString() }));
  const notes: string[] = [];
  const step = { waiting: () => {}, note: (line: string) => notes.push(line) };
  const pulumi = { exists: () => true } as unknown as Pulumi;
  try {
    await recover(files, pulumi, "course", cluster({}), step);
    expect(dying.exitCode).toBe(0);
    expect(readdirSync(locks)).toEqual([]);
    expect(notes).toEqual(["course: an earlier run was killed; its lock is removed"]);
  } finally {
    rmSync(files.home, { recursive: true });
  }
});
