import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSsh } from "../../../stacks/openssh";
import { withAliases } from "../../../stacks/ssh-alias";

const { SSH_AUTH_SOCK } = process.env;
const folder = mkdtempSync(join(tmpdir(), "ssh-alias-"));
const configFile = join(folder, "config");
beforeAll(() => {
  delete process.env.SSH_AUTH_SOCK;
  writeFileSync(join(folder, "key"), "PRIVATE");
  writeFileSync(
    configFile,
    `
Host nas
  HostName 10.0.0.1
  Port 2222
  User first.last
  IdentityFile ${folder}/none
  IdentityFile ${folder}/key
Host behind
  HostName fd00::1
  ProxyJump jane@gate:2022
Host gate
  HostName 10.0.0.9
  Port 22
  User other
Host itself
  User teacher
Host agent
  HostName 10.0.0.3
  IdentityFile ${folder}/none
  IdentityAgent /run/agent
Host far
  ProxyJump one,two
Host farther
  ProxyJump behind
Host command
  ProxyCommand nc %h %p
`,
  );
});
afterAll(() => {
  if (SSH_AUTH_SOCK !== undefined) process.env.SSH_AUTH_SOCK = SSH_AUTH_SOCK;
  rmSync(folder, { recursive: true });
});

function resolve(nas: object, { values = {}, ...change }: { values?: Record<string, string>; ssh?: object } = {}) {
  const errors: string[] = [];
  const error = (path: string, message: string) => errors.push(`${path} ${message}`);
  const settings = { ssh: { configFile }, nas: { name: "nas", ...nas }, ...change };
  const resolved = withAliases(settings, { ssh: openSsh, values, error }) as Record<string, Record<string, unknown>>;
  return { nas: resolved.nas, ssh: resolved.ssh, errors };
}

test("address, port, user and key file are OpenSSH's", () => {
  expect(resolve({ sshAlias: "nas" })).toMatchObject({
    nas: { host: "10.0.0.1", port: 2222, user: "first.last", keyFile: join(folder, "key") },
    errors: [],
  });
});

test("what the config itself says goes before, and a secret key before the alias's file", () => {
  const { nas } = resolve(
    { sshAlias: "nas", host: "10.0.0.7", user: "root" },
    { values: { "storage-lab:sshPrivateKey-nas": "KEY" } },
  );
  expect(nas).toMatchObject({ host: "10.0.0.7", port: 2222, user: "root" });
  expect(nas).not.toHaveProperty("keyFile");
});

test("what the config says of all hosts goes before what OpenSSH takes for any name", () => {
  const change = { ssh: { configFile, user: "root", port: 2022, agent: true } };
  const { nas } = resolve({ sshAlias: "agent" }, change);
  expect(nas).toEqual({ name: "nas", sshAlias: "agent", host: "10.0.0.3" });
  expect(resolve({ sshAlias: "nas" }, change).nas).toMatchObject({ port: 2222, user: "first.last" });
});

test("ProxyJump is the bastion, unless the config has another way", () => {
  const bastion = { name: "gate", host: "10.0.0.9", port: 2022, user: "jane" };
  expect(resolve({ sshAlias: "behind" }).nas).toMatchObject({ host: "fd00::1", bastion });
  expect(resolve({ sshAlias: "behind", direct: true }).nas).not.toHaveProperty("bastion");
  expect(resolve({ sshAlias: "behind", bastion: { host: "other" } }).nas).toMatchObject({ bastion: { host: "other" } });
});

test("a bastion may be an alias too", () => {
  const change = { ssh: { configFile, bastion: { name: "gate", sshAlias: "gate" } } };
  expect(resolve({ host: "nas" }, change).ssh).toMatchObject({
    bastion: { host: "10.0.0.9", port: 22, user: "other" },
  });
});

test("the alias's agent is taken where there is no key file", () => {
  expect(resolve({ sshAlias: "agent" }).nas).toMatchObject({ agent: "/run/agent" });
});

test("a host that is its own alias is known by what else is said of it", () => {
  expect(resolve({ sshAlias: "itself" })).toMatchObject({ nas: { host: "itself", user: "teacher" }, errors: [] });
});

test.each([
  ["nass", "is no host of CONFIG: ssh -G nass finds nothing there"],
  ["far", "goes over several hosts (ProxyJump one,two): one host on the way is all that can be"],
  ["farther", "goes over behind, which is behind another host itself: one host on the way is all that can be"],
  ["command", "uses ProxyCommand (nc), which Pulumi's SSH client has not: use ProxyJump, or set bastion"],
])("the alias %s is one error", (sshAlias, message) => {
  const { errors } = resolve({ sshAlias });
  expect(errors).toEqual([`nas.sshAlias ("${sshAlias}") ${message.replace("CONFIG", configFile)}`]);
});

test.each([null, "", "a b", "-x", "a*"])("%j is no alias, and not looked up", (sshAlias) => {
  expect(resolve({ sshAlias })).toMatchObject({ nas: { sshAlias }, errors: [] });
});

test("without OpenSSH the error is said too", () => {
  const ssh = { ...openSsh, config: () => "the program ssh is not on PATH" };
  const errors: string[] = [];
  const error = (path: string, message: string) => errors.push(`${path} ${message}`);
  withAliases({ nodes: [{ name: "node1", sshAlias: "x" }] }, { ssh, values: {}, error });
  expect(errors).toEqual(['nodes[0].sshAlias ("x") cannot be looked up: the program ssh is not on PATH']);
});

describe("an agent", () => {
  test("that is not there", () => {
    expect(openSsh.agentError(true)).toContain("SSH_AUTH_SOCK, which is not set here");
    expect(openSsh.agentError(join(folder, "socket"))).toContain("where there is no socket");
    expect(openSsh.agentError(configFile)).toContain("does not answer");
  });
});
