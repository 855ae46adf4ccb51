import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

const EXECUTABLE = "pulumi-resource-command";

/** Ends the version of the plugin in embedded/engine/, which asks for signatures of today's kinds. */
const TAKES_RSA = "+storage-lab-mirror";

/**
 * Whether the plugin `command` that the engine will take for this program can check RSA host keys. The engine looks for it on
 * PATH, unless that is switched off, and then in PULUMI_HOME; one that is not there yet is Pulumi's own.
 */
export function commandPluginTakesRsa(): boolean {
  const found = installed();
  return found.length > 0 && found.every((path) => versionOf(path).endsWith(TAKES_RSA));
}

function installed(): string[] {
  const { PATH = "", PULUMI_IGNORE_AMBIENT_PLUGINS, PULUMI_HOME = join(homedir(), ".pulumi") } = process.env;
  const folders = /^(1|true)$/i.test(PULUMI_IGNORE_AMBIENT_PLUGINS ?? "") ? [] : PATH.split(delimiter);
  const onPath = folders.map((folder) => join(folder, EXECUTABLE)).find((path) => existsSync(path));
  if (onPath !== undefined) return [onPath];
  const plugins = join(PULUMI_HOME, "plugins");
  const versions = existsSync(plugins) ? readdirSync(plugins) : [];
  return versions
    .filter((name) => /^resource-command-v[^/]*\d$/.test(name))
    .map((name) => join(plugins, name, EXECUTABLE));
}

/** Empty where it does not tell, as Pulumi's own. */
function versionOf(path: string): string {
  const { stdout } = spawnSync(path, ["-version"], {
    encoding: "utf8",
    timeout: 5000,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return stdout?.trim() ?? "";
}
