import * as pulumi from "@pulumi/pulumi";
import * as library from "../../../components/index";
import { deploy } from "../mocks";
import { components } from "./every-component";

// A program in JavaScript can leave out anything; what it is told must not be a stack trace.

type Component = new (name: string, args: unknown) => pulumi.ComponentResource;
const make = (name: string, args: unknown) => new (library as unknown as Record<string, Component>)[name]!("it", args);

/** The arguments without a default. */
const REQUIRED: Record<string, string[]> = {
  NfsServer: ["connection.host", "connection.privateKey", "clients"],
  NfsDirectories: ["connection.host", "connection.privateKey", "exportPath", "names"],
  NfsDirectoriesJob: ["jobName", "namespace", "image", "server", "path", "names"],
  StudentDirectories: ["connection.host", "connection.privateKey", "exportPath", "className", "students"],
  PodFirewall: ["connection.host", "connection.privateKey", "addresses"],
  NfsClient: ["connection.host", "connection.privateKey", "server", "path"],
  NfsNodeProof: ["server", "path"],
  NfsProvisioner: ["server", "path"],
  CsiStorageClass: ["server", "share"],
  StaticVolume: ["volumeName", "claimName", "namespace", "source", "capacity"],
  ClaimQuota: ["namespace"],
  NodeDirectory: ["jobName", "namespace", "node", "path", "image"],
  HeadlessService: ["serviceName", "namespace", "selector", "port.name", "port.port"],
  ClusterIpService: ["serviceName", "namespace", "selector", "port.name", "port.port"],
  RedisStatefulSet: ["statefulSetName", "serviceName", "namespace", "storage"],
  MysqlStatefulSet: ["statefulSetName", "serviceName", "namespace", "storage", "rootPassword"],
  Classroom: ["className", "server", "path"],
  StudentLab: ["className", "studentName", "uid", "capacity", "role", "server", "path", "password"],
};

function errorOf(name: string, args: unknown): unknown {
  try {
    make(name, args);
  } catch (error) {
    return error;
  }
  return undefined;
}

test("no component is left out here but those whose arguments all have a default", () => {
  expect([...Object.keys(REQUIRED), "CsiNfsDriver", "NfsStorageClass", "VolumeClass"].sort()).toEqual(
    Object.keys(components).sort(),
  );
});

test.each(Object.entries(REQUIRED))("%s names all arguments that are missing at once", (name, fields) => {
  for (const nothing of [undefined, {}]) {
    const error = errorOf(name, nothing);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect((error as Error).message).toBe(`${name} it: arguments without a default are missing: ${fields.join(", ")}.`);
  }
});

test("only what is missing is named", () => {
  const error = errorOf("NfsServer", { connection: { host: "nas" }, clients: null });
  expect((error as Error).message).toBe(
    "NfsServer it: arguments without a default are missing: connection.privateKey, clients.",
  );
});

const connection = { host: "nas", privateKey: "a key" };

test.each([
  ["NfsServer", { connection, clients: "10.0.0.0/8" }, "clients of NfsServer it"],
  ["NfsServer", { connection, clients: ["nas"], path: 5 }, "path of NfsServer it"],
  ["NfsDirectories", { connection, exportPath: "/nfs", names: "x" }, "names of NfsDirectories it"],
] as const)("%s: a value of another type is one sentence: %j", async (name, args, begin) => {
  const error: unknown = await deploy(() => make(name, args)).catch((thrown: unknown) => thrown);
  expect(pulumi.ResourceError.isInstance(error)).toBe(true);
  expect(error).toHaveProperty("hideStack", true);
  expect((error as Error).message).toBe(
    `${begin}: it is of another kind than its type says, such as a text in place of a list.`,
  );
});
