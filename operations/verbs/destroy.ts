import { Command } from "commander";
import { tearDown } from "../destroy/tear-down";
import type { WithLab } from "../main";

/** `destroy`: pulumi destroy of the stacks, after telling what becomes of the data. */
export const destroy = (withLab: WithLab): Command =>
  new Command("destroy")
    .summary("pulumi destroy of the course, then of its infrastructure; says what becomes of the data, and asks")
    .option("--yes", "do not ask before data is deleted")
    .action(({ yes = false }: { yes?: boolean }) => withLab((lab) => tearDown(lab, yes)));
