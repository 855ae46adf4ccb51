import * as pulumi from "@pulumi/pulumi";
import { NfsClient } from "../../../components/nfs/nfs-client";
import { hostCheckScript } from "../../../components/nfs/host-check";
import { NfsDirectories } from "../../../components/nfs/nfs-directories";
import { NfsServer, type NfsServerArgs } from "../../../components/nfs/nfs-server";
import { deploy, type Registered, secret, valueOf } from "../mocks";

const COMMAND = "command:remote:Command";
const connection = { host: "192.168.110.168", privateKey: "KEY", hostKey: "ssh-ed25519 AAAA" };

/** What of a component gets into the stack's state, as text. */
function recorded(resources: Registered[], type: string): string {
  const found = resources.find((each) => each.type === type);
  expect(found?.inputs).toMatchObject({ connection: { host: connection.host, hostKey: connection.hostKey } });
  return JSON.stringify(found);
}

/** A private key in the ways that a program may hand it over. */
const keys: [string, pulumi.Input<string>][] = [
  ["in plain text", "VERY-SECRET"],
  ["as a secret", pulumi.secret("VERY-SECRET")],
];

/** The values at the head of a script: bash's own lines, as they are handed over. */
function valuesOf(inputs: Record<string, unknown>): string[] {
  const text = inputs.stdin as string;
  return text.slice(0, text.indexOf("\n\n")).trimEnd().split("\n");
}

