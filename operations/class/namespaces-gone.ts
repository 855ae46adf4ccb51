import type { V1Namespace } from "@kubernetes/client-node";
import { CLASS_LABEL } from "../../components/index";
import { waitFor } from "../../exercises/runner/wait";
import type { ClassLab } from "./class-lab";

/** Longest wait until a namespace is gone, in seconds. */
const GOING = 180;

/** What keeps a namespace that is being deleted, in the cluster's words. */
export function heldBy({ metadata, status }: V1Namespace): string {
  const why = status?.conditions?.find(({ status: is, type }) => is === "True" && /Content|Finalizers/.test(type));
  return `${metadata?.name}${why ? `: ${why.message}` : ""}`;
}

/** Waits until namespaces of the class that somebody deletes are gone: what is made in them meanwhile would go with them. */
export async function namespacesGone({ cluster, settings, progress }: ClassLab): Promise<void> {
  const labels = `${CLASS_LABEL}=${settings.class}`;
  const find = async () =>
    (await cluster.list("Namespace", { labels })).filter(({ metadata }) => metadata?.deletionTimestamp);
  if ((await find()).length === 0) return;
  const remedy = "kubectl get namespace NAME -o yaml tells what holds it; then run the same command again.";
  const options = { timeout: GOING * 1000, interval: 1000, remedy };
  await progress.step("Namespaces that somebody deletes go", (step) =>
    waitFor("Namespaces of the class to go", options, async () => {
      const going = await find();
      const [first] = going;
      if (first === undefined) return { done: undefined };
      const missing = `${going.length} namespaces, such as ${heldBy(first)}`;
      step.waiting(missing);
      return { missing };
    }),
  );
}
