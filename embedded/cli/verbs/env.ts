import { Command } from "commander";
import { describe, pinned } from "../choices";
import { yamlHost } from "../../engine";
import { toolEnvironment } from "../environment";
import { shellQuote } from "../../../components/nfs/shell-quote";
import type { Lab } from "../lab";

/** `eval "$(./lab env)"`: the lab's engine and plugins for hosts of one's own, without the sandbox's network. */
export const env = (lab: () => Lab): Command =>
  new Command("env")
    .summary('print engine and plugins for own hosts, for: eval "$(./lab env)"')
    .option("--yaml", "with Pulumi's language host for YAML (docs/other-languages.md)")
    .action(async ({ yaml }: { yaml?: boolean }) => {
      const here = lab();
      const choices = (await pinned(here.files)) ?? (await here.locked("env", () => here.choose()));
      const progress = here.progress;
      const host = (): Promise<string> =>
        progress.step("Pulumi's language host for YAML", (step) => yamlHost(choices.engine.pulumi, step));
      const exports = Object.entries(toolEnvironment(choices, yaml ? [await host()] : []));
      const lines = exports.map(([name, value]) => `export ${name}=${shellQuote(value)}`);
      process.stdout.write(`# ${describe(choices)}\n${lines.join("\n")}\n`);
    });
