import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Command } from "commander";
import { WrongUse } from "../../exercises/runner/failure";
import { gradeStudents, type GradeOptions } from "../grade/grade-students";
import { endsAtSignals } from "../interrupt";
import { exportPage } from "../page/page";
import { ofClass } from "../page/page-lab";
import { resultsCsv, resultsJunit } from "../../grading/runner/result-files";
import { resultsTable, shortcomings } from "../../grading/runner/table";
import { wholeNumber } from "../whole-number";
import type { WithClass } from "./class";

interface Options extends GradeOptions {
  json?: boolean;
  csv?: string;
  junit?: string;
  report?: string;
}

/** `grade`: what the students of a class have done themselves. */
export const grade = (withClass: WithClass): Command =>
  new Command("grade")
    .summary("grade what the students of a class have done themselves")
    .argument("[class]", "name of the class, to be sure that it is this one")
    .option("--exercise <id...>", "only these exercises")
    .option("--student <name...>", "only these students")
    .option("--exercises <path>", "also the exercises of your own in this file or folder")
    .option("--again", "grade all anew, also what a run that was cut off has graded")
    .option("--at-once <count>", "how many students are graded side by side", wholeNumber)
    .option("--json", "print the results as JSON")
    .option("--csv <file>", "also write them for a spreadsheet")
    .option("--junit <file>", "also write them as JUnit XML")
    .option("--report <file>", "also write one HTML page of the class: points, time to Ready, space on the NAS")
    .addHelpText("after", "\nThe results are also in reports/grades/<class>.json, where the page reads them.")
    .action((name: string | undefined, { json = false, csv, junit, report, ...options }: Options) =>
      withClass(async (lab) => {
        const { class: known } = lab.settings;
        if (name !== undefined && name !== known)
          throw new WrongUse(`the class of this stack is ${known}, not ${name}`);
        const results = await endsAtSignals(gradeStudents(lab, options));
        const write = (file: string | undefined, text: string) => {
          if (file === undefined) return;
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, text);
        };
        write(csv, resultsCsv(results));
        write(junit, resultsJunit(results));
        if (report !== undefined) await exportPage(await ofClass(lab), report, known);
        const isChosen = (student: string) => options.student?.includes(student) ?? true;
        const chosen = { ...results, students: results.students.filter((each) => isChosen(each.name)) };
        const text = json
          ? JSON.stringify(results, null, 2)
          : [resultsTable(results), ...shortcomings(chosen)].join("\n");
        process.stdout.write(`${text}\n`);
        if (report !== undefined) lab.progress.say(`The report is in ${report}`);
      }),
    );
