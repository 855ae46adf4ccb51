import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { available, chooseEngine, choosePlugins, linkPlugins, pluginEnvironment } from "../../../../embedded/engine";
import { buildEngine, buildPlugin } from "../../../../embedded/engine/build";
import { pluginFile, pluginNames, wanted } from "../../../../embedded/engine/versions";
import { executable, fakeEngine, fakePlugin, listener, scratch } from "./fixtures";

jest.mock("../../../../embedded/engine/build");
const built = { engine: jest.mocked(buildEngine), plugin: jest.mocked(buildPlugin) };

const before = { ...process.env };
let home: string;
let bin: string;

beforeEach(() => {
  home = scratch();
  bin = join(home, "bin");
  mkdirSync(bin);
  process.env.PATH = `${bin}:/usr/bin:/bin`;
  process.env.PULUMI_HOME = join(home, "pulumi");
  process.env.STORAGE_LAB_CACHE = join(home, "cache");
  process.env.STORAGE_LAB_PULUMI_RELEASES = "http://127.0.0.1:64999/releases"; // nobody listens there
  built.engine.mockImplementation(() => Promise.resolve(join(home, "built", "pulumi")));
  built.plugin.mockImplementation((name) => {
    const path = join(home, "built", name, pluginFile(name).executable);
    return Promise.resolve(fakePlugin(path, `${wanted[name]}+storage-lab-mirror`));
  });
});

afterEach(() => {
  process.env = { ...before };
  rmSync(home, { recursive: true, force: true });
});

function official(folder = bin, versions: Partial<typeof wanted> = {}) {
  for (const name of pluginNames) {
    fakePlugin(join(folder, pluginFile(name).executable), versions[name] ?? wanted[name]);
  }
}

describe("the engine", () => {
  test("an installed one that fits is taken", async () => {
    const pulumi = fakeEngine(bin, "3.260.1");
    expect(await chooseEngine(listener().report)).toEqual({ pulumi, origin: "installed", version: "3.260.1" });
    expect(built.engine).not.toHaveBeenCalled();
  });

  test("an older one is left aside; without a download it is built, and both is said", async () => {
    fakeEngine(bin, "3.200.0");
    const { report, notes } = listener();
    expect(await chooseEngine(report)).toMatchObject({ origin: "built", version: wanted.engine });
    expect(notes).toEqual([
      expect.stringMatching(/^127\.0\.0\.1:64999 does not give pulumi-v3\.259\.0-linux-x64: .*ECONNREFUSED/),
      expect.stringContaining("built from the Go module proxy"),
    ]);
  });
});

describe("the plugins", () => {
  const engine = () =>
    ({ pulumi: fakeEngine(join(home, "engine"), wanted.engine), origin: "built", version: wanted.engine }) as const;

  beforeEach(() => mkdirSync(join(home, "engine")));

  test("all official ones on PATH are taken", async () => {
    official();
    const plugins = await choosePlugins(listener().report, engine());
    expect(plugins).toMatchObject({ kind: "official", versions: { nodejs: wanted.nodejs, command: wanted.command } });
    expect(realpathSync(join(plugins.folder, "pulumi-resource-command"))).toBe(join(bin, "pulumi-resource-command"));
    expect(built.plugin).not.toHaveBeenCalled();
  });

  test("official ones in PULUMI_HOME are taken, an older version there is not", async () => {
    official();
    const cache = join(home, "pulumi", "plugins");
    rmSync(join(bin, "pulumi-resource-command"));
    fakePlugin(join(cache, "resource-command-v1.0.0", "pulumi-resource-command"), "1.0.0");
    const wantedOne = fakePlugin(join(cache, "resource-command-v1.2.1", "pulumi-resource-command"), "1.2.1");
    const plugins = await choosePlugins(listener().report, engine());
    expect(plugins.kind).toBe("official");
    expect(realpathSync(join(plugins.folder, "pulumi-resource-command"))).toBe(wantedOne);
  });

  test("when one is missing all are built, and which is missing is said", async () => {
    official();
    rmSync(join(bin, "pulumi-resource-kubernetes"));
    const { report, notes } = listener();
    const plugins = await choosePlugins(report, engine());
    expect(plugins.kind).toBe("mirror");
    expect(plugins.versions.nodejs).toBe(`${wanted.nodejs}+storage-lab-mirror`);
    expect(notes.join("\n")).toContain("Not to be had from Pulumi: pulumi-resource-kubernetes.");
  });

  test("plugins of this folder that are on PATH do not count as official", async () => {
    official(bin, { command: `${wanted.command}+storage-lab-mirror` });
    expect((await choosePlugins(listener().report, engine())).kind).toBe("mirror");
  });

  test("a language host next to the engine stays, for the engine takes no other", async () => {
    const nextTo = fakePlugin(join(home, "engine", "pulumi-language-nodejs"), wanted.nodejs);
    const plugins = await choosePlugins(listener().report, engine());
    expect(plugins).toMatchObject({ kind: "mirror", versions: { nodejs: wanted.nodejs } });
    expect(realpathSync(join(plugins.folder, "pulumi-language-nodejs"))).toBe(nextTo);
  });

  test("something on PATH that is no plugin is left aside, and named", async () => {
    official();
    const broken = executable(join(bin, "pulumi-resource-command"), "#!/bin/sh\nexit 1\n");
    const { report, notes } = listener();
    expect((await choosePlugins(report, engine())).kind).toBe("mirror");
    expect(notes[0]).toContain(broken);
  });

  test("once linked they are the only ones of their name, and what is gone is noticed", async () => {
    official();
    const pulumiHome = join(home, "lab");
    mkdirSync(join(pulumiHome, "plugins", "resource-command-v1.0.0"), { recursive: true });
    mkdirSync(join(pulumiHome, "plugins", "resource-random-v4.0.0"));
    const chosen = engine();
    const plugins = await choosePlugins(listener().report, chosen);
    await linkPlugins(plugins, pulumiHome);
    await linkPlugins(plugins, pulumiHome);
    expect(readdirSync(join(pulumiHome, "plugins")).sort()).toEqual([
      "language-nodejs-v3.259.0",
      "resource-command-v1.2.1",
      "resource-kubernetes-v4.32.0",
      "resource-random-v4.0.0",
    ]);
    const command = join(pulumiHome, "plugins", "resource-command-v1.2.1", "pulumi-resource-command");
    expect(existsSync(command)).toBe(true);
    expect(pluginEnvironment(pulumiHome)).toMatchObject({
      PULUMI_HOME: pulumiHome,
      PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    });
    expect(available(chosen, plugins)).toBe(true);
    rmSync(join(bin, "pulumi-resource-command"));
    expect(available(chosen, plugins)).toBe(false);
  });
});
