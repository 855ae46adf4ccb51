import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scriptRevision } from "../../../components/nfs/script-text";
import { Hosts } from "../../../operations/hosts/hosts";
import { withPrivateFolder, writeKey } from "../../../operations/hosts/ssh-key";

const check = {
  name: "nas",
  title: "The export is in force",
  script: "nfs-server" as const,
  values: { EXPORT_PATH: "/nfs" },
  host: "fd00::10",
  port: 2222,
  user: "teacher",
  hostKey: "ssh-ed25519 AAAA",
  revision: scriptRevision("nfs-server"),
};

const { PATH } = process.env;
let folder: string;
let hosts: Hosts;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hosts-"));
  process.env.PATH = `${folder}:${PATH}`;
  hosts = new Hosts(folder, () => ({ keys: ["/keys/a", "/keys/b"] }));
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

/** Runs what comes on standard input. */
const SHELL = `bash -c 'eval "$(cat)"' bash`;

/** An `ssh` that keeps its arguments and its input. */
function fakeSsh(ending: string): void {
  const path = join(folder, "ssh");
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" >${folder}/args\ncat >${folder}/input\n${ending}\n`);
  chmodSync(path, 0o755);
}
const args = () => readFileSync(join(folder, "args"), "utf8").trim().split("\n");

