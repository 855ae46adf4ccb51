import { existsSync, realpathSync } from "node:fs";
import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cached } from "../toolkit/cache";
import { Failure } from "../../exercises/runner/failure";
import { silent, type Reporter, type Step } from "../../exercises/runner/progress";
import { versionOf } from "./ask";
import { buildEngine, buildPlugin } from "./build";
import { downloadEngine, downloadPlugin } from "./download";
import { installedEngine, installedPlugin, type Installed } from "./installed";
import { fits, mirrorMark, plain, pluginFile, pluginNames, wanted, type PluginName } from "./versions";

export { yamlHost } from "./build";

/** Pulumi's engine, the program `pulumi`. It is always Pulumi's own code; only the way it came here differs. */
export interface Engine {
  /** Path of the executable. */
  pulumi: string;
  origin: "installed" | "download" | "built";
  version: string;
}

/** The plugins that the engine shall use. */
export interface Plugins {
  /** `official`: Pulumi's own. `mirror`: the providers of this folder, which cover what this project uses. */
  kind: "official" | "mirror";
  /** What each plugin says its version is. */
  versions: Record<PluginName, string>;
  /** Has all three executables (symbolic links): put first on PATH, it makes any `pulumi` use them. */
  folder: string;
}

/**
 * Returns the engine to work with: an installed one that fits the SDK's version, else the official download, else one
 * built from the Go module proxy. A download that is refused, or not answered in five seconds, is not tried again.
 */
export async function chooseEngine(report: Reporter): Promise<Engine> {
  return report.step("Pulumi's engine", async (step) => {
    step.waiting("an installed pulumi to tell its version");
    const installed = await installedEngine();
    if (installed) return { pulumi: installed.path, origin: "installed", version: installed.version };
    const folder = await unlessRefused(downloadEngine(step), step);
    if (folder) return { pulumi: join(folder, "pulumi"), origin: "download", version: wanted.engine };
    step.note(`Pulumi ${wanted.engine} is built from the Go module proxy; the first time this takes some minutes.`);
    return { pulumi: await buildEngine(step), origin: "built", version: wanted.engine };
  });
}

/**
 * Returns the plugins to work with: official ones where all can be had, installed or by download; else both providers
 * are built from this folder. The language host goes with them, unless the engine brings an official one of its own,
 * which it would take before any other.
 */
export async function choosePlugins(report: Reporter, engine: Engine): Promise<Plugins> {
  return report.step("Pulumi's plugins", async (step) => {
    const official: Partial<Record<PluginName, Installed>> = {};
    for (const name of pluginNames) {
      step.waiting(`an installed ${pluginFile(name).executable} to tell its version`);
      official[name] = await installedPlugin(name, engine.pulumi, step);
    }
    for (const name of pluginNames) {
      const path = official[name] ? undefined : await unlessRefused(downloadPlugin(name, step), step);
      if (path) official[name] = { path, version: wanted[name] };
    }
    const missing = pluginNames.filter((name) => !official[name]);
    if (missing.length === 0) return gather("official", official as Record<PluginName, Installed>);

    const files = missing.map((name) => pluginFile(name).executable).join(", ");
    step.note(`Not to be had from Pulumi: ${files}. The plugins in embedded/engine/ take their place.`);
    const bundled = official.nodejs?.path.startsWith(`${dirname(realpathSync(engine.pulumi))}/`);
    return gather("mirror", {
      nodejs: bundled && official.nodejs ? official.nodejs : await build("nodejs", step),
      command: await build("command", step),
      kubernetes: await build("kubernetes", step),
    });
  });
}

/** Whether what was chosen earlier is still there and still what package.json asks for. */
export function available(engine: Engine, plugins: Plugins): boolean {
  const served = pluginNames.every((name) => fits(plugins.versions[name], wanted[name]));
  const files = [engine.pulumi, ...pluginNames.map((name) => join(plugins.folder, pluginFile(name).executable))];
  return fits(engine.version, wanted.engine) && served && files.every((file) => existsSync(file));
}

/** Whether all official plugins are installed on this machine; nothing is downloaded to find out. */
export async function officialInstalled(engine: Engine): Promise<boolean> {
  const found = await silent.step("", (step) =>
    Promise.all(pluginNames.map((name) => installedPlugin(name, engine.pulumi, step))),
  );
  return found.every((plugin) => plugin !== undefined);
}

/**
 * Puts the plugins, and no other version of them, where an engine with this PULUMI_HOME finds them. Unlike plugins on
 * PATH, they are used without a warning at every call.
 */
export async function linkPlugins(plugins: Plugins, pulumiHome: string): Promise<void> {
  const folder = join(pulumiHome, "plugins");
  await mkdir(folder, { recursive: true });
  for (const name of pluginNames) {
    const { kind, executable } = pluginFile(name);
    const own = `${kind}-${name}-v${plain(plugins.versions[name])}`;
    const others = (await readdir(folder)).filter((entry) => entry.startsWith(`${kind}-${name}-v`) && entry !== own);
    for (const other of others) await rm(join(folder, other), { recursive: true });
    await mkdir(join(folder, own), { recursive: true });
    await rm(join(folder, own, `${executable}.new`), { force: true });
    await symlink(join(plugins.folder, executable), join(folder, own, `${executable}.new`));
    await rename(join(folder, own, `${executable}.new`), join(folder, own, executable));
  }
}

/** The environment with which an engine uses the linked plugins and no others. */
export function pluginEnvironment(pulumiHome: string): Record<string, string> {
  return {
    PULUMI_HOME: pulumiHome,
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

async function build(name: PluginName, step: Step): Promise<Installed> {
  const path = await buildPlugin(name, step);
  const version = await versionOf(pluginFile(name).kind, path);
  if (version === wanted[name] + mirrorMark) return { path, version };
  throw new Failure(
    `${pluginFile(name).executable} of embedded/engine/ says it is ${version}, where package.json has ${wanted[name]}.`,
    "Set the version in embedded/engine/internal/edition/edition.go.",
  );
}

async function gather(kind: Plugins["kind"], plugins: Record<PluginName, Installed>): Promise<Plugins> {
  const targets = pluginNames.map((name) => plugins[name].path);
  const folder = await cached(`plugins-${kind}`, { values: targets }, async (unfinished) => {
    for (const name of pluginNames) {
      await symlink(plugins[name].path, join(unfinished, pluginFile(name).executable));
    }
  });
  const { nodejs, command, kubernetes } = plugins;
  return {
    kind,
    folder,
    versions: { nodejs: nodejs.version, command: command.version, kubernetes: kubernetes.version },
  };
}

/** A refused download is no error: it is said, once, and the next way is taken. */
async function unlessRefused(download: Promise<string>, step: Step): Promise<string | undefined> {
  try {
    return await download;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!said.has(error)) step.note(error.message);
    said.add(error);
    return undefined;
  }
}

const said = new WeakSet<Failure>();
