import { setImmediate } from "node:timers/promises";
import { runInThisContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import {
  type AccessMode,
  MysqlStatefulSet,
  NfsClient,
  NfsDirectories,
  NfsServer,
  RedisStatefulSet,
  StaticVolume,
} from "../../../components/index";
import { deploy, inClear, type Registered } from "../mocks";

// Values that the types allow, or that come as `any`: another stack's output that is not there, a list in place of a text.

const connection = { host: "192.168.110.168", privateKey: "KEY" };
/** As `StackReference.getOutput` hands over what the other stack does not have. */
const missing = (): pulumi.Output<unknown> => pulumi.output(undefined as unknown);

const server = (change: object) =>
  deploy(() => new NfsServer("nas", { connection, clients: ["10.0.0.0/8"], ...change }));
const directories = (change: object) =>
  deploy(() => new NfsDirectories("dirs", { connection, exportPath: "/nfs", names: ["one"], ...change }));
const client = (change: object) =>
  deploy(() => new NfsClient("node1", { connection, server: "nas", path: "/nfs", ...change }));
const redisArgs = {
  statefulSetName: "redis",
  serviceName: "redis",
  namespace: "shiqi",
  storage: { template: { name: "data", storageClassName: "nfs-client" } },
};
const redis = (change: object, name = "redis") => deploy(() => new RedisStatefulSet(name, { ...redisArgs, ...change }));
const mysql = (change: object) =>
  deploy(() => new MysqlStatefulSet("mysql", { ...redisArgs, rootPassword: "s3cr3t", ...change }));

/**
 * What a program ends with, each error once: those of Outputs reach nobody but the process, as in a real deployment, where
 * Pulumi's language host reports them.
 */
async function errorsOf(run: () => Promise<unknown>): Promise<unknown[]> {
  // Jest's tests get a copy of the process, which hears nothing.
  const real = runInThisContext("process") as typeof process;
  const jests = real.listeners("unhandledRejection");
  const errors = new Set<unknown>();
  const note = (error: unknown) => void errors.add(error);
  real.removeAllListeners("unhandledRejection").on("unhandledRejection", note);
  try {
    await run().catch(note);
    await setImmediate();
  } finally {
    real.removeAllListeners("unhandledRejection");
    for (const listener of jests) real.on("unhandledRejection", listener);
  }
  return [...errors];
}

describe("what is not there, or of another kind, is named", () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ["path", () => server({ path: missing() }), "path of NfsServer nas"],
    ["exportName", () => server({ exportName: missing() }), "exportName of NfsServer nas"],
    ["clients", () => server({ clients: missing() }), "clients of NfsServer nas"],
    ["one of the clients", () => server({ clients: ["10.0.0.0/8", missing()] }), "clients of NfsServer nas"],
    ["a text for clients", () => server({ clients: "10.0.0.0/8" }), "clients of NfsServer nas"],
    ["options", () => server({ options: missing() }), "options of NfsServer nas"],
    ["mode", () => server({ mode: missing() }), "mode of NfsServer nas"],
    ["a number for path", () => server({ path: 5 }), "path of NfsServer nas"],
    ["clientWait", () => server({ clientWait: 1.5 }), "clientWait of NfsServer nas"],
    ["clientWait as a text", () => server({ clientWait: "soon" }), "clientWait of NfsServer nas"],
    ["names", () => directories({ names: missing() }), "names of NfsDirectories dirs"],
    ["one of the names", () => directories({ names: ["one", missing()] }), "names of NfsDirectories dirs"],
    ["owner", () => directories({ owner: missing() }), "owner of NfsDirectories dirs"],
    ["the client's server", () => client({ server: missing() }), "server of NfsClient node1"],
    ["an empty server", () => client({ server: "" }), "server of NfsClient node1"],
    ["a server that mount takes for an option", () => client({ server: "-o" }), "server of NfsClient node1"],
    ["the client's path", () => client({ path: missing() }), "path of NfsClient node1"],
    ["image", () => redis({ image: missing() }), "image of RedisStatefulSet redis"],
    ["password", () => redis({ password: missing() }), "password of RedisStatefulSet redis"],
    ["rootPassword", () => mysql({ rootPassword: missing() }), "rootPassword of MysqlStatefulSet mysql"],
  ])("%s", async (_case, run, words) => {
    const errors = await errorsOf(run);
    expect(errors.map(String)).toEqual([expect.stringContaining(words)]);
    expect(errors.map((error) => pulumi.ResourceError.isInstance(error) && error.hideStack)).toEqual([true]);
  });
});

test.each([
  ["10.0.0.0/8", "10.0.0.0/8"],
  ["node1", pulumi.output("node1")],
])("a client that is named twice is refused: the server lists it once", async (...clients) => {
  const errors = await errorsOf(() => server({ clients }));
  expect(errors.map(String)).toEqual([expect.stringContaining("is named twice")]);
});

