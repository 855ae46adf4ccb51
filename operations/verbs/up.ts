import { Command } from "commander";
import { duration } from "../../exercises/runner/progress";
import type { WithLab } from "../main";
import { requirePreflight } from "../preflight/require-preflight";
import { bringUp } from "../restore/bring-up";

interface Options {
  yes?: boolean;
  unchanged?: string[];
}

/** `up`: from whatever state to what the stacks declare. */
export const up = (withLab: WithLab): Command =>
  new Command("up")
    .summary("bring hosts, objects and volumes back to what the stacks declare; ends with a probe")
    .option("--yes", "agree to a loss that would be asked for")
    .option("--unchanged <stack...>", "do not run pulumi up on these, unless something of them is not as it was")
    .action(async ({ yes = false, unchanged = [] }: Options) => {
      const start = Date.now();
      await withLab(async (lab) => {
        const changed = lab.stacks.filter(({ name }) => !unchanged.includes(name));
        if (changed.length > 0) await requirePreflight(lab, changed);
        await bringUp(lab, { agreed: yes, unchanged });
        lab.progress.say(`✓ Everything is as the stacks declare (${duration(Date.now() - start)})`);
      });
    });
