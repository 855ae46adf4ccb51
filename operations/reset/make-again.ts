import { Failure } from "../../exercises/runner/failure";
import { poll } from "../../exercises/runner/poll";
import type { Step } from "../../exercises/runner/progress";
import type { Lab } from "../lab";
import { ClusterView } from "../probe/cluster-view";
import type { DeclaredObject } from "../probe/declared";
import { judge } from "../probe/judge";
import { shortList } from "../restore/bring-up";
import { Fixes } from "../restore/fixes";
import { Patience } from "../restore/patience";

/**
 * The name under which Pulumi's Kubernetes plugin creates objects; at their first update it takes their fields over from it
 * (pulumi-kubernetes, provider/pkg/await).
 */
const CREATOR = "pulumi-kubernetes";

/** Longest wait for objects that nothing is wrong with, in seconds; who waits for the whole lab waits on. */
const wellSeconds = 120;

/**
 * Makes deleted objects again from the stack's state, as Pulumi's plugin would, and waits until they are well or need more
 * than time. The state stays true: it knows objects by namespace and name, and these are what it was last told to make.
 * Pulumi's program, which takes longer than many a section, is not run.
 *
 * @param objects In the order of the state, in which none comes before what it needs.
 */
export async function makeAgain(lab: Lab, objects: DeclaredObject[], step: Step): Promise<void> {
  const { cluster } = lab;
  try {
    for (const { inputs, apiVersion, kind } of objects)
      await cluster.ensureAny({ ...inputs, apiVersion, kind }, CREATOR);
  } catch (error) {
    // Where a namespace is gone, or a webhook refuses: the probe finds what is missing, and Pulumi makes it or says why.
    if (!(error instanceof Failure)) throw error;
    return step.note(`${error.message}; left to Pulumi`);
  }
  const [fixes, patience] = [new Fixes(lab), new Patience()];
  await poll({ seconds: wellSeconds, interval: 250 }, async () => {
    const findings = await judge(await ClusterView.load(cluster, objects), objects);
    const bad = findings.filter(({ passed }) => !passed);
    if (bad.length === 0) return true;
    step.waiting(shortList(bad.map(({ title }) => title)));
    const due = patience.due(bad);
    await fixes.apply(due, step);
    const needsPulumi = due.some(({ trouble }) => trouble?.fix?.does === "apply");
    return needsPulumi || patience.lasting(bad).length > 0 || undefined;
  });
}
