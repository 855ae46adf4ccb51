import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { defaultPage } from "../../../operations/cards/page-address";
import type { SandboxFacts } from "../../sandbox/types";
import type { Lab } from "../lab";
import { classStack, stackFile } from "../lab-files";
import { operateOn } from "../operations-command";
import { classroomConfig, writeStackFile } from "../stack-files";

/** The verbs that change a class. */
const CHANGING = ["up", "reset", "down"];

const HELP = ["--help", "-h"];

/** `./lab class`: a class of students on the sandbox, by the verbs of the same name of `storage-lab`. */
export const classVerb = (lab: () => Lab): Command =>
  new Command("class")
    .summary("a lab of its own for every student of a roster: up, status, reset, kubeconfig, cards, down")
    .argument("[words...]")
    .addHelpText(
      "after",
      "\nThe words are up, status, reset, kubeconfig, cards or down, with their options: ./storage-lab class up --help lists those of up.",
    )
    // They are those of the verb below, which also explains them.
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action(async (words: string[]) => {
      const here = lab();
      const { facts } = await here.running();
      const stack = classStack(here.files.home);
      const operate = () => operateOn(here, stack, ["class", ...words, ...pageOf(words)]);
      // Who only looks, or asks for help, does not wait for a class up that takes long.
      if (!CHANGING.includes(words[0] ?? "") || words.some((word) => HELP.includes(word))) return operate();
      await here.locked("class", async () => {
        await prepareClass(here, stack, facts);
        await operate();
      });
    });

/** Cards name this machine's address: the verb has the lab's network, with others. */
function pageOf([verb, ...words]: string[]): string[] {
  const isNamed = words.some((word) => word === "--page" || word.startsWith("--page="));
  return verb === "cards" && !isNamed ? ["--page", defaultPage()] : [];
}

/** Brings the class's config file up to date, and makes its stack where there is none. */
async function prepareClass(lab: Lab, stack: string, facts: SandboxFacts): Promise<void> {
  const isNew = !lab.hasStack(stack);
  await writeStackFile(stackFile(stack), classroomConfig(facts, lab.stacks), { fresh: isNew });
  const pulumi = lab.pulumi();
  if (isNew) await pulumi.init(stack);
  const key = await readFile(facts.sshKey, "utf8");
  if (String((await pulumi.config(stack)).sshPrivateKey).trim() !== key.trim())
    await pulumi.setSecret(stack, "sshPrivateKey", key);
}
