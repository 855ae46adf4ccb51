import { Command } from "commander";
import type { Lab } from "./lab";
import { classVerb } from "./verbs/class";
import { destroy } from "./verbs/destroy";
import { doctor } from "./verbs/doctor";
import { down } from "./verbs/down";
import { env } from "./verbs/env";
import { exec } from "./verbs/exec";
import { grade } from "./verbs/grade";
import { handbook } from "./verbs/handbook";
import { page } from "./verbs/page";
import { preflight } from "./verbs/preflight";
import { probe } from "./verbs/probe";
import { purge } from "./verbs/purge";
import { repairVolume } from "./verbs/repair-volume";
import { reset } from "./verbs/reset";
import { shell } from "./verbs/shell";
import { ssh } from "./verbs/ssh";
import { status } from "./verbs/status";
import { test } from "./verbs/test";
import { up } from "./verbs/up";
import { verify } from "./verbs/verify";

/** The command line. The lab is made when a verb needs it, so that help works anywhere. */
export function program(lab: () => Lab): Command {
  const command = new Command("lab")
    .description("The storage course on this machine: NAS, nodes and cluster in a sandbox, set up by Pulumi.")
    .enablePositionalOptions()
    .showHelpAfterError("(./lab --help lists the commands)")
    .addHelpText(
      "after",
      "\nEverything of the lab is in .lab of the clone, or in STORAGE_LAB_HOME; build products in STORAGE_LAB_CACHE.\n" +
        "Exit codes: 0 success, 1 the lab failed, 2 wrong usage.",
    );
  for (const verb of [
    up,
    down,
    destroy,
    purge,
    status,
    preflight,
    probe,
    verify,
    repairVolume,
    reset,
    classVerb,
    grade,
    page,
    test,
    exec,
    shell,
    ssh,
    env,
    handbook,
    doctor,
  ]) {
    const child = verb(lab);
    child.copyInheritedSettings(command);
    command.addCommand(child);
  }
  command.exitOverride();
  for (const child of command.commands) child.exitOverride();
  return command;
}
