import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject } from "@kubernetes/client-node";
import { scriptRevision } from "../../../components/nfs/script-text";
import type { Kind } from "../../../exercises/cluster/kinds";
import { FakeApiServer } from "./fake-api-server";
import { OwnMachine, type Answer, type Ended } from "./own-machine";

const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nnever to be printed\n-----END OPENSSH PRIVATE KEY-----";

const configMap: KubernetesObject & { kind: Kind; data: object } = {
  kind: "ConfigMap",
  metadata: { name: "config", namespace: "shiqi", uid: "1" },
  data: { theme: "dark" },
};
const volume = () => ({
  kind: "PersistentVolume" as Kind,
  metadata: { name: "pv", uid: "2", resourceVersion: "7" },
  spec: {
    nfs: { server: "nas", path: "/nfs/data" },
    persistentVolumeReclaimPolicy: "Retain",
    claimRef: { namespace: "shiqi", name: "claim", uid: "gone" },
  },
  status: { phase: "Released" },
});

const check = {
  name: "nas",
  title: "The export is in force",
  script: "nfs-server",
  values: {},
  revision: scriptRevision("nfs-server"),
  host: "nas.example",
  port: 22,
  user: "root",
};

const URN = "urn:pulumi:infrastructure::storage-lab::command:remote:Command::nas-export";
/** A run of the server's script, as the state has it: the whole connection is a secret. */
const serverScript = {
  urn: URN,
  type: "command:remote:Command",
  id: "1",
  inputs: {
    connection: {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      plaintext: JSON.stringify({ host: "192.168.110.168", port: 22, user: "root", privateKey: KEY }),
    },
  },
};

const rootOf = (outputs: object) => ({ urn: "urn::root", type: "pulumi:pulumi:Stack", outputs });
const states = {
  infrastructure: [rootOf({ hostChecks: [check] })],
  course: [
    rootOf({ hostChecks: [] }),
    {
      urn: "urn::config",
      type: "kubernetes:core/v1:ConfigMap",
      id: "shiqi/config",
      inputs: { metadata: { name: "config", namespace: "shiqi" }, data: { theme: "dark" } },
    },
  ],
};

/** What Pulumi prints of two stacks that were applied. */
function goodPulumi(course: object, { made = true, key = KEY }: { made?: boolean; key?: string } = {}): Answer[] {
  const config = (program: string, settings: object) =>
    JSON.stringify({
      "storage-lab:program": { value: program },
      [`storage-lab:${program}`]: { value: JSON.stringify(settings), objectValue: settings },
      ...(key && { "storage-lab:sshPrivateKey": { value: key, secret: true } }),
    });
  const state = (resources: object[]) => JSON.stringify({ version: 3, deployment: made ? { resources } : {} });
  return [
    { words: "config --json --show-secrets --stack course", stdout: config("course", course) },
    { words: "config --json --show-secrets --stack infrastructure", stdout: config("infrastructure", {}) },
    { words: "--stack course --non", stdout: state(states.course) },
    { words: "--stack infrastructure --non", stdout: state(states.infrastructure) },
  ].flatMap((answer) => [
    { words: "stack history", stdout: '[{"kind":"update","result":"succeeded"}]' },
    { words: "up --stack" },
    { words: "destroy --stack" },
    answer,
  ]);
}

const isPlain = ({ stdout, stderr }: Ended) => {
  expect(stdout + stderr).not.toMatch(/^\s+at /m);
  expect(stdout + stderr).not.toContain("never to be printed");
};

