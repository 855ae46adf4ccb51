import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { eventTime } from "../../exercises/cluster/event-time";
import type { StudentGrades } from "./results-schema";

/** After how long without anything new somebody may need help, in milliseconds. */
const LONG = 10 * 60_000;

/** Since when a student who has begun, and is not done, has no more points, with the last error that they met. */
export async function stuckOf(
  cluster: Cluster,
  namespace: string,
  { exercises }: StudentGrades,
  now = Date.now(),
): Promise<StudentGrades["stuck"]> {
  const grades = Object.values(exercises);
  const isAtWork = grades.some(({ state }) => state === "failed" || state === "partial");
  const since = grades
    .flatMap(({ lastNew }) => lastNew ?? [])
    .sort()
    .at(-1);
  if (!isAtWork || since === undefined || now - Date.parse(since) < LONG) return undefined;
  const events = await cluster.list("Event", { namespace, fields: "type=Warning" });
  const last = events.sort((one, other) => eventTime(one).getTime() - eventTime(other).getTime()).at(-1);
  const { kind, name } = last?.involvedObject ?? {};
  return { since, error: last && `${kind} ${name}: ${last.reason}: ${last.message}` };
}
