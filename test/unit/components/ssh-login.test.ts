import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { NfsClient, type SshConnection } from "../../../components/index";
import { deploy, inClear, secret, valueOf } from "../mocks";

const COMMAND = "command:remote:Command";
const DIAL = { dialErrorLimit: 3, perDialTimeout: 10 };

const deployed = (connection: SshConnection, preview = false) => {
  let client: NfsClient | undefined;
  const run = deploy(() => (client = new NfsClient("node1", { connection, server: "nas", path: "/nfs" })), { preview });
  return run.then((all) => ({ ...all, client: client as NfsClient }));
};
const commandOf = async (connection: SshConnection) => (await deployed(connection)).inputs(COMMAND, "node1-mount");

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "ssh-login-"))));
afterEach(() => rmSync(folder, { recursive: true }));

test("a key with a passphrase, and a bastion with a key of its own", async () => {
  const bastion = { host: "[fd00::11]", port: 2223, user: "jump", privateKey: "JUMP", privateKeyPassword: "PHRASE" };
  const { connection } = await commandOf({ host: "nas", privateKey: "KEY", privateKeyPassword: "PASS", bastion });
  expect(connection).toEqual(
    secret({
      host: "nas",
      port: 22,
      user: "root",
      privateKey: "KEY",
      privateKeyPassword: "PASS",
      proxy: {
        host: "fd00::11",
        port: 2223,
        user: "jump",
        privateKey: "JUMP",
        privateKeyPassword: "PHRASE",
        ...DIAL,
      },
      ...DIAL,
    }),
  );
});

test("an agent: that of SSH_AUTH_SOCK is no input, which another session would change", async () => {
  const known = { host: "nas", port: 22, user: "root", ...DIAL };
  expect((await commandOf({ host: "nas", agent: true })).connection).toEqual(secret(known));
  const socket = { ...known, agentSocketPath: "/run/agent" };
  expect((await commandOf({ host: "nas", agent: "/run/agent" })).connection).toEqual(secret(socket));
});

test("a key in a file is read, and is a secret", async () => {
  const file = join(folder, "key");
  writeFileSync(file, "PRIVATE");
  const { resources, inputs, client } = await deployed({ host: "nas", privateKeyFile: file });
  expect(inputs(COMMAND, "node1-mount").connection).toEqual(
    secret({ host: "nas", port: 22, user: "root", privateKey: "PRIVATE", ...DIAL }),
  );
  expect(inClear(resources)).not.toContain("PRIVATE");
  expect(await valueOf(client.check)).toMatchObject({ host: "nas", privateKeyFile: file });
});

test("a connection that is one Output has the same defaults, and its key file is read", async () => {
  const file = join(folder, "key");
  writeFileSync(file, "PRIVATE");
  const connection = { host: "nas", privateKeyFile: file };
  const given = await deployed(pulumi.output(connection));
  const plain = await deployed(connection);
  // Whether sudo gets a password is not known beforehand.
  const same = { ...plain.inputs(COMMAND, "node1-mount"), stdin: secret(expect.any(String)) };
  expect(given.inputs(COMMAND, "node1-mount")).toEqual(same);
  expect(await valueOf(given.client.check)).toEqual(await valueOf(plain.client.check));
});

test("who has no way in is told what is missing", () => {
  expect(() => new NfsClient("node1", { connection: { host: "nas" }, server: "nas", path: "/nfs" })).toThrow(
    "NfsClient node1: arguments without a default are missing: connection.privateKey.",
  );
});

describe("sudo's password", () => {
  const password = "S3CRET";
  const connection = { host: "nas", user: "teacher", privateKey: "KEY", sudoPassword: password };

  test("is the first line of a secret input, and in no command", async () => {
    const { resources, inputs } = await deployed(connection);
    const { create, stdin } = inputs(COMMAND, "node1-mount");
    expect(create).toMatch(/^bash -c '.*' timeout -k 30 1200 bash -s -- apply$/);
    expect(stdin).toEqual(secret(expect.stringMatching(/^S3CRET\nSERVER='nas'\n/)));
    expect(inClear(resources)).not.toContain(password);
  });

  test("of root is not used", async () => {
    const { create } = await commandOf({ ...connection, user: "root" });
    expect(create).toBe("timeout -k 30 1200 bash -s -- apply");
  });
});

test("a check has what is needed to log in again, and no secret", async () => {
  const { client } = await deployed({
    name: "nas",
    host: "nas",
    user: "teacher",
    privateKey: pulumi.secret("SECRET-KEY"),
    sudoPassword: "SECRET-SUDO",
    bastion: { name: "jump", host: "[fd00::11]", agent: true, password: "SECRET-PASSWORD" },
  });
  const check = await valueOf(client.check);
  expect(check).toMatchObject({
    login: "nas",
    host: "nas",
    port: 22,
    user: "teacher",
    bastion: { name: "jump", host: "fd00::11", port: 22, user: "root", agent: true },
  });
  expect(JSON.stringify(check)).not.toContain("SECRET");
  expect(await pulumi.isSecret(client.check)).toBe(false);
});
