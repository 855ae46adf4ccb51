import * as pulumi from "@pulumi/pulumi";

/** One error of a roster. */
export interface RosterProblem {
  /** Its kind, which stands above all errors of it. */
  kind: string;
  /** Of the file, from 1 on. `undefined`: it is about the whole file. */
  line?: number;
  /** The student's name as the roster has it. */
  name?: string;
  /** What is wrong and how to correct it: sentences, the first of which goes on after the name. */
  what: string;
}

/** All errors of a roster. */
export class RosterError extends pulumi.RunError {
  constructor(
    readonly file: string,
    readonly problems: RosterProblem[],
  ) {
    super(told(file, problems));
  }
}

/** The errors by their kind, those of a kind in the order of the file. */
function told(file: string, problems: RosterProblem[]): string {
  const kinds = [...new Set(problems.map(({ kind }) => kind))];
  const groups = kinds.flatMap((kind) => {
    const all = problems.filter((each) => each.kind === kind).sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    return [`${kind} (${all.length}):`, ...all.map((each) => `  - ${sentence(file, each)}`)];
  });
  const count = problems.length === 1 ? "1 error" : `${problems.length} errors`;
  return [`${file} has ${count}; nothing was changed.`, ...groups].join("\n");
}

function sentence(file: string, { line, name, what }: RosterProblem): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return name === undefined || name === "" ? `${place}: ${what}` : `${place}: ${JSON.stringify(name)} ${what}`;
}
