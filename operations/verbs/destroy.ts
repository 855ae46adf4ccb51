import { Command } from "commander";
import { tearDown } from "../destroy/tear-down";
import type { WithLab } from "../main";

interface Options {
  infrastructure?: boolean;
  yes?: boolean;
}

/** `destroy`: pulumi destroy of a stack, after telling what becomes of the data. */
export const destroy = (withLab: WithLab): Command =>
  new Command("destroy")
    .summary("pulumi destroy of the stack; says what becomes of the data of each class, and asks")
    .option("--infrastructure", "also destroy the infrastructure that a course is on")
    .option("--yes", "do not ask before data is deleted")
    .action(({ infrastructure = false, yes: agreed = false }: Options) =>
      withLab((lab) => tearDown(lab, { infrastructure, agreed })),
    );
