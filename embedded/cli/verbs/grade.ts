import { Command } from "commander";
import type { Lab } from "../lab";
import { classStack } from "../lab-files";
import { operateOn } from "../operations-command";

/** `./lab grade`: what the students of the sandbox's class have done, by the verb of the same name of `storage-lab`. */
export const grade = (lab: () => Lab): Command =>
  new Command("grade")
    .summary("grade what the students of the class have done themselves")
    .argument("[words...]")
    .addHelpText("after", "\nThe words are options of the verb: ./storage-lab grade --help lists them.")
    // They are those of the verb below, which also explains them.
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action(async (words: string[]) => {
      const here = lab();
      await operateOn(here, classStack(here.files.home), ["grade", ...words]);
    });
