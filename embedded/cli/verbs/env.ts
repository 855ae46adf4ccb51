import { Command } from "commander";
import { describe, pinned } from "../choices";
import { toolEnvironment } from "../environment";
import { shellQuote } from "../../../components/nfs/shell-quote";
import type { Lab } from "../lab";

/** `eval "$(./lab env)"`: the lab's engine and plugins for hosts of one's own, without the sandbox's network. */
export const env = (lab: () => Lab): Command =>
  new Command("env").summary('print engine and plugins for own hosts, for: eval "$(./lab env)"').action(async () => {
    const here = lab();
    const choices = (await pinned(here.files)) ?? (await here.locked("env", () => here.choose()));
    const lines = Object.entries(toolEnvironment(choices)).map(
      ([name, value]) => `export ${name}=${shellQuote(value)}`,
    );
    process.stdout.write(`# ${describe(choices)}\n${lines.join("\n")}\n`);
  });
