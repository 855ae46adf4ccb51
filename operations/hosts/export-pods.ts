import { randomUUID } from "node:crypto";
import type { V1OwnerReference } from "@kubernetes/client-node";
import type { ExportPod } from "../../components/index";
import { exportPodSpec } from "../../components/nfs/export-pod";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure } from "../../exercises/runner/failure";
import { poll } from "../../exercises/runner/poll";
import { ClusterView } from "../probe/cluster-view";
import { SOON, type Trouble } from "../probe/finding";
import { podTrouble } from "../probe/pod-health";
import type { ScriptEnd } from "./hosts";

/** How long such a pod may take to be scheduled, to mount and to start, in seconds. */
const START = 120;

/**
 * Runs a script's text on an export, in a pod of its own that is gone afterwards. A pod that was left behind, because this
 * process was killed, ends by itself, and goes with the Job that has made what is on the export.
 *
 * @param seconds Longest run of the script.
 */
export async function runInPod(
  cluster: Cluster,
  pod: ExportPod,
  text: string,
  action: string,
  seconds: number,
): Promise<ScriptEnd> {
  const { namespace, jobName } = pod;
  const name = `${jobName}-${randomUUID().slice(0, 8)}`;
  try {
    const job = await cluster.find("Job", jobName, namespace);
    const spec = { ...exportPodSpec(pod, text, action), activeDeadlineSeconds: START + seconds };
    const ownerReferences = job && [ownerOf(jobName, job.metadata?.uid)];
    await cluster.create("Pod", { metadata: { name, namespace, ownerReferences }, spec });
    return await ended(cluster, namespace, name, START + seconds);
  } catch (error) {
    // Of a cluster that refuses, as of a host that does not answer.
    if (error instanceof Failure) return unreached(error.message);
    throw error;
  } finally {
    await cluster.remove("Pod", name, namespace).catch(() => {});
  }
}

function ownerOf(jobName: string, uid = ""): V1OwnerReference {
  return { apiVersion: "batch/v1", kind: "Job", name: jobName, uid };
}

async function ended(cluster: Cluster, namespace: string, name: string, seconds: number): Promise<ScriptEnd> {
  const start = Date.now();
  let trouble: Trouble | undefined;
  const found = await poll({ seconds }, async () => {
    const pod = await cluster.find("Pod", name, namespace);
    if (!pod) return { reason: `Pod ${namespace}/${name} was deleted` };
    const state = pod.status?.containerStatuses?.[0]?.state;
    if (state?.terminated || state?.running) return state.terminated;
    if (Date.now() - start < SOON * 1000) return undefined;
    trouble = await podTrouble(await ClusterView.load(cluster, []), pod);
    return trouble?.lastingAfter === undefined ? undefined : trouble;
  });
  if (!found || !("exitCode" in found)) {
    const reason = found?.reason ?? trouble?.reason;
    return unreached(reason ?? `Pod ${namespace}/${name} did not come to its end in ${seconds} s`);
  }
  const { exitCode, reason, message = "" } = found;
  const error = message.trim().replaceAll("\n", "; ") || `it ended with exit code ${exitCode} (${reason})`;
  return { exitCode, stdout: await cluster.log(namespace, name), stderr: message, error, reached: true };
}

function unreached(error: string): ScriptEnd {
  return { exitCode: 255, stdout: "", stderr: "", error, reached: false };
}
