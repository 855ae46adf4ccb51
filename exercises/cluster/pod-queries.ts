import type { Context } from "../runner/exercise";
import { Failure } from "../runner/failure";

/** A command to run in a pod, and a check of its output. */
export interface PodQuery {
  command: string;
  /** Returns one line for the report; fails with a {@link Failure} if the output is wrong. */
  judge: (output: string) => string;
}

/**
 * Runs queries inside a pod, all in one script, and repeats them until every result is right: a resolver caches old results
 * for some seconds, and a server needs time to start. Returns one line for each query.
 * @param queries Called for each attempt, because pods may get new addresses meanwhile.
 */
export async function queryUntilRight(
  context: Context,
  from: { namespace: string; pod: string },
  seconds: number,
  queries: () => Promise<PodQuery[]>,
): Promise<string[]> {
  let errors: Failure[] = [];
  const options = {
    seconds,
    interval: 1000,
    missing: () => errors.map(({ message }) => message).join("; "),
    remedy: () => errors.find(({ remedy }) => remedy)?.remedy,
  };
  return context.until(`the expected results in Pod ${from.namespace}/${from.pod}`, options, async () => {
    const asked = await queries();
    try {
      const output = await context.shell(from.namespace, from.pod, scriptOf(asked));
      const judged = judge(asked, output);
      errors = judged.errors;
      return errors.length === 0 ? judged.lines : undefined;
    } catch (error) {
      if (!(error instanceof Failure) || context.signal.aborted) throw error;
      errors = [error];
      return undefined;
    }
  });
}

/** One script that runs every query's command and announces its output with a line `## number`. */
export function scriptOf(queries: PodQuery[]): string {
  const asked = queries.map(({ command }, index) => `echo '## ${index}'\n{\n${command}\n} 2>&1`);
  return [...asked, "exit 0"].join("\n");
}

/** Has every query judge its part of the script's output. */
export function judge(queries: PodQuery[], output: string): { lines: string[]; errors: Failure[] } {
  const parts = new Map<number, string>();
  for (const part of output.split(/^## /m).slice(1)) {
    const [number = "", ...lines] = part.split("\n");
    parts.set(Number(number), lines.join("\n").trim());
  }
  const lines: string[] = [];
  const errors: Failure[] = [];
  queries.forEach((query, index) => {
    try {
      lines.push(query.judge(parts.get(index) ?? ""));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      errors.push(error);
    }
  });
  return { lines, errors };
}
