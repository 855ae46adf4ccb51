import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "../../../operations/pulumi/deployment";
import type { Pulumi } from "../../../operations/pulumi/pulumi";
import { recover, settle, type Lookup } from "../../../operations/pulumi/recovery";

const urn = (name: string) => `urn:pulumi:course::storage-lab::kubernetes:core/v1:ConfigMap::${name}`;

const creating = (name: string, namespace?: string) => ({
  type: "creating",
  resource: {
    urn: urn(name),
    type: "kubernetes:core/v1:ConfigMap",
    inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } },
  },
});

/** The resource of such an operation, as it is in the state afterwards: the plugin replaces one without such outputs. */
const adopted = (name: string, namespace?: string) => {
  const { resource } = creating(name, namespace);
  const { inputs } = resource;
  const id = namespace === undefined ? name : `${namespace}/${name}`;
  return { ...resource, id, outputs: { ...inputs, __inputs: inputs, __initialApiVersion: "v1" } };
};

/** A cluster that has objects of these names with the stack's mark. */
const marked =
  (...names: string[]): Lookup =>
  ({ name }) =>
    Promise.resolve(names.includes(name));

test("an object that the killed run made is taken into the state, with what the plugin compares with", async () => {
  const deployment: Deployment = {
    resources: [{ urn: "root", type: "t" }],
    pending_operations: [creating("a", "shiqi")],
  };
  const settled = await settle(deployment, marked("a"));
  expect(settled.deployment).toEqual({
    resources: [{ urn: "root", type: "t" }, adopted("a", "shiqi")],
    pending_operations: [],
  });
  expect(settled.adopted.map((resource) => resource.urn)).toEqual([urn("a")]);
});

test("an object that is in no namespace has its name for an id", async () => {
  const settled = await settle({ pending_operations: [creating("a")] }, marked("a"));
  expect(settled.deployment.resources?.[0]?.id).toBe("a");
});

test("an object without the stack's mark is somebody else's", async () => {
  const settled = await settle({ pending_operations: [creating("a")] }, marked());
  expect(settled.deployment).toEqual({ resources: [], pending_operations: [] });
  expect(settled.dropped.map((resource) => resource.urn)).toEqual([urn("a")]);
});

test("what was never made is dropped", async () => {
  const settled = await settle({ pending_operations: [creating("a")] }, marked());
  expect(settled.deployment.resources).toEqual([]);
  expect(settled.dropped).toHaveLength(1);
});

test("a remote command is dropped: it has no object, and its script can run again", async () => {
  const resource = { urn: "urn::command", type: "command:remote:Command" };
  const lookup = () => Promise.reject(new Error("must not be asked"));
  const settled = await settle({ pending_operations: [{ type: "creating", resource }] }, lookup);
  expect(settled.dropped).toEqual([resource]);
});

test("an interrupted replacement puts the new object in the place of the old", async () => {
  const old = { ...creating("a").resource, id: "a", pendingReplacement: true };
  const settled = await settle({ resources: [old], pending_operations: [creating("a")] }, marked("a"));
  expect(settled.deployment.resources).toEqual([adopted("a")]);
});

test("interrupted updates and deletions only lose their mark: the resource is in the state already", async () => {
  const kept = { ...creating("a").resource, id: "a" };
  const settled = await settle(
    { resources: [kept], pending_operations: [{ type: "updating", resource: kept }] },
    marked(),
  );
  expect(settled).toEqual({ deployment: { resources: [kept], pending_operations: [] }, adopted: [], dropped: [] });
});

describe("the lock of another Pulumi", () => {
  const step = { waiting: () => {}, note: () => {} };
  let locks: string;
  beforeEach(() => {
    locks = mkdtempSync(join(tmpdir(), "recovery-"));
  });
  afterEach(() => rmSync(locks, { recursive: true }));
  const lock = (content: object) => {
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "lock.json"), JSON.stringify({ timestamp: new Date().toISOString(), ...content }));
  };
  const pulumi = { state: () => Promise.resolve(undefined) } as unknown as Pulumi;
  const run = (notes: string[] = []) =>
    recover(
      pulumi,
      "course",
      { state: undefined, locks, lookup: marked() },
      { ...step, note: (line) => notes.push(line) },
    );

  test("that is about to be gone is waited for, and removed", async () => {
    const dying = spawn("sleep", ["1.5"]);
    lock({ pid: dying.pid });
    const notes: string[] = [];
    await run(notes);
    expect(dying.exitCode).toBe(0);
    expect(readdirSync(locks)).toEqual([]);
    expect(notes).toEqual(["course: an earlier run was killed; its lock is removed"]);
  });

  test("is removed where a younger process has its number", async () => {
    lock({ pid: process.pid, timestamp: new Date(0).toISOString() });
    await run();
    expect(readdirSync(locks)).toEqual([]);
  });

  test.each(["", "{}"])("that a full disk has cut off, to %j, is removed", async (text) => {
    writeFileSync(join(locks, "lock.json"), text);
    await run();
    expect(readdirSync(locks)).toEqual([]);
  });

  test("that was taken on another machine stays, and the error says how it is removed", async () => {
    lock({ pid: 1, hostname: "elsewhere" });
    await expect(run()).rejects.toMatchObject({
      message: expect.stringContaining("on elsewhere") as string,
      remedy: expect.stringContaining("pulumi cancel course") as string,
    });
    expect(readdirSync(locks)).toEqual(["lock.json"]);
  });
});
