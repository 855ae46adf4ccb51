import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../../../stacks/config";
import type { InfrastructureConfig } from "../../../stacks/config-schema";
import { hostConnection } from "../../../stacks/host-connection";
import type { HostConfig } from "../../../stacks/host-schema";
import { passphraseError } from "../../../stacks/host-secrets";
import type { OpenSsh } from "../../../stacks/openssh";
import { valueOf } from "../mocks";
import { run, setSecrets, outputs, only } from "./run-course";
import { errorLines } from "./config-errors";

const folder = mkdtempSync(join(tmpdir(), "host-secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));

function makeKey(name: string, passphrase: string, ...options: string[]): string {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", ...options, "-N", passphrase, "-f", join(folder, name)]);
  return readFileSync(join(folder, name), "utf8");
}
const OPEN = makeKey("open", "");
const LOCKED = makeKey("locked", "open sesame");
const PEM = makeKey("pem", "open sesame", "-t", "rsa", "-b", "1024", "-m", "PEM");

const at = "storage-lab:infrastructure";
const settings = {
  nas: { name: "nas", host: "10.0.0.1" },
  export: { clients: ["10.0.0.0/24"] },
  nodes: [{ name: "node1", host: "10.0.0.2" }],
};
const noAgent: OpenSsh = { config: () => "it is not asked", agentError: () => "names no agent" };

interface Given {
  change?: object;
  secrets?: Record<string, string>;
  plain?: string[];
  ssh?: OpenSsh;
}

type Parsed = InfrastructureConfig & { nas: HostConfig };

function parsed({ change = {}, secrets = {}, plain = [], ssh = noAgent }: Given): Parsed {
  const named = Object.entries(secrets).map(([key, value]) => [`storage-lab:${key}`, value] as const);
  const values: Record<string, string> = {
    "storage-lab:program": "infrastructure",
    [at]: JSON.stringify({ ...settings, ...change }),
    ...Object.fromEntries(named),
  };
  const secretKeys = named.map(([key]): string => key).filter((key) => !plain.some((each) => key.endsWith(each)));
  pulumi.runtime.setAllConfig(values, secretKeys);
  return parseConfig({ stack: "test", values, secretKeys, ssh }).settings as Parsed;
}

const errorsOf = (given: Given) => errorLines(() => parsed(given));

describe("which secrets a host is logged in to with", () => {
  const plainly = (connection: object) => valueOf(pulumi.output(connection));

  test("its own, else those for all, and a passphrase where its key has one", async () => {
    const { nas, nodes } = parsed({
      change: { ssh: { user: "teacher", port: 2222, bastion: { host: "gate" } } },
      secrets: {
        sshPrivateKey: OPEN,
        "sshPrivateKey-nas": LOCKED,
        "sshPrivateKey-bastion": PEM,
        sshKeyPassphrase: "open sesame",
        "sudoPassword-node1": "SUDO",
      },
    });
    const bastion = {
      name: "bastion",
      host: "gate",
      port: 22,
      user: "root",
      hostKey: undefined,
      privateKey: PEM,
      privateKeyPassword: "open sesame",
    };
    expect(await plainly(hostConnection(nas))).toEqual({
      name: "nas",
      host: "10.0.0.1",
      hostKey: undefined,
      port: 2222,
      user: "teacher",
      privateKey: LOCKED,
      privateKeyPassword: "open sesame",
      bastion,
    });
    expect(await plainly(hostConnection(nodes[0]!))).toMatchObject({ privateKey: OPEN, sudoPassword: "SUDO", bastion });
    expect(Object.keys(hostConnection(nodes[0]!))).not.toContain("privateKeyPassword");
  });

  test("an agent or a key file goes before the key for all, and after the host's own", async () => {
    const ssh = { ...noAgent, agentError: () => undefined };
    const change = { ssh: { agent: true }, nas: { ...settings.nas, keyFile: join(folder, "open") } };
    const { nas, nodes } = parsed({ change, secrets: { sshPrivateKey: LOCKED, "sshPrivateKey-node1": OPEN }, ssh });
    expect(await plainly(hostConnection(nas))).toMatchObject({ privateKeyFile: join(folder, "open") });
    expect(Object.keys(hostConnection(nas))).not.toContain("privateKey");
    expect(await plainly(hostConnection(nodes[0]!))).toMatchObject({ privateKey: OPEN });
    const agentOnly = parsed({ change: { ssh: { agent: "/run/agent" } }, ssh });
    expect(await plainly(hostConnection(agentOnly.nas))).toMatchObject({ agent: "/run/agent" });
  });

  test("a host that is reached directly, and one with a bastion of its own", () => {
    const nodes = [{ ...settings.nodes[0], direct: true }];
    const nas = { ...settings.nas, bastion: { name: "own", host: "fd00::1", port: 2022, user: "me" } };
    const config = parsed({
      change: { ssh: { bastion: { host: "gate" } }, nas, nodes },
      secrets: { sshPrivateKey: OPEN },
    });
    expect(config.nodes[0]?.bastion).toBeUndefined();
    expect(config.nas.bastion).toMatchObject({ name: "own", host: "fd00::1", port: 2022, user: "me" });
  });

  test("what nodes mount from is told apart from where SSH connects to", () => {
    const change = {
      nas: { ...settings.nas, host: "vagrant", address: "10.0.0.1" },
      nodes: [
        { name: "node1", host: "127.0.0.1", port: 2200, address: "10.0.0.2" },
        { name: "node2", host: "127.0.0.1", port: 2201, address: "10.0.1.2" },
      ],
    };
    expect(errorsOf({ change, secrets: { sshPrivateKey: OPEN } })).toEqual([
      `${at}.nodes[1].address ("10.0.1.2") is in none of the export's clients (10.0.0.0/24): add its network there.`,
    ]);
  });
});

describe("errors", () => {
  const key = { sshPrivateKey: OPEN };
  const set = (name: string) => `pulumi config set --secret ${name} -s test`;

  test.each<[string, Given, string[]]>([
    [
      "an agent alone needs no key",
      { change: { ssh: { agent: true } }, ssh: { ...noAgent, agentError: () => undefined } },
      [],
    ],
    ["a password alone needs no key", { secrets: { sshPassword: "x" } }, []],
    [
      "a host without a key",
      { secrets: { "sshPrivateKey-nas": OPEN } },
      [`storage-lab:sshPrivateKey is missing. Set it: ${set("sshPrivateKey")} < KEYFILE`],
    ],
    [
      "an agent that cannot be used",
      { change: { nas: { ...settings.nas, agent: "/run/agent" } }, secrets: key },
      [`${at}.nas.agent names no agent.`],
    ],
    [
      "no such key file",
      { change: { nas: { ...settings.nas, keyFile: "/nowhere" } }, secrets: key },
      [`${at}.nas.keyFile ("/nowhere") cannot be read: ENOENT: no such file or directory, open '/nowhere'.`],
    ],
    [
      "a passphrase that is missing",
      { secrets: { ...key, "sshPrivateKey-nas": LOCKED } },
      [`storage-lab:sshPrivateKey-nas has a passphrase. Set it: ${set("sshKeyPassphrase-nas")}`],
    ],
    [
      "a wrong passphrase, also of a key in PEM",
      { secrets: { sshPrivateKey: PEM, sshKeyPassphrase: "no" } },
      [
        `storage-lab:sshKeyPassphrase does not open the key (storage-lab:sshPrivateKey). Set the right one: ${set("sshKeyPassphrase")}`,
      ],
    ],
    [
      "an unknown host",
      { secrets: { ...key, "sudoPassword-nass": "x" } },
      ["storage-lab:sudoPassword-nass is of no host that this stack logs in to: did you mean nas?"],
    ],
    [
      "a host whose name is like none",
      { secrets: { ...key, "sudoPassword-gate": "x" } },
      ["storage-lab:sudoPassword-gate is of no host that this stack logs in to; known are nas, node1."],
    ],
    [
      "a secret in plain text",
      { secrets: { ...key, "sudoPassword-nas": "x" }, plain: ["nas"] },
      [`storage-lab:sudoPassword-nas is stored in plain text. Store it encrypted: ${set("sudoPassword-nas")}`],
    ],
    [
      "a password of two lines, which is not printed",
      { secrets: { ...key, sudoPassword: "SECRET\nSECRET" } },
      [`storage-lab:sudoPassword has more than one line. Set it: ${set("sudoPassword")}`],
    ],
    [
      "a path that is none",
      { change: { ssh: { agent: "agent.sock", keyFile: "id" } }, secrets: key },
      [
        `${at}.ssh.agent ("agent.sock") is not an absolute path, nor one below ~/.`,
        `${at}.ssh.keyFile ("id") is not an absolute path, nor one below ~/.`,
      ],
    ],
    [
      "a bastion without an address",
      { change: { ssh: { bastion: {} } }, secrets: key },
      [`${at}.ssh.bastion.host is missing: text is required there.`],
    ],
  ])("%s", (_, given, errors) => {
    expect(errorsOf(given)).toEqual(errors);
  });

  test("a locked key is told apart from what cannot be read", () => {
    expect(passphraseError(OPEN, undefined)).toBeUndefined();
    expect(passphraseError(LOCKED, undefined)).toBe("missing");
    expect(passphraseError(LOCKED, "wrong")).toBe("wrong");
    expect(passphraseError(LOCKED, "open sesame")).toBeUndefined();
    expect(passphraseError(PEM, undefined)).toBe("missing");
    expect(passphraseError(PEM, "wrong")).toBe("wrong");
    expect(passphraseError(PEM, "open sesame")).toBeUndefined();
    expect(passphraseError("no key", "x")).toBeUndefined();
  });
});

describe("a course", () => {
  beforeEach(setSecrets);
  const sections = only("staticPair");
  const nas = { ...outputs.nas, name: "nas", bastion: { name: "gate", host: "gate", port: 22, user: "root" } };
  const stacks = (change: object) => ({ stacks: { infra: { ...outputs, nas: { ...nas, ...change } } } });
  const withSecret = (key: string, value: string) => {
    const names = [...Object.keys(pulumi.runtime.allConfig()), `storage-lab:${key}`];
    pulumi.runtime.setAllConfig({ ...pulumi.runtime.allConfig(), [`storage-lab:${key}`]: value }, names);
  };

  test("logs in to the NAS as its infrastructure says, with secrets of its own", async () => {
    withSecret("sshPrivateKey-gate", "GATE");
    const { inputs } = await run({ sections }, stacks({}));
    expect(inputs("command:remote:Command", "directories-make").connection).toMatchObject({
      value: { privateKey: "PRIVATE", proxy: { host: "gate", privateKey: "GATE" } },
    });
  });

  test("says before anything is made what it lacks, and which of its secrets is none", async () => {
    withSecret("sshPrivateKey", LOCKED);
    withSecret("sudoPassword-nass", "x");
    const made: string[] = [];
    const running = run({ sections }, { ...stacks({}), onRegister: (name) => made.push(name) });
    await expect(running).rejects.toThrow(
      /storage-lab:sudoPassword-nass is of no host[^]*storage-lab:sshPrivateKey has a passphrase/,
    );
    expect(made).toEqual([]);
  });

  test("on an infrastructure of before works as it did", async () => {
    const { inputs } = await run({ sections });
    expect(inputs("command:remote:Command", "directories-make").connection).toMatchObject({
      value: { host: "192.168.110.168", port: 22, user: "root", privateKey: "PRIVATE" },
    });
  });
});

test("where nothing is logged in to, an error elsewhere asks for no key", () => {
  const change = { nas: undefined, export: undefined, nodes: undefined, nodePods: {} };
  const existing = { server: "10.0.0.9", path: "volume1" };
  expect(errorsOf({ change: { ...change, existing } })).toEqual([
    expect.stringContaining(`${at}.existing.path ("volume1") is not absolute`),
  ]);
});

test("a host without an address is told next to what else is wrong with it", () => {
  expect(errorsOf({ change: { nas: { nmae: "nas" } }, secrets: { sshPrivateKey: OPEN } })).toEqual([
    `${at}.nas.name is missing: text is required there.`,
    expect.stringContaining(`${at}.nas.nmae is not a key here`),
    `${at}.nas.host is missing: text is required there.`,
  ]);
});

test("an alias that can be none is one error", () => {
  expect(errorsOf({ change: { nas: { name: "nas", sshAlias: "a b" } }, secrets: { sshPrivateKey: OPEN } })).toEqual([
    `${at}.nas.sshAlias ("a b") is not the name of a host in ~/.ssh/config.`,
  ]);
});