describe("a machine that has Node, pulumi, ssh and ps and no /proc, outside of the clone", () => {
  let machine: OwnMachine;
  let server: FakeApiServer;
  let course: { infrastructureStack: string; kubeconfig: string };

  beforeEach(async () => {
    machine = new OwnMachine();
    server = new FakeApiServer([configMap, volume()]);
    course = { infrastructureStack: "infrastructure", kubeconfig: await server.start() };
    machine.answers("pulumi", goodPulumi(course));
    machine.answers("ssh", [{ words: "nas.example" }]);
  });
  afterEach(() => {
    server.stop();
    machine.remove();
  });

  test("probe looks at hosts and objects; the stack's key is in a file of its user's alone, and gone afterwards", async () => {
    const ended = await machine.run(["probe", "-s", "course", "--all"]);
    isPlain(ended);
    expect(ended.stderr).toBe("");
    expect(ended.stdout).toBe(
      [
        "✓ The stack infrastructure was applied to its end",
        "✓ The stack course was applied to its end",
        "✓ The export is in force",
        "✓ ConfigMap shiqi/config",
        "4 of 4 checks passed",
        "",
      ].join("\n"),
    );
    expect(ended.exitCode).toBe(0);
    const [ssh] = machine.calls("ssh");
    expect(ssh).toMatchObject({ keyText: `${KEY}\n`, keyMode: 0o600 });
    expect(existsSync(ssh?.key ?? "")).toBe(false);
    expect(readdirSync(machine.environment.TMPDIR ?? "").filter((name) => name.startsWith("storage-lab-"))).toEqual([]);
    // Pulumi runs the stacks' program with ts-node, and must not be told of another loader.
    expect(machine.calls("pulumi").map(({ tsconfig }) => tsconfig)).not.toContainEqual(expect.anything());
    expect(server.changes).toEqual([]);
  });

  test("it is found by a link to it", () => {
    const link = join(machine.folder, "storage-lab");
    symlinkSync(relative(machine.folder, join(__dirname, "../../../storage-lab")), link);
    const environment = { ...machine.environment, PATH: `${machine.environment.PATH}:${process.env.PATH}` };
    expect(execFileSync(link, ["--help"], { env: environment }).toString()).toContain("Usage: storage-lab");
  });

  test("probe names what is missing, and ends with 1", async () => {
    server.objects.shift();
    const ended = await machine.run(["probe", "-s", "course"]);
    isPlain(ended);
    expect(ended).toMatchObject({
      exitCode: 1,
      stdout:
        "✗ ConfigMap shiqi/config: it is not there\n3 of 4 checks passed\n→ What can come back without you, up brings back\n",
    });
  });

  test("probe names a host that does not answer", async () => {
    machine.answers("ssh", [
      { words: "", exitCode: 255, stderr: "ssh: connect to host nas.example port 22: No route to host" },
    ]);
    const ended = await machine.run(["probe", "-s", "course"]);
    isPlain(ended);
    expect(ended.exitCode).toBe(1);
    expect(ended.stdout).toContain("nas.example, port 22, does not answer over SSH: ssh: connect to host");
    expect(ended.stdout).toContain("→ Start the host and its SSH server");
  });

  test("up runs Pulumi on both stacks, after removing the lock of one that is gone", async () => {
    const locks = join(machine.folder, "state/.pulumi/locks/organization/storage-lab/course");
    mkdirSync(locks, { recursive: true });
    // The process of this number is older than the lock in one case, and younger in the other.
    writeFileSync(join(locks, "old.json"), JSON.stringify({ pid: 1, timestamp: "1969-01-01T00:00:00Z" }));
    const ended = await machine.run(["up", "-s", "course"]);
    isPlain(ended);
    expect(ended.stderr).toContain("✓ Everything is as the stacks declare");
    expect(ended.exitCode).toBe(0);
    expect(readdirSync(locks)).toEqual([]);
    const ups = machine.calls("pulumi").filter(({ args }) => args.startsWith("up "));
    expect(ups.map(({ args }) => args.split(" ")[2])).toEqual(["infrastructure", "course"]);
  });

  test("up leaves the lock of one that runs", async () => {
    const locks = join(machine.folder, "state/.pulumi/locks/organization/storage-lab/course");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "new.json"), JSON.stringify({ pid: 4711, timestamp: new Date().toISOString() }));
    const ended = await machine.run(["up", "-s", "course"]);
    isPlain(ended);
    expect(ended.stderr).toContain("error: Pulumi works on the stack course already (process 4711");
    expect(ended.exitCode).toBe(1);
    expect(readdirSync(locks)).toEqual(["new.json"]);
  });

  test("repair-volume frees the volume, and asks first", async () => {
    const asked = await machine.run(["repair-volume", "pv", "-s", "course"]);
    expect(asked).toMatchObject({ exitCode: 2 });
    expect(asked.stderr).toContain("Nobody is there to ask.\n  → add --yes");
    expect(server.changes).toEqual([]);
    server.onPatch = (object) => Object.assign(object, { status: { phase: "Available" } });
    const ended = await machine.run(["repair-volume", "pv", "-s", "course", "--yes"]);
    expect(ended.stdout).toContain("Repaired: Available");
    expect(ended.exitCode).toBe(0);
    // No host is needed for it.
    expect(machine.calls("ssh")).toEqual([]);
  });

  test("destroy destroys the course first", async () => {
    const ended = await machine.run(["destroy", "-s", "course", "--infrastructure", "--yes"]);
    isPlain(ended);
    expect(ended.exitCode).toBe(0);
    const destroys = machine.calls("pulumi").filter(({ args }) => args.startsWith("destroy "));
    expect(destroys.map(({ args }) => args.split(" ")[2])).toEqual(["course", "infrastructure"]);
  });

  test("destroy names the way on where the NAS is gone for good, and what is forgotten", async () => {
    const words = "after 4 failed attempts: dial tcp 192.168.110.168:22: connect: no route to host";
    const state = { deployment: { resources: [...states.infrastructure, serverScript] } };
    machine.answers("pulumi", [
      { words: "stack export --show-secrets --stack infrastructure", stdout: JSON.stringify(state) },
      {
        words: "destroy --stack infrastructure",
        exitCode: 255,
        events: [{ diagnosticEvent: { urn: URN, prefix: "error: ", message: words, severity: "error" } }],
      },
      ...goodPulumi(course),
    ]);
    const ended = await machine.run(["destroy", "-s", "course", "--infrastructure", "--yes"]);
    isPlain(ended);
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain(`command:remote:Command (nas-export):\n    error: ${words}`);
    expect(ended.stderr).toContain("192.168.110.168:22 cannot be reached: no route to host.");
    expect(ended.stderr).toContain(
      "If 192.168.110.168 is gone for good, run this, and then the same command again: " +
        `pulumi state delete '${URN}' -s infrastructure`,
    );
    expect(ended.stderr).toContain(
      "Nothing is undone on 192.168.110.168 then: should it come back, its export and its",
    );
  });

  test("verify lists the exercises without a cluster, and runs them on that of the stack", async () => {
    server.stop();
    const listed = await machine.run(["verify", "--list", "--json", "-s", "course"]);
    expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ id: "static-pair" }));
    expect(listed.exitCode).toBe(0);
    const ended = await machine.run(["verify", "-s", "course", "--only", "static-pair"]);
    isPlain(ended);
    expect(ended.stderr).toMatch(/error: cannot use the API server at http:.*: connect ECONNREFUSED/);
    expect(ended.exitCode).toBe(1);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves no key behind", async (signal) => {
    machine.answers("ssh", [{ words: "", hangs: true }]);
    const { child, ended } = machine.begin(["probe", "-s", "course"]);
    const started = async () => {
      while (machine.calls("ssh").length === 0 && child.exitCode === null) await delay(50);
    };
    await started();
    const [ssh] = machine.calls("ssh");
    expect(existsSync(ssh?.key ?? "")).toBe(true);
    child.kill(signal);
    expect(await ended).toMatchObject({ exitCode: 130 });
    expect(existsSync(ssh?.key ?? "")).toBe(false);
  });

  describe("errors are a sentence with a way on:", () => {
    const fails = (words: string, stderr: string, more: Answer[] = []): Answer[] => [
      { words, exitCode: 255, stderr: `error: ${stderr}` },
      ...more,
    ];

    test("an unknown stack", async () => {
      machine.answers("pulumi", fails("", "no stack named 'course' found"));
      const ended = await machine.run(["probe", "-s", "course"]);
      expect(ended.stderr).toBe("error: there is no stack course\n  → List them with: pulumi stack ls\n");
      expect(ended.exitCode).toBe(2);
    });

    test("a stack of another project", async () => {
      machine.answers("pulumi", [
        { words: "config", stdout: "{}" },
        { words: "export", stdout: "{}" },
      ]);
      const ended = await machine.run(["probe", "-s", "course"]);
      expect(ended.stderr).toContain("error: the config of the stack course names no program");
      expect(ended.exitCode).toBe(2);
    });

    test("another Pulumi works on the stack", async () => {
      const locked =
        "the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
        "  file:///state/a.json: created by teacher@desk (pid 7) at 2026-11-26T00:00:00Z";
      machine.answers("pulumi", fails("up --stack infrastructure", locked, goodPulumi(course)));
      const ended = await machine.run(["up", "-s", "course"], { PULUMI_BACKEND_URL: "s3://bucket" });
      isPlain(ended);
      expect(ended.stderr).toContain(
        "error: another Pulumi works on the stack infrastructure: its lock was created by teacher@desk (pid 7) at 2026-11-26T00:00:00Z",
      );
      expect(ended.stderr).toContain(
        "→ Wait until it is done. If it is gone and left its lock: pulumi cancel infrastructure",
      );
      expect(ended.exitCode).toBe(1);
    });

    test.each<[string, object, string, string]>([
      ["no kubeconfig", { kubeconfig: "/nonexistent/config" }, "cannot read the kubeconfig: ENOENT", "set KUBECONFIG"],
      [
        "a kubeconfig that is not YAML, of which nothing is quoted",
        { kubeconfig: "a: b: c\ntoken: never to be printed\n" },
        "cannot read the kubeconfig",
        "set KUBECONFIG",
      ],
    ])("%s", async (_what, change, message, remedy) => {
      machine.answers("pulumi", goodPulumi({ ...course, ...change }));
      const ended = await machine.run(["probe", "-s", "course"]);
      isPlain(ended);
      expect(ended.stderr).toContain(`error: ${message}`);
      expect(ended.stderr).toContain(remedy);
    });

    test("a stack that was not applied yet", async () => {
      machine.answers("pulumi", goodPulumi(course, { made: false }));
      const verified = await machine.run(["verify", "-s", "course"]);
      isPlain(verified);
      expect(verified.stderr).toBe("error: the stack course was not applied yet\n  → pulumi up -s course\n");
      const probed = await machine.run(["probe", "-s", "course"]);
      expect(probed.stdout).toContain("✗ The stack course was applied to its end: it was not made yet");
      expect(probed.exitCode).toBe(1);
    });

    test("no key for the hosts", async () => {
      machine.answers("pulumi", goodPulumi(course, { key: "" }));
      const ended = await machine.run(["probe", "-s", "course"]);
      isPlain(ended);
      expect(ended.stderr).toContain("error: the stack course has no secret sshPrivateKey");
      expect(ended.stderr).toContain("--ssh-key KEYFILE");
      const named = await machine.run(["probe", "-s", "course", "--ssh-key", "none"]);
      expect(named.stderr).toContain("error: --ssh-key: ENOENT");
    });

    test("no key for the hosts that the last pulumi up logged in to: the preflight asks the config alone", async () => {
      machine.answers("pulumi", goodPulumi(course, { key: "" }));
      const ended = await machine.run(["preflight", "-s", "infrastructure"]);
      isPlain(ended);
      expect(ended.stderr).toContain("error: Pulumi.infrastructure.yaml has ");
      expect(ended.stderr).not.toContain("has no secret");
    });

    test.each([
      ["pulumi", "error: the program pulumi cannot be run: it is not on PATH\n  → Install Pulumi"],
      ["ssh", "the program ssh cannot be run: put it on PATH"],
    ])("no %s on PATH", async (name, message) => {
      machine.without(name);
      const ended = await machine.run(["probe", "-s", "course"]);
      isPlain(ended);
      expect(ended.stdout + ended.stderr).toContain(message);
      expect(ended.exitCode).toBe(1);
    });

    test("what nobody expected is one line; its trace is in a file", async () => {
      machine.answers("pulumi", [
        { words: "config", stdout: "null" },
        { words: "", stdout: "{}" },
      ]);
      const ended = await machine.run(["probe", "-s", "course"]);
      isPlain(ended);
      const [, file = ""] = /error: unexpected: .*\n {2}→ Details are in (\S+)\n/.exec(ended.stderr) ?? [];
      expect(file.startsWith(join(machine.folder, "logs"))).toBe(true);
      expect(readFileSync(file, "utf8")).toContain("    at ");
      expect(ended.exitCode).toBe(1);
    });

    test("nothing of what Pulumi prints beside an error is quoted: it may be secrets", async () => {
      machine.answers("pulumi", [
        { words: "", stdout: '{"key":"never to be printed', stderr: "error: disk full", exitCode: 1 },
      ]);
      const ended = await machine.run(["probe", "-s", "course"]);
      isPlain(ended);
      expect(ended.stderr).toContain("disk full");
      machine.answers("pulumi", [{ words: "", stdout: '{"key":"never to be printed' }]);
      const cut = await machine.run(["probe", "-s", "course"]);
      isPlain(cut);
      expect(cut.stderr).toContain("printed something that is not JSON");
    });

    test("no stack named, and no such verb, are wrong use", async () => {
      expect(await machine.run(["probe"])).toMatchObject({ exitCode: 2 });
      expect(await machine.run(["fly", "-s", "course"])).toMatchObject({ exitCode: 2 });
    });
  });
});
