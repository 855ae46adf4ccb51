import { NfsClient } from "../../../components/nfs/nfs-client";
import { NfsDirectories } from "../../../components/nfs/nfs-directories";
import { NfsServer, type NfsServerArgs } from "../../../components/nfs/nfs-server";
import { deploy, secret, valueOf } from "../mocks";

const COMMAND = "command:remote:Command";
const connection = { host: "192.168.110.168", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };

/** The values at the head of a script: bash's own lines, as they are handed over. */
function valuesOf(inputs: Record<string, unknown>): string[] {
  const text = inputs.stdin as string;
  return text.slice(0, text.indexOf("\n\n")).trimEnd().split("\n");
}

describe("NfsServer", () => {
  const server = (args: Partial<NfsServerArgs> = {}) =>
    new NfsServer("nas", { connection, clients: ["192.168.110.0/24"], ...args });

  test("runs one script, with the course's export", async () => {
    const { resources, inputs } = await deploy(() => server());
    expect(resources.map(({ type, name }) => [type, name])).toEqual([
      ["storage-lab:nfs:NfsServer", "nas"],
      [COMMAND, "nas-export"],
    ]);
    expect(inputs(COMMAND, "nas-export")).toEqual({
      stdin: expect.stringMatching(/main "\$@" <\/dev\/null\n$/) as string,
      connection: secret({
        host: "192.168.110.168",
        port: 22,
        user: "root",
        privateKey: "KEY",
        hostKey: "ssh-ed25519 AAAA",
        dialErrorLimit: 3,
        perDialTimeout: 10,
      }),
      create: "timeout -k 30 1200 bash -s -- apply",
      delete: "timeout -k 30 1200 bash -s -- withdraw",
      addPreviousOutputInEnv: false,
      logging: "stdout",
    });
    expect(valuesOf(inputs(COMMAND, "nas-export"))).toEqual([
      "NAME='nas'",
      "EXPORT_PATH='/nfs'",
      "CLIENTS=('192.168.110.0/24')",
      "OPTIONS='rw,sync,no_root_squash,no_subtree_check'",
      "MODE='0777'",
      "GENERATION='1'",
      "CLIENT_WAIT='120'",
      "FORCE='false'",
    ]);
  });

  test("keeps the private key out of the script", async () => {
    const { inputs } = await deploy(() => server({ connection: { ...connection, privateKey: "VERY-SECRET" } }));
    expect(inputs(COMMAND, "nas-export").stdin).not.toContain("VERY-SECRET");
  });

  test("uses sudo for anyone but root", async () => {
    const { inputs } = await deploy(() => server({ connection: { ...connection, user: "admin" } }));
    const { create, delete: remove } = inputs(COMMAND, "nas-export");
    expect(create).toBe("sudo -n timeout -k 30 1200 bash -s -- apply");
    expect(remove).toBe("sudo -n timeout -k 30 1200 bash -s -- withdraw");
  });

  test("answers with what was asked, not with what was printed", async () => {
    let made: NfsServer | undefined;
    await deploy(() => (made = server({ path: "/srv/class", clients: ["10.0.0.0/8", "nas2"], generation: 4 })));
    expect(await valueOf(made!.server)).toBe("192.168.110.168");
    expect(await valueOf(made!.path)).toBe("/srv/class");
    const options = "(rw,sync,no_root_squash,no_subtree_check)";
    expect(await valueOf(made!.revision)).toBe(`4:/srv/class 10.0.0.0/8${options} nas2${options}`);
  });

  test.each([
    [{ path: "/" }, "whole file system"],
    [{ path: "nfs" }, "not absolute"],
    [{ path: "/nfs/../etc" }, '".." in it'],
    [{ path: "/nfs/" }, '"/" too many'],
    [{ path: "/nfs data" }, "letters, digits"],
    [{ clients: [] }, "at least one network"],
    [{ clients: ["*"] }, '"*" is neither'],
    [{ clients: ["10.0.0.0/8(rw)"] }, "is neither a network"],
    [{ mode: "777x" }, "not an octal mode"],
  ])("refuses %j", async (args, words) => {
    await expect(deploy(() => server(args))).rejects.toThrow(words);
  });

  test("refuses a name that is no file's name", async () => {
    const make = () => new NfsServer("../evil", { connection, clients: ["10.0.0.0/8"] });
    await expect(deploy(make)).rejects.toThrow("file's name");
  });
});

describe("NfsClient", () => {
  const args = { connection, server: "nas", path: "/nfs", revision: "1:/nfs" };

  test("runs one script and has nothing to undo", async () => {
    const { resources, inputs } = await deploy(() => new NfsClient("node1", args));
    expect(resources).toHaveLength(2);
    expect(inputs(COMMAND, "node1-mount").create).toBe("timeout -k 30 1200 bash -s -- apply");
    expect(inputs(COMMAND, "node1-mount").delete).toBeUndefined();
    expect(valuesOf(inputs(COMMAND, "node1-mount"))).toEqual([
      "SERVER='nas'",
      "EXPORT_PATH='/nfs'",
      "REVISION='1:/nfs'",
      "GENERATION='1'",
    ]);
  });

  test("runs again when the generation or the export changes", async () => {
    const script = async (change: object) =>
      (await deploy(() => new NfsClient("node1", { ...args, ...change }))).inputs(COMMAND, "node1-mount").stdin;
    const before = await script({});
    expect(await script({})).toBe(before);
    expect(await script({ generation: 2 })).not.toBe(before);
    expect(await script({ revision: "2:/nfs" })).not.toBe(before);
  });
});

describe("NfsDirectories", () => {
  const args = { connection, exportPath: "/nfs", names: ["shiqi-redis", "class-a/one"] };

  test("makes all with one command and keeps them", async () => {
    let made: NfsDirectories | undefined;
    const { inputs } = await deploy(() => (made = new NfsDirectories("directories", args)));
    expect(valuesOf(inputs(COMMAND, "directories-make"))).toEqual([
      "EXPORT_PATH='/nfs'",
      "DIRECTORIES=('/nfs/shiqi-redis' '/nfs/class-a/one')",
      "OWNER=''",
      "MODE='0777'",
      "GENERATION='1'",
    ]);
    expect(inputs(COMMAND, "directories-make").delete).toBeUndefined();
    expect(await valueOf(made!.paths)).toEqual({
      "shiqi-redis": "/nfs/shiqi-redis",
      "class-a/one": "/nfs/class-a/one",
    });
  });

  test("archives only when told so", async () => {
    const { inputs } = await deploy(() => new NfsDirectories("directories", { ...args, onDelete: "archive" }));
    expect(inputs(COMMAND, "directories-make").delete).toBe("timeout -k 30 1200 bash -s -- archive");
  });

  test.each([
    [{ names: ["../etc"] }, '".." in it'],
    [{ names: ["a/../../etc"] }, '".." in it'],
    [{ names: [""] }, "the export itself"],
    [{ names: ["/etc"] }, "is absolute"],
    [{ names: ["a b"] }, "letters, digits"],
    [{ exportPath: "nfs" }, "not absolute"],
    [{ owner: "root" }, "is not an owner"],
    [{ mode: "9" }, "not an octal mode"],
  ])("refuses %j", async (change, words) => {
    await expect(deploy(() => new NfsDirectories("directories", { ...args, ...change }))).rejects.toThrow(words);
  });
});
