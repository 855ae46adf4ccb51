import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";

/** A command to run in a pod, and what is right about its output. */
export interface Question {
  command: string;
  /** Answers one line for the report; fails with a {@link Failure} when the output is not right. */
  judge: (output: string) => string;
}

/**
 * Asks from inside a pod, all in one script, again and again until every answer is right: a resolver keeps an old answer
 * for some seconds, and a server that starts needs some. Answers one line a question.
 * @param questions What to ask; put together anew each time, since pods may get new addresses meanwhile.
 */
export async function askUntilRight(
  context: Context,
  from: { namespace: string; pod: string },
  seconds: number,
  questions: () => Promise<Question[]>,
): Promise<string[]> {
  let faults: Failure[] = [];
  const options = {
    seconds,
    interval: 1000,
    missing: () => faults.map(({ message }) => message).join("; "),
    remedy: () => faults.find(({ remedy }) => remedy)?.remedy,
  };
  return context.until(`the right answers in Pod ${from.namespace}/${from.pod}`, options, async () => {
    const asked = await questions();
    try {
      const output = await context.shell(from.namespace, from.pod, scriptOf(asked));
      const judged = judge(asked, output);
      faults = judged.faults;
      return faults.length === 0 ? judged.lines : undefined;
    } catch (error) {
      if (!(error instanceof Failure) || context.signal.aborted) throw error;
      faults = [error];
      return undefined;
    }
  });
}

/** One script that runs every question's command and announces its output with a line `## number`. */
export function scriptOf(questions: Question[]): string {
  const asked = questions.map(({ command }, index) => `echo '## ${index}'\n{\n${command}\n} 2>&1`);
  return [...asked, "exit 0"].join("\n");
}

/** Has every question judge its part of the script's output. */
export function judge(questions: Question[], output: string): { lines: string[]; faults: Failure[] } {
  const parts = new Map<number, string>();
  for (const part of output.split(/^## /m).slice(1)) {
    const [number = "", ...lines] = part.split("\n");
    parts.set(Number(number), lines.join("\n").trim());
  }
  const lines: string[] = [];
  const faults: Failure[] = [];
  questions.forEach((question, index) => {
    try {
      lines.push(question.judge(parts.get(index) ?? ""));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      faults.push(error);
    }
  });
  return { lines, faults };
}
