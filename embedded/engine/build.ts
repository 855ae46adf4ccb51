import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { goProgram } from "../toolkit/go";
import type { Step } from "../../exercises/runner/progress";
import { pluginFile, wanted, type PluginName } from "./versions";

/** Builds Pulumi's own engine from its own sources, which the Go module proxy has; the first time this takes some minutes. */
export async function buildEngine(step: Step): Promise<string> {
  return goProgram(
    {
      name: "pulumi",
      module: __dirname,
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      // Nothing of ours: go.mod alone says which it is.
      sources: ["go.mod"],
      variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${wanted.engine}` },
    },
    step,
  );
}

/** The folder of internal/ that each plugin is made of. */
const parts: Record<PluginName, string> = { nodejs: "nodejs", command: "remote", kubernetes: "kubernetes" };

/** Builds one of the plugins of this folder. */
export async function buildPlugin(name: PluginName, step: Step): Promise<string> {
  const { executable } = pluginFile(name);
  return goProgram(
    {
      name: executable,
      module: __dirname,
      package: `./cmd/${executable}`,
      sources: ["go.mod", `cmd/${executable}`, "internal/edition", `internal/${parts[name]}`],
    },
    step,
  );
}

/**
 * The language host for programs in YAML: the one that the official release has next to its engine, or else Pulumi's own,
 * built from the Go module proxy; the first time that takes two minutes. Nothing of this project needs it, so it is not
 * among the plugins.
 */
export async function yamlHost(engine: string, step: Step): Promise<string> {
  const name = "pulumi-language-yaml";
  const bundled = join(dirname(realpathSync(engine)), name);
  return existsSync(bundled) ? bundled : goProgram({ name, module: join(__dirname, "yaml"), apart: true }, step);
}
