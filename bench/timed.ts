/** How long some work took, in seconds. */
export async function timed(work: () => Promise<unknown>): Promise<{ seconds: number }> {
  const start = Date.now();
  await work();
  return { seconds: (Date.now() - start) / 1000 };
}
