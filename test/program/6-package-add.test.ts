import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../../embedded/cli/lab-files";
import { wentWell } from "../support/expectations";
import { TestLab, type Ended } from "../support/test-lab";

// A program in YAML on own hosts, as docs/other-languages.md has it: with `./lab env --yaml` and a Pulumi home of its own.
const lab = new TestLab();
const folder = mkdtempSync(join(tmpdir(), "storage-lab-package-add-"));
const program = join(folder, "program");
const settings = [
  `PULUMI_HOME=${join(folder, "home")}`,
  `PULUMI_BACKEND_URL=file://${join(folder, "state")}`,
  "PULUMI_CONFIG_PASSPHRASE=of this test",
  // What `./lab exec` says of plugins does not hold here.
  "PULUMI_IGNORE_AMBIENT_PLUGINS=false",
];
let tools: string;

const pulumi = (words: string[], input?: string): Promise<Ended> => {
  const script = 'eval "$0"; exec pulumi "$@" --non-interactive --color never';
  return lab.run(["exec", "--", "env", ...settings, "bash", "-c", script, tools, "--cwd", program, ...words], {
    input,
  });
};

beforeAll(async () => {
  tools = await lab.ok(["env", "--yaml"], { limit: 900 });
  cpSync(join(projectRoot, "examples", "yaml"), program, { recursive: true });
  mkdirSync(join(folder, "state"));
  wentWell(await pulumi(["package", "add", join(projectRoot, "multi-language")]));
  wentWell(await pulumi(["stack", "init", "test"]));
  wentWell(await pulumi(["config", "set", "nas", "192.0.2.1"]));
  wentWell(await pulumi(["config", "set", "network", "192.0.2.0/24"]));
  wentWell(await pulumi(["config", "set", "--secret", "sshPrivateKey"], lab.sshKey()));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("package add writes the package into the program's Pulumi.yaml", () => {
  const { packages } = parse(readFileSync(join(program, "Pulumi.yaml"), "utf8")) as { packages: unknown };
  expect(packages).toEqual({ "storage-lab": join(projectRoot, "multi-language") });
});

test("the program makes the façade's components, the library's below them, and their children", async () => {
  const { stdout } = wentWell(await pulumi(["preview", "--json"]));
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  const made = steps.map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join(" ")}`);
  const server = "storage-lab:index:NfsServer$storage-lab:nfs:NfsServer";
  const volume = "storage-lab:index:StaticVolume$storage-lab:storage:StaticVolume";
  const redis = "storage-lab:index:RedisStatefulSet$storage-lab:workload:RedisStatefulSet";
  expect(made.filter((line) => !line.includes(" pulumi:")).sort()).toEqual(
    [
      "create storage-lab:index:NfsServer server",
      `create ${server} server`,
      `create ${server}$command:remote:Command server-export`,
      "create storage-lab:index:StaticVolume volume",
      `create ${volume} volume`,
      `create ${volume}$kubernetes:core/v1:PersistentVolume volume-volume`,
      `create ${volume}$kubernetes:core/v1:PersistentVolumeClaim volume-claim`,
      "create storage-lab:index:RedisStatefulSet redis",
      `create ${redis} redis`,
      `create ${redis}$kubernetes:apps/v1:StatefulSet redis-statefulset`,
      `create ${redis}$storage-lab:workload:HeadlessService redis`,
      `create ${redis}$storage-lab:workload:HeadlessService$kubernetes:core/v1:Service redis-service`,
    ].sort(),
  );
  expect(stdout).not.toContain(lab.sshKey().trim().split("\n")[1]);
});

test("an error of the library is a plain sentence in the YAML program too", async () => {
  wentWell(await pulumi(["config", "set", "path", "/"]));
  const { exitCode, output } = await pulumi(["preview"]);
  expect(exitCode).not.toBe(0);
  expect(output).toContain(`"/" would export the host's whole file system`);
  expect(output).not.toMatch(/^\s+at .*:\d+/m);
});
