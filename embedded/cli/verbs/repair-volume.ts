import { Command } from "commander";
import type { Lab } from "../lab";
import { operate } from "../operations-command";

/** `./lab repair-volume NAME`: a Released volume is made available again to the claim that it was of. */
export const repairVolume = (lab: () => Lab): Command =>
  new Command("repair-volume")
    .summary("free a Released volume for a claim of the same name, after showing whose data it is (asks first)")
    .argument("<name>", "the PersistentVolume")
    .option("--yes", "do not ask")
    .action((name: string, { yes }: { yes?: boolean }) => operate(lab(), "repair-volume", { yes }, [name]));
