import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandPluginTakesRsa } from "../../../components/nfs/command-plugin";
import { hostKeyError } from "../../../components/nfs/ssh-connection";

const { env } = process;
const OURS = "echo 1.2.1+storage-lab-mirror";
/** As a program in Go that does not know the flag. */
const PULUMIS = "echo 'flag provided but not defined: -version' >&2; exit 2";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "plugins-"));
  process.env = { ...env, PATH: `${folder}/bin:/usr/bin:/bin`, PULUMI_HOME: `${folder}/home` };
  delete process.env.PULUMI_IGNORE_AMBIENT_PLUGINS;
});
afterEach(() => {
  process.env = env;
  rmSync(folder, { recursive: true });
});

function plugin(where: string, body: string): void {
  mkdirSync(join(folder, where), { recursive: true });
  const path = join(folder, where, "pulumi-resource-command");
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

test("none is there: Pulumi's own will be", () => {
  expect(commandPluginTakesRsa()).toBe(false);
});

test.each([
  ["on PATH", "bin"],
  ["in PULUMI_HOME", "home/plugins/resource-command-v1.2.1"],
])("%s", (_, where) => {
  plugin(where, PULUMIS);
  expect(commandPluginTakesRsa()).toBe(false);
  expect(hostKeyError("ssh-rsa AAAAB3Nza")).toContain("which Pulumi's plugin command cannot check");
  plugin(where, OURS);
  expect(commandPluginTakesRsa()).toBe(true);
  expect(hostKeyError("ssh-rsa AAAAB3Nza")).toBeUndefined();
});

test("that on PATH goes before that in PULUMI_HOME, unless the engine does not look there", () => {
  plugin("bin", OURS);
  plugin("home/plugins/resource-command-v1.2.1", PULUMIS);
  expect(commandPluginTakesRsa()).toBe(true);
  process.env.PULUMI_IGNORE_AMBIENT_PLUGINS = "true";
  expect(commandPluginTakesRsa()).toBe(false);
});
