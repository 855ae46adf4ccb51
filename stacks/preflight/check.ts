/** One thing that is looked at before anything is changed. */
export interface PreflightCheck {
  /** The host, `cluster`, or the config key that it is about. */
  subject: string;
  /** What holds when it is good. */
  title: string;
  /** `planned`: it is not so yet, and `up` makes it so. `warning`: `up` goes on without it. `missing`: `up` cannot go on. */
  state: "good" | "planned" | "warning" | "missing";
  /** What was seen. */
  found?: string;
  /** What to do about it. */
  remedy?: string;
}

/** The list as the user reads it; what is missing comes last, where it is seen. */
export function preflightLines(checks: PreflightCheck[]): string[] {
  const marks = { good: "✓", planned: "+", warning: "!", missing: "✗" };
  return (Object.keys(marks) as (keyof typeof marks)[]).flatMap((state) =>
    checks
      .filter((check) => check.state === state)
      .map(({ subject, title, found, remedy }) => {
        const said = found === undefined ? "" : `: ${found}`;
        const todo = remedy === undefined ? "" : `\n    → ${remedy}`;
        return `${marks[state]} ${subject}: ${title}${said}${todo}`;
      }),
  );
}

/** Several stacks, and several exports, ask the same of one host or cluster. */
export function withoutRepeats(checks: PreflightCheck[]): PreflightCheck[] {
  return [...new Map(checks.map((check) => [JSON.stringify(check), check])).values()];
}
