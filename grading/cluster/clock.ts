import { GRADING_PREFIX, type Work } from "../runner/work";

/** The API server's clock, in seconds since 1970: it says when an object would be made, and makes none. */
export async function serverTime(work: Work): Promise<number> {
  const { namespace } = work.place;
  const metadata = { name: `${GRADING_PREFIX}clock`, namespace };
  const { accepted, refused } = await work.cluster.dryRun("ConfigMap", { metadata });
  const made = accepted && madeAt(accepted);
  if (!made) throw new Error(`the API server does not tell its time: ${refused ?? "no creationTimestamp"}`);
  return made;
}

/** When an object was made, in seconds since 1970; 0 where that is not known. */
export function madeAt({ metadata }: { metadata?: { creationTimestamp?: Date } }): number {
  return new Date(metadata?.creationTimestamp ?? 0).getTime() / 1000;
}
