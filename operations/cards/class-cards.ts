import { rename, writeFile } from "node:fs/promises";
import { Failure, WrongUse } from "../../exercises/runner/failure";
import { closest } from "../../components/index";
import type { Student } from "../../stacks/classroom/students";
import type { ClassLab } from "../class/class-lab";
import { cardOf } from "./card";
import { newCode } from "./card-code";
import type { CardLanguage } from "./html";
import { cardsPage } from "./cards-page";
import { IssuedCodes } from "./issued-codes";
import { printPdf, requireChineseFont } from "./print-pdf";

export interface CardsOptions {
  /** Names of students. @default all */
  students?: string[];
  html?: string;
  pdf?: string;
  perPage: 1 | 10;
  language: CardLanguage;
  /** The page's address as students reach it. */
  page: URL;
  /** How long the codes can be used. */
  days: number;
  /** How long a kubeconfig is valid. */
  hours: number;
  /** Address of the API server as students reach it. @default as the class's own kubeconfig has it */
  server?: string;
}

/**
 * Makes cards with new codes, which void the codes that these students had before. The codes are valid once the cards are
 * written: what cannot be printed voids none.
 */
export async function classCards(
  lab: Pick<ClassLab, "stack" | "settings" | "record" | "progress">,
  options: CardsOptions,
  codes = IssuedCodes.ofStack(lab.stack),
): Promise<void> {
  const { html, pdf, days, hours, server, page } = options;
  if (html === undefined && pdf === undefined)
    throw new WrongUse("no file is named", "--html FILE, --pdf FILE, or both");
  const students = chosenOf(lab, options.students);
  const now = Date.now();
  const expires = new Date(now + days * 24 * 3600 * 1000);
  const made = students.map((student) => ({ student, code: newCode() }));
  const cards = made.map(({ student, code }) => cardOf(student, lab.settings.class, code, page));
  const document = await cardsPage(cards, { ...options, className: lab.settings.class, expires });
  if (pdf !== undefined) {
    await requireChineseFont([document]);
    await lab.progress.step("The PDF is printed", async () => writePrivate(pdf, await printPdf(document)));
  }
  if (html !== undefined) await writePrivate(html, document);
  const grants = made.map(({ student: { name }, code }) => {
    return [
      code,
      { student: name, expires: expires.toISOString(), hours, ...(server !== undefined && { server }) },
    ] as const;
  });
  await codes.issue(new Map(grants));
  const files = [pdf, html].filter((file) => file !== undefined).join(" and ");
  lab.progress.say(
    `✓ ${cards.length} ${cards.length === 1 ? "card" : "cards"} in ${files}. Codes of before open nothing; these do until ` +
      `${expires.toISOString()}, at ${page.origin}, while page --hand-out runs.`,
  );
}

function chosenOf({ record, stack }: Pick<ClassLab, "record" | "stack">, names?: string[]): Student[] {
  const known = record.students.map(({ name }) => name);
  if (known.length === 0) throw new Failure("the class has no students", `class up -s ${stack} --roster FILE`);
  const wrong = (names ?? []).filter((name) => !known.includes(name));
  if (wrong.length > 0) {
    const told = wrong.map((name) => `${name} is no student of the class${closest(name, known)}`).join("; ");
    throw new WrongUse(told, `class status --all -s ${stack} lists them`);
  }
  return names === undefined ? record.students : record.students.filter(({ name }) => names.includes(name));
}

/** Writes a file whole, for this user alone to read. */
async function writePrivate(file: string, content: string | Buffer): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  try {
    await writeFile(temporary, content, { mode: 0o600, flag: "wx" });
    await rename(temporary, file);
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
  }
}