describe("NfsServer", () => {
  const server = (args: Partial<NfsServerArgs> = {}) =>
    new NfsServer("nas", { connection, clients: ["192.168.110.0/24"], ...args });

  test("runs one script, with a safe export", async () => {
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
      "NAME='storage-lab-nfs'",
      "OWNER='storage-lab/test/nas'",
      "FORMER='nas'",
      "EXPORT_PATH='/nfs'",
      "CLIENTS=('192.168.110.0/24')",
      "OPTIONS='rw,sync,root_squash,no_subtree_check'",
      "MODE=''",
      "GENERATION='1'",
      "CLIENT_WAIT='120'",
      "FORCE='false'",
      "CLIENT_OPTIONS=()",
      "FILE_OWNER=''",
    ]);
  });

  test("options, name and mode are what was asked", async () => {
    const args = { options: "ro,all_squash,anonuid=1000,sec=krb5:sys", exportName: "class_a.1", mode: "2770" };
    const { inputs } = await deploy(() => server(args));
    expect(valuesOf(inputs(COMMAND, "nas-export"))).toEqual(
      expect.arrayContaining(["OPTIONS='ro,all_squash,anonuid=1000,sec=krb5:sys'", "NAME='class_a.1'", "MODE='2770'"]),
    );
  });

  test.each(keys)("keeps the private key %s out of script and state", async (_, privateKey) => {
    const { resources, inputs } = await deploy(() => server({ connection: { ...connection, privateKey } }));
    expect(inputs(COMMAND, "nas-export").stdin).not.toContain("VERY-SECRET");
    expect(recorded(resources, "storage-lab:nfs:NfsServer")).not.toContain("VERY-SECRET");
  });

  test("its arguments are the component's inputs", async () => {
    const { inputs } = await deploy(() => server({ path: "/srv/class", generation: 3 }));
    expect(inputs("storage-lab:nfs:NfsServer", "nas")).toEqual({
      connection: { host: "192.168.110.168", hostKey: "ssh-ed25519 AAAA" },
      clients: ["192.168.110.0/24"],
      path: "/srv/class",
      generation: 3,
    });
  });

  test("its check is the very script that ran, and says where to run it", async () => {
    let made: NfsServer | undefined;
    const { inputs } = await deploy(() => (made = server({ connection: { ...connection, user: "admin" } })));
    const { script, values, ...where } = await valueOf(made!.check);
    expect(where).toEqual({
      name: "nas",
      title: "The export is in force on the NAS",
      host: "192.168.110.168",
      port: 22,
      user: "admin",
      hostKey: "ssh-ed25519 AAAA",
      // Of the script's text: another one may take values in another way.
      revision: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
    });
    expect(hostCheckScript({ script, values })).toBe(inputs(COMMAND, "nas-export").stdin);
    expect(await valueOf(made!.checkScript)).toBe(inputs(COMMAND, "nas-export").stdin);
    expect(await valueOf(made!.script.stdin)).toBe(inputs(COMMAND, "nas-export").stdin);
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
    const options = "(rw,sync,root_squash,no_subtree_check)";
    expect(await valueOf(made!.revision)).toBe(`4:/srv/class 10.0.0.0/8${options} nas2${options}`);
  });

  test.each([
    [{ path: "/" }, "whole file system"],
    [{ path: "nfs" }, "not absolute"],
    [{ path: "/nfs/../etc" }, '".." in it'],
    [{ path: "/nfs/" }, '"/" too many'],
    [{ path: "/nfs\\data" }, 'has a "\\" in it'],
    [{ path: "/nfs\ndata" }, "has a control character in it"],
    [{ path: "/srv/nfs " }, "has a blank at the beginning or end"],
    ...[
      "/etc",
      "/etc/nfs",
      "/root",
      "/usr/share/nfs",
      "/lib64",
      "/tmp/nfs",
      "/home",
      "/var",
      "/var/lib/nfs",
      "/opt",
    ].map((path): [Partial<NfsServerArgs>, string] => [
      { path },
      `"${path}" belongs to the host's system: export a folder`,
    ]),
    [{ path: "/home/teacher" }, "is a user's home"],
    [{ path: "/home/teacher/" }, '"/" too many'],
    [{ path: "//etc" }, '"/" too many'],
    [{ path: "/var/../etc" }, '".." in it'],
    [{ path: "/home/teacher/.ssh" }, "hidden folder of a user's home"],
    [{ path: "/home/teacher/.config/nfs" }, "hidden folder of a user's home"],
    [{ path: "/var/backups" }, "belongs to the host's system"],
    [{ path: "/var/kerberos/krb5kdc" }, "belongs to the host's system"],
    [{ exportName: "../evil" }, "name of a file in /etc/exports.d"],
    [{ exportName: ".hidden" }, "name of a file in /etc/exports.d"],
    [{ path: `/${"long/".repeat(50)}path` }, "longer than the 200 characters"],
    [{ options: "rw, sync" }, "without blanks"],
    [{ options: "rw) *(rw" }, "are not options of exports(5)"],
    [{ options: "" }, "are not options of exports(5)"],
    [{ clients: [] }, "at least one network"],
    [{ clients: ["*"] }, '"*" is neither'],
    [{ clients: ["192.168.110.300"] }, "is neither a network"],
    [{ clients: ["192.168.110.0/33"] }, "is neither a network"],
    [{ clients: ["fd00::/129"] }, "is neither a network"],
    [{ clients: ["fd00::zz"] }, "is neither a network"],
    [{ clients: ["fe80::1%eth0"] }, "holds on one network link only"],
    [{ connection: { ...connection, host: "fe80::1%eth0" } }, "holds on one network link only"],
    [{ connection: { ...connection, hostKey: "ssh-rsa AAAA" } }, "ssh-keyscan -t ed25519"],
    [{ clients: ["nas1", "nas1"] }, '"nas1" is named twice'],
    [{ clients: ["nas1", "NAS1"] }, '"nas1" and "NAS1" are one client'],
    [{ clients: ["nas1", "nas1.school.lan"] }, '"nas1" and "nas1.school.lan" are one client'],
    [{ clients: ["fd00::/64", "FD00:0::/64"] }, '"fd00::/64" and "FD00:0::/64" are one client'],
    [{ clients: ["10.0.0.0/8(rw)"] }, "is neither a network"],
    [{ mode: "777x" }, "not an octal mode"],
  ])("refuses %j", async (args, words) => {
    await expect(deploy(() => server(args))).rejects.toThrow(words);
  });

  test.each([
    "/nfs",
    "/srv/nfs",
    "/data/etc",
    "/home/teacher/nfs",
    "/var/nfs",
    "/opt/nfs",
    "/library",
    "/temporary",
    "/etcetera",
  ])("exports %s", async (path) => {
    const { inputs } = await deploy(() => server({ path }));
    expect(valuesOf(inputs(COMMAND, "nas-export"))).toContain(`EXPORT_PATH='${path}'`);
  });

  test.each([
    [["nas1.school.lan", "nas1.lab.lan", "nas10"]],
    [["192.168.110.0/24", "192.168.110.7", "192.168.110.0/25"]],
    [["fe01", "192.168.110.0/255.255.255.0"]],
  ])("%j are different clients", async (clients) => {
    const { inputs } = await deploy(() => server({ clients }));
    expect(valuesOf(inputs(COMMAND, "nas-export"))).toContain(`CLIENTS=(${clients.map((c) => `'${c}'`).join(" ")})`);
  });

  test("IPv6 addresses are compared and written in their shortest form", async () => {
    const { inputs } = await deploy(() => server({ clients: ["FD00:0::/64", "fd00:0:0:1::10"] }));
    expect(valuesOf(inputs(COMMAND, "nas-export"))).toContain("CLIENTS=('fd00::/64' 'fd00:0:0:1::10')");
  });

  test.each(["fd00::10", "[fd00::10]", "FD00:0::10"])(
    "on %s: in brackets for volumes, without for SSH",
    async (host) => {
      let made: NfsServer | undefined;
      const { inputs } = await deploy(() => (made = server({ connection: { ...connection, host } })));
      expect(await valueOf(made!.server)).toBe("[fd00::10]");
      expect(inputs(COMMAND, "nas-export").connection).toMatchObject(secret({ host: "fd00::10" }));
      expect((await valueOf(made!.check)).host).toBe("fd00::10");
    },
  );

  test("a host key that comes out undefined is none", async () => {
    const hostKey = pulumi.output(undefined) as unknown as pulumi.Output<string>;
    const { inputs } = await deploy(() => server({ connection: { ...connection, hostKey } }));
    expect(inputs(COMMAND, "nas-export").connection).not.toMatchObject(
      secret({ hostKey: expect.anything() as string }),
    );
  });

  test("its own name decides nothing on the host", async () => {
    const { inputs } = await deploy(() => new NfsServer("the NAS/1", { connection, clients: ["10.0.0.0/8"] }));
    expect(valuesOf(inputs(COMMAND, "the NAS/1-export")).slice(0, 3)).toEqual([
      "NAME='storage-lab-nfs'",
      "OWNER='storage-lab/test/the%20NAS%2F1'",
      "FORMER=''",
    ]);
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
      "MOUNT_SERVER='nas'",
      "EXPORT_PATH='/nfs'",
      "REVISION='1:/nfs'",
      "GENERATION='1'",
      "MUST_WRITE='false'",
    ]);
  });

  test.each([
    ["fd00::10", "fd00::10", "[fd00::10]"],
    ["[FD00:0::10]", "fd00::10", "[fd00::10]"],
    ["192.168.110.168", "192.168.110.168", "192.168.110.168"],
  ])("from %s: as mount wants it, and as all else does", async (given, bare, mounted) => {
    const { inputs } = await deploy(() => new NfsClient("node1", { ...args, server: given }));
    expect(valuesOf(inputs(COMMAND, "node1-mount")).slice(0, 2)).toEqual([
      `SERVER='${bare}'`,
      `MOUNT_SERVER='${mounted}'`,
    ]);
  });

  test.each([
    ["fe80::1%eth0", "holds on one network link only"],
    ["fd00::zz", "neither an address nor a host name"],
    ["nas 1", "neither an address nor a host name"],
  ])("refuses the server %s", async (bad, words) => {
    await expect(deploy(() => new NfsClient("node1", { ...args, server: bad }))).rejects.toThrow(words);
  });

  test("its check is the very script that ran, and says where to run it", async () => {
    let made: NfsClient | undefined;
    const { inputs } = await deploy(() => (made = new NfsClient("node1", args)));
    const check = await valueOf(made!.check);
    expect(check).toMatchObject({
      name: "node1",
      title: "The NFS client is installed on node1 and reaches the NAS",
      host: "192.168.110.168",
      script: "nfs-client",
    });
    expect(hostCheckScript(check)).toBe(inputs(COMMAND, "node1-mount").stdin);
    expect(await valueOf(made!.checkScript)).toBe(inputs(COMMAND, "node1-mount").stdin);
  });

  test("mounts what any server exports, the system's folders too", async () => {
    const { inputs } = await deploy(() => new NfsClient("node1", { ...args, path: "/home", mustWrite: true }));
    expect(valuesOf(inputs(COMMAND, "node1-mount"))).toEqual(
      expect.arrayContaining(["EXPORT_PATH='/home'", "MUST_WRITE='true'"]),
    );
  });

  test.each(keys)("keeps the private key %s out of the state", async (_, privateKey) => {
    const { resources } = await deploy(
      () => new NfsClient("node1", { ...args, connection: { ...connection, privateKey } }),
    );
    expect(recorded(resources, "storage-lab:nfs:NfsClient")).not.toContain("VERY-SECRET");
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
      "OWNER='storage-lab/test/directories'",
      "EXPORT_PATH='/nfs'",
      "DIRECTORIES=('/nfs/shiqi-redis' '/nfs/class-a/one')",
      "ADOPT=()",
      "FILE_OWNER=''",
      "MODE=''",
      "GENERATION='1'",
    ]);
    expect(inputs(COMMAND, "directories-make").delete).toBeUndefined();
    expect(await valueOf(made!.paths)).toEqual({
      "shiqi-redis": "/nfs/shiqi-redis",
      "class-a/one": "/nfs/class-a/one",
    });
  });

  test("gives them the mode and owner that were asked for", async () => {
    const { inputs } = await deploy(
      () => new NfsDirectories("directories", { ...args, mode: "0770", owner: "999:1000" }),
    );
    expect(valuesOf(inputs(COMMAND, "directories-make"))).toEqual(
      expect.arrayContaining(["MODE='0770'", "FILE_OWNER='999:1000'"]),
    );
  });

  test("takes over what it is told to, and no shell finds anything to expand in its name", async () => {
    const make = () => new NfsDirectories("it's (a) *", { ...args, adopt: ["shiqi-redis"] });
    const { inputs } = await deploy(make);
    expect(valuesOf(inputs(COMMAND, "it's (a) *-make"))).toEqual(
      expect.arrayContaining(["ADOPT=('/nfs/shiqi-redis')", "OWNER='storage-lab/test/it%27s%20%28a%29%20%2A'"]),
    );
  });

  test("tells an update from a creation, so that those of an older state are registered for it", async () => {
    const { inputs } = await deploy(() => new NfsDirectories("directories", args));
    expect(inputs(COMMAND, "directories-make")).toMatchObject({
      create: "timeout -k 30 1200 bash -s -- apply",
      update: "timeout -k 30 1200 bash -s -- update",
    });
  });

  test("its check is the very script that ran", async () => {
    let made: NfsDirectories | undefined;
    const { inputs } = await deploy(() => (made = new NfsDirectories("directories", args)));
    const check = await valueOf(made!.check);
    expect(check).toMatchObject({ name: "directories", host: "192.168.110.168", port: 22, user: "root" });
    expect(hostCheckScript(check)).toBe(inputs(COMMAND, "directories-make").stdin);
    expect(await valueOf(made!.checkScript)).toBe(inputs(COMMAND, "directories-make").stdin);
  });

  test.each(keys)("keeps the private key %s out of the state", async (_, privateKey) => {
    const { resources } = await deploy(
      () => new NfsDirectories("directories", { ...args, connection: { ...connection, privateKey } }),
    );
    expect(recorded(resources, "storage-lab:nfs:NfsDirectories")).not.toContain("VERY-SECRET");
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
    [{ adopt: ["/nfs/a"] }, "is absolute"],
    [{ exportPath: "nfs" }, "not absolute"],
    [{ exportPath: "/etc" }, "belongs to the host's system"],
    [{ owner: "root" }, "is not an owner"],
    [{ mode: "9" }, "not an octal mode"],
  ])("refuses %j", async (change, words) => {
    await expect(deploy(() => new NfsDirectories("directories", { ...args, ...change }))).rejects.toThrow(words);
  });
});