test("a script goes to the host as standard input, with the keys and the host key of the config and no others", async () => {
  fakeSsh("exit 0");
  expect(await hosts.look(check, "course-x")).toMatchObject({ passed: true, id: "fd00::10 nas" });
  expect(args().slice(-5)).toEqual(["2222", "-l", "teacher", "fd00::10", `sudo -n ${SHELL} check`]);
  expect(args()).toEqual(
    expect.arrayContaining(["-F", "none", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes", "/keys/a", "/keys/b"]),
  );
  expect(readFileSync(join(folder, "input"), "utf8")).toContain("/nfs");
  expect(readFileSync(join(folder, "known-hosts-fd00::10-2222"), "utf8")).toBe("[fd00::10]:2222 ssh-ed25519 AAAA\n");
});

test("a script that fails says why, and can be run again", async () => {
  fakeSsh("echo not exported >&2; exit 1");
  expect((await hosts.look(check, "course-x")).trouble).toEqual({
    reason: "not exported",
    fix: { does: "run-script", check },
  });
  fakeSsh("exit 3");
  expect((await hosts.look(check, "course-x")).reason).toBe("it ended with exit code 3 and said nothing");
});

describe("several looks at once", () => {
  /** An `ssh` that runs what it is told on this machine, and notes each login. */
  const localSsh = () =>
    fakeSsh(`echo login >>${folder}/logins\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c "$1" <${folder}/input`);
  const logins = () => readFileSync(join(folder, "logins"), "utf8").split("\n").length - 1;
  const address = { host: "nas", port: 22, user: "root" };
  const look = (text: string, action = "check", more = {}) =>
    hosts.ask({ address: { ...address, ...more }, text, action, seconds: 5 });

  test("share a login, and each has its own argument, output, error and exit code", async () => {
    localSsh();
    const ends = await Promise.all([
      look('echo "one $1"; echo two', "check"),
      look('set -e; trap "echo bye" EXIT; fail() { echo "no $1" >&2; exit 3; }; fail "$1"', "look"),
      look("cat; printf end", "look"),
    ]);
    expect(ends).toEqual([
      { exitCode: 0, stdout: "one check\ntwo", stderr: "", error: expect.any(String) as string, reached: true },
      { exitCode: 3, stdout: "bye", stderr: "no look", error: "no look", reached: true },
      { exitCode: 0, stdout: "end", stderr: "", error: expect.any(String) as string, reached: true },
    ]);
    expect(logins()).toBe(1);
  });

  test("of other hosts, users and ports, and later ones, have their own", async () => {
    localSsh();
    const bastion = { host: "gate", port: 22, user: "jump" };
    await Promise.all([
      look("true"),
      look("true", "check", { port: 2222 }),
      look("true", "check", { user: "me" }),
      // Another host: networks behind bastions may have the same addresses.
      look("true", "check", { bastion }),
    ]);
    await look("true");
    expect(logins()).toBe(5);
  });

  test("fail together where the host does not answer", async () => {
    fakeSsh("echo Connection refused >&2; exit 255");
    for (const end of await Promise.all([look("true"), look("true")]))
      expect(end).toMatchObject({ reached: false, error: "Connection refused" });
  });

  test("one that ends the login leaves the answers of those before", async () => {
    localSsh();
    const [before, killer, after] = await Promise.all([look("echo fine"), look("kill -9 $$"), look("echo never")]);
    expect(before).toMatchObject({ exitCode: 0, stdout: "fine" });
    for (const end of [killer, after])
      expect(end).toMatchObject({ exitCode: 137, error: expect.any(String) as string });
  });
});

describe("a host that", () => {
  const access = (more: object) => new Hosts(folder, () => ({ keys: ["/keys/a"], ...more }));
  const env = () => readFileSync(join(folder, "env"), "utf8");
  const notingEnv = () => fakeSsh(`env >${folder}/env`);
  const ask = (question: string) => {
    const program = /^SSH_ASKPASS=(.*)$/m.exec(env())?.[1] ?? "";
    return execFileSync(program, [question], { encoding: "utf8" });
  };

  test("asks for a passphrase or a password gets it from a program, and not where others see it", async () => {
    notingEnv();
    await access({ passphrase: "open 'sesame", password: "pass$word" }).look(check, "course-x");
    expect(ask("Enter passphrase for key '/keys/a': ")).toBe("open 'sesame\n");
    expect(ask("teacher@fd00::10's password: ")).toBe("pass$word\n");
    expect(env()).toContain("SSH_ASKPASS_REQUIRE=force");
    expect(env() + args().join("\n")).not.toMatch(/sesame|pass\$word/);
    expect(args()).toContain("BatchMode=no");
  });

  test("asks for nothing is asked nothing", async () => {
    notingEnv();
    await access({}).look(check, "course-x");
    expect(args()).toContain("BatchMode=yes");
  });

  test("has its key in an agent gets no other one", async () => {
    notingEnv();
    await access({ keys: [], agent: true }).look(check, "course-x");
    expect(args()).toEqual(expect.arrayContaining(["IdentityAgent=SSH_AUTH_SOCK", "IdentityFile=none"]));
    expect(args()).not.toContain("-i");
    await access({ keys: [], agent: "/run/my agent" }).look(check, "course-x");
    expect(args()).toContain('IdentityAgent="/run/my agent"');
  });

  test("is behind a bastion is reached over it, each with its own key and host key", async () => {
    notingEnv();
    const bastion = { name: "gate", host: "fd00::1", port: 22, user: "jump", hostKey: "ssh-rsa BBBB" };
    hosts = new Hosts(folder, ({ name }) =>
      name === "gate" ? { keys: ["/keys/it's"], passphrase: "x" } : { keys: [`/keys/${name}`] },
    );
    await hosts.look({ ...check, login: "nas", bastion }, "course-x");
    const way = args().find((each) => each.startsWith("ProxyCommand="));
    expect(args()).toEqual(expect.arrayContaining(["/keys/nas", "BatchMode=yes", "ConnectTimeout=20"]));
    expect(way).toMatch(/^ProxyCommand=env 'SSH_ASKPASS=.*' 'ssh' '-F' 'none' /);
    expect(way).toContain(`'-i' '/keys/it'\\''s' '-W' '[%h]:%p' '-p' '22' '-l' 'jump' 'fd00::1'`);
    expect(readFileSync(join(folder, "known-hosts-fd00::1-22-gate"), "utf8")).toBe("fd00::1 ssh-rsa BBBB\n");
  });

  test("wants a password for sudo gets it before the script, and says where it was wrong", async () => {
    fakeSsh("echo 'sudo: 1 incorrect password attempt' >&2; exit 1");
    const { trouble, reason, remedy } = await access({ sudoPassword: "S3CRET" }).look(check, "course-x");
    expect(readFileSync(join(folder, "input"), "utf8")).toMatch(/^S3CRET\nEXPORT_PATH='\/nfs'\n/);
    expect(args().join("\n")).not.toContain("S3CRET");
    expect(reason).toBe("sudo: 1 incorrect password attempt");
    expect(remedy).toContain("pulumi config set --secret sudoPassword -s course-x");
    expect(trouble?.fix).toBeUndefined();
  });
});

test.each([
  ["ssh: connect to host fd00::1 port 22: Connection refused", "the bastion fd00::1, port 22, on the way to fd00::10"],
  ["stdio forwarding failed", "fd00::10, port 2222, behind the bastion fd00::1, port 22, does not answer"],
])("behind a bastion it is told who did not answer: %s", async (words, reason) => {
  fakeSsh(`echo '${words}' >&2; exit 255`);
  const bastion = { host: "fd00::1", port: 22, user: "jump" };
  expect((await hosts.look({ ...check, bastion }, "course-x")).reason).toContain(reason);
});

test("values of another version's script are not run with this one: the stack is applied instead", async () => {
  fakeSsh("echo must not be asked >&2; exit 1");
  const { trouble } = await hosts.look({ ...check, revision: "0" }, "course-x");
  expect(trouble?.fix).toEqual({ does: "apply", stack: "course-x" });
  expect(existsSync(join(folder, "args"))).toBe(false);
});

test("a host that cannot be reached has no fix: somebody has to start it", async () => {
  fakeSsh("echo Connection refused >&2; exit 255");
  const { trouble } = await hosts.look(check, "course-x");
  expect(trouble?.reason).toBe("fd00::10, port 2222, does not answer over SSH: Connection refused");
  expect(trouble?.fix).toBeUndefined();
});

test("a host that does not take the key is told apart", async () => {
  fakeSsh("echo 'Permission denied (publickey).' >&2; exit 255");
  expect((await hosts.look(check, "course-x")).remedy).toContain("sshPrivateKey");
});

test("the directories' register is made again from the state", async () => {
  fakeSsh("exit 0");
  await hosts.apply({ ...check, script: "nfs-directories" });
  expect(args().at(-1)).toBe(`sudo -n ${SHELL} update`);
  await hosts.apply(check);
  expect(args().at(-1)).toBe(`sudo -n ${SHELL} apply`);
});

test("keys are in a folder of this user's alone, which is gone at the end, also of a failure", async () => {
  const seen: string[] = [];
  const failing = withPrivateFolder(async (each) => {
    const path = await writeKey(each, "key", "text");
    seen.push(each);
    expect(statSync(each).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).toBe("text\n");
    throw new Error("done");
  });
  await expect(failing).rejects.toThrow("done");
  expect(existsSync(seen[0] ?? "")).toBe(false);
});