describe("an empty password", () => {
  test.each<[string, pulumi.Input<string>]>([
    ["in plain text", ""],
    ["as a secret", pulumi.secret("")],
  ])("%s is refused, for Redis would ask for none", async (_case, password) => {
    const words = (what: string): unknown[] => [
      expect.stringContaining(`${what}: it is empty, and would protect nothing.`),
    ];
    expect((await errorsOf(() => redis({ password }))).map(String)).toEqual(
      words("password of RedisStatefulSet redis"),
    );
    const errors = await errorsOf(() => mysql({ rootPassword: password }));
    expect(errors.map(String)).toEqual(words("rootPassword of MysqlStatefulSet mysql"));
  });
});

test("a secret host is in no component's inputs in clear", async () => {
  const secretly = { connection: { ...connection, host: pulumi.secret("10.9.8.7") } };
  for (const run of [server, directories, client]) {
    const { resources } = await run(secretly);
    expect(resources).toHaveLength(2);
    expect(inClear(resources)).not.toContain("10.9.8.7");
  }
});

test("a key in a connection that is secret as a whole stays out of the state", async () => {
  const whole = pulumi.secret({ host: "10.9.8.7", privateKey: "VERY-SECRET" });
  const { resources } = await server({ connection: whole });
  const component = resources.find(({ type }) => type.startsWith("storage-lab:"));
  expect(JSON.stringify(component)).not.toContain("VERY-SECRET");
});

describe("metadata", () => {
  const labels = ({ inputs }: Registered) => (inputs.metadata as { labels?: object }).labels;
  test("a label that the component does not set is the program's", async () => {
    const { resources } = await redis({ image: "redis", metadata: { labels: { version: "mine", app: "evil" } } });
    const set = resources.find(({ type }) => type.endsWith(":StatefulSet"))!;
    expect(labels(set)).toEqual({ app: "redis", version: "mine" });
    expect(set.inputs.spec).toMatchObject({
      selector: { matchLabels: { app: "redis" } },
      template: { metadata: { labels: { app: "redis", version: "mine" } } },
    });
  });
});

describe("storage", () => {
  test.each<[string, object]>([
    ["an undefined template", { claimName: "pvc", template: undefined }],
    ["an undefined claim", { claimName: "pvc", claim: undefined }],
  ])("%s next to a claim's name is as if it were not there", async (_case, storage) => {
    const { inputs } = await redis({ storage });
    expect(inputs("kubernetes:apps/v1:StatefulSet", "redis-statefulset").spec).toMatchObject({
      template: { spec: { volumes: [{ persistentVolumeClaim: { claimName: "pvc" } }] } },
    });
  });

  test.each<[string, object]>([
    ["two kinds of it", { claimName: "pvc", template: { name: "data", storageClassName: "nfs" } }],
    ["none", {}],
  ])("%s are refused", async (_case, storage) => {
    await expect(redis({ storage })).rejects.toThrow("storage of RedisStatefulSet redis: give one of");
  });

  test.each<[string, object]>([
    ["a claim", { claimName: "pvc", volumeName: "config" }],
    ["a template", { template: { name: "config", storageClassName: "nfs" } }],
  ])("%s under the name of another volume of the pods is refused", async (_case, storage) => {
    await expect(redis({ storage, password: "s3cr3t" })).rejects.toThrow(
      'storage of RedisStatefulSet redis: "config" is another volume of its pods: give it another name.',
    );
    await expect(redis({ storage })).resolves.toBeDefined();
  });

  test.each<[AccessMode, boolean, string | undefined]>([
    ["ReadWriteMany", false, "2 replicas on one claim write over each other's data"],
    ["ReadWriteMany", true, undefined],
    ["ReadWriteOnce", true, "2 replicas on one claim of ReadWriteOnce"],
  ])("two replicas on a StaticVolume of %s (shared: %s)", async (mode, shareBetweenReplicas, words) => {
    const run = () =>
      deploy(() => {
        const claim = new StaticVolume("pair", {
          volumeName: "pv",
          claimName: "pvc",
          namespace: "shiqi",
          source: { type: "nfs", server: "nas", path: "/nfs/one" },
          capacity: "64Mi",
          accessModes: pulumi.output([mode]),
        });
        new RedisStatefulSet("redis", { ...redisArgs, replicas: 2, storage: { claim, shareBetweenReplicas } });
      });
    expect((await errorsOf(run)).map(String)).toEqual(words === undefined ? [] : [expect.stringContaining(words)]);
  });

  test.each([
    ["Redis/1", "volume-redis-1"],
    ["石", "volume"],
    ["x".repeat(80), `volume-${"x".repeat(56)}`],
    ["redis", "volume-redis"],
  ])("the component %s mounts it under a name that Kubernetes takes", async (name, volume) => {
    const { inputs } = await redis({ storage: { claimName: "pvc" } }, name);
    expect(inputs("kubernetes:apps/v1:StatefulSet", `${name}-statefulset`).spec).toMatchObject({
      template: { spec: { volumes: [{ name: volume }], containers: [{ volumeMounts: [{ name: volume }] }] } },
    });
  });
});
