import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, Option } from "commander";
import { WrongUse } from "../../exercises/runner/failure";
import type { CardLanguage } from "../cards/html";
import { classCards } from "../cards/class-cards";
import { defaultPage, pageAddress } from "../cards/page-address";
import { classDown } from "../class/class-down";
import type { ClassLab } from "../class/class-lab";
import { classStatus, renderStatus } from "../class/class-status";
import { classUp } from "../class/class-up";
import { resetStudents } from "../class/reset-student";
import { studentKubeconfigs } from "../class/student-kubeconfig";
import { wholeNumber } from "../whole-number";

/** Opens the class that the command line names and runs a verb on it. */
export type WithClass = (work: (lab: ClassLab) => Promise<number | void>) => Promise<void>;

/** `class`: a class of students, from its roster to its end. */
export const classCommand = (withClass: WithClass): Command => {
  const command = new Command("class").summary("a class: a lab of its own for every student of a roster");
  for (const verb of [up, status, reset, kubeconfig, cards, down]) command.addCommand(verb(withClass));
  return command;
};

const up = (withClass: WithClass): Command =>
  new Command("up")
    .summary("make the class as its roster and config say, or bring it back to that")
    .option("--roster <file>", "YAML or CSV with the students (default: as recorded)")
    .option("--remove <name...>", "remove students who are no longer on the roster; their data stays on the NAS")
    .option(
      "--shards-at-once <count>",
      "how many shards are worked on side by side (default: one a core, at most 4)",
      wholeNumber,
    )
    .action((options: { roster?: string; remove?: string[]; shardsAtOnce?: number }) =>
      withClass((lab) => classUp(lab, { ...options, atOnce: options.shardsAtOnce })),
    );

const status = (withClass: WithClass): Command =>
  new Command("status")
    .summary("show which students' labs are ready, and how full their directories are")
    .option("--all", "also those that are ready")
    .option("--json", "as one JSON array of all students")
    .action(({ all = false, json = false }: { all?: boolean; json?: boolean }) =>
      withClass(async (lab) => {
        const students = await classStatus(lab);
        process.stdout.write(`${json ? JSON.stringify(students, null, 2) : renderStatus(students, all)}\n`);
        return students.every(({ state }) => state === "ready") ? 0 : 1;
      }),
    );

const reset = (withClass: WithClass): Command =>
  new Command("reset")
    .summary("give students their labs anew: volumes, directories, passwords (asks first)")
    .argument("[name...]", "students")
    .option("--all", "everybody")
    .option("--wipe", "delete their data instead of archiving it on the NAS")
    .option("--yes", "do not ask")
    .action((students: string[], { all = false, wipe = false, yes = false }: Record<string, boolean>) =>
      withClass((lab) => resetStudents(lab, { students, all, data: wipe ? "wipe" : "archive", agreed: yes })),
    );

const kubeconfig = (withClass: WithClass): Command =>
  new Command("kubeconfig")
    .summary("print a student's kubeconfig, or write everybody's into a folder; each ends by itself")
    .argument("[name]", "the student; without one, everybody's are written")
    .option("--hours <count>", "how long it is valid", wholeNumber, 8)
    .option(
      "--server <address>",
      "address of the API server as students reach it (default: as in the class's kubeconfig)",
    )
    .option("--out <folder>", "write NAME.kubeconfig files there, for you alone to read")
    .action((name: string | undefined, { hours, server, out }: { hours: number; server?: string; out?: string }) =>
      withClass(async (lab) => {
        if (name === undefined && out === undefined) throw new WrongUse("name a student, or a folder with --out");
        const known = lab.record.students.map((student) => student.name);
        if (name !== undefined && !known.includes(name)) throw new WrongUse(`${name} is no student of the class`);
        const made = await studentKubeconfigs(lab, name === undefined ? known : [name], { hours, server });
        if (out !== undefined) await mkdir(out, { recursive: true, mode: 0o700 });
        for (const [student, { text, expires }] of made) {
          if (out === undefined) process.stdout.write(text);
          else await writeFile(join(out, `${student}.kubeconfig`), text, { mode: 0o600 });
          if (out === undefined) process.stderr.write(`Valid until ${expires.toISOString()}.\n`);
        }
        if (out !== undefined) process.stdout.write(`${made.size} kubeconfigs are in ${out}.\n`);
      }),
    );

interface CardsWords {
  html?: string;
  pdf?: string;
  perPage: "1" | "10";
  language: CardLanguage;
  student?: string[];
  page?: URL;
  days: number;
  hours: number;
  server?: string;
}

const cards = (withClass: WithClass): Command =>
  new Command("cards")
    .summary("make a card for each student, with a code for their kubeconfig; codes of before open nothing any more")
    .option("--html <file>", "write them as HTML")
    .option("--pdf <file>", "write them as PDF, printed by the Chromium that is installed")
    .addOption(new Option("--per-page <count>", "cards on a sheet of A4").choices(["1", "10"]).default("10"))
    .addOption(new Option("--language <language>", "of the cards").choices(["en", "zh"]).default("en"))
    .option("--student <name...>", "only theirs (default: everybody's)")
    .option(
      "--page <address>",
      "address of page --hand-out as students reach it (default: this machine's first, port 8090)",
      pageAddress,
    )
    .option("--days <count>", "how long the codes can be used", wholeNumber, 7)
    .option("--hours <count>", "how long a kubeconfig is valid", wholeNumber, 8)
    .option(
      "--server <address>",
      "address of the API server as students reach it (default: as in the class's kubeconfig)",
    )
    .action(({ perPage, student, page, ...rest }: CardsWords) =>
      withClass((lab) =>
        classCards(lab, {
          ...rest,
          students: student,
          perPage: perPage === "1" ? 1 : 10,
          page: page ?? pageAddress(defaultPage()),
        }),
      ),
    );

const down = (withClass: WithClass): Command =>
  new Command("down")
    .summary("remove the class from cluster and nodes; the students' data stays on the NAS (asks first)")
    .option("--yes", "do not ask")
    .action(({ yes = false }: { yes?: boolean }) => withClass((lab) => classDown(lab, { agreed: yes })));
