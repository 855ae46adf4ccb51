import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Step } from "../../exercises/runner/progress";
import { run } from "../toolkit/run";
import { versionOf } from "./ask";
import { fits, mirrorMark, pluginFile, wanted, type PluginName } from "./versions";

/** Something of Pulumi's own that is on this machine already. */
export interface Installed {
  path: string;
  version: string;
}

/** The first `pulumi` on PATH that fits; an older one cannot run programs of the SDK that is pinned here. */
export async function installedEngine(): Promise<Installed | undefined> {
  for (const path of onPath("pulumi")) {
    const version = await run(path, ["version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout: 30_000 });
    if (fits(version, wanted.engine)) return { path, version: version.replace(/^v/, "") };
  }
  return undefined;
}

/** An official plugin that fits: next to the engine, on PATH, or among the plugins of the user's PULUMI_HOME. */
export async function installedPlugin(name: PluginName, engine: string, step: Step): Promise<Installed | undefined> {
  const { kind, executable } = pluginFile(name);
  const candidates = [
    join(dirname(realpathSync(engine)), executable),
    ...onPath(executable),
    ...inPulumiHome(`${kind}-${name}-v`, executable),
  ];
  for (const path of candidates) {
    if (!existsSync(path)) continue;
    const version = await versionOf(kind, path).catch((error: Error) => {
      step.note(`${error.message}; it is left aside.`);
      return "none";
    });
    if (fits(version, wanted[name]) && !version.endsWith(mirrorMark))
      return { path, version: version.replace(/^v/, "") };
  }
  return undefined;
}

function onPath(executable: string): string[] {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.map((folder) => join(folder, executable)).filter((path) => existsSync(path));
}

function inPulumiHome(prefix: string, executable: string): string[] {
  const plugins = join(process.env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "plugins");
  if (!existsSync(plugins)) return [];
  const folders = readdirSync(plugins).filter((folder) => folder.startsWith(prefix));
  return folders.map((folder) => join(plugins, folder, executable));
}
