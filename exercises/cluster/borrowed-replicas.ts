import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context } from "../runner/exercise";
import { scale, workload, workloadLabel, type WorkloadRef } from "./workloads";

/** Stores the previous scale while an exercise scales a workload, for the run after an interrupted one. */
const annotation = "storage-lab.example/exercise-before";

interface Before {
  replicas: number;
  /** Names of the claims that its templates had created. */
  claims: string[];
}

/**
 * Lets an exercise scale a workload. The cleanup restores the number of replicas and deletes the claims that its templates
 * created meanwhile, with their volumes if the class deletes these. What an interrupted run left is restored first.
 */
export async function borrowReplicas(context: Context, ref: WorkloadRef): Promise<void> {
  const { kind, name, namespace } = ref;
  const { object } = await workload(context, ref);
  const kept = object.metadata?.annotations?.[annotation];
  const before: Before = kept
    ? (JSON.parse(kept) as Before)
    : {
        replicas: object.spec.replicas ?? 1,
        claims: (await templateClaims(context, ref)).map(({ metadata }) => metadata?.name ?? ""),
      };
  const note = (value: string | null): Promise<void> =>
    context.cluster.patch(kind, name, namespace, { metadata: { annotations: { [annotation]: value } } });
  const giveBack = async (current: Context): Promise<void> => {
    await scale(current, ref, before.replicas);
    const made = (await templateClaims(current, ref)).filter(
      ({ metadata }) => !before.claims.includes(metadata?.name ?? ""),
    );
    await Promise.all(made.map((claim) => removeClaim(current, claim)));
  };
  if (kept) await giveBack(context);
  else await note(JSON.stringify(before));
  context.afterwards(`scaling ${workloadLabel(ref)} back to ${before.replicas}`, async (afterwards) => {
    await giveBack(afterwards);
    await note(null);
  });
}

/** The claims that a StatefulSet's templates created, also for former replicas: `<template>-<set>-<number>`. */
export async function templateClaims(context: Context, ref: WorkloadRef): Promise<V1PersistentVolumeClaim[]> {
  const { spec } = (await workload(context, ref)).object;
  const templates = "volumeClaimTemplates" in spec ? (spec.volumeClaimTemplates ?? []) : [];
  const prefixes = templates.map(({ metadata }) => `${metadata?.name}-${ref.name}-`);
  const claims = await context.cluster.list("PersistentVolumeClaim", { namespace: ref.namespace });
  return claims.filter(({ metadata }) => {
    const name = metadata?.name ?? "";
    return prefixes.some((prefix) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)));
  });
}

/** Deletes a claim that no pod uses, and waits until its volume is deleted too, if the reclaim policy is Delete. */
async function removeClaim(context: Context, claim: V1PersistentVolumeClaim): Promise<void> {
  const { name = "", namespace } = claim.metadata ?? {};
  const bound = claim.spec?.volumeName;
  const volume = bound ? await context.cluster.find("PersistentVolume", bound) : undefined;
  const goes = volume?.spec?.persistentVolumeReclaimPolicy === "Delete" ? bound : undefined;
  await context.cluster.remove("PersistentVolumeClaim", name, namespace);
  await context.until(`claim ${namespace}/${name} to be gone, and its volume`, { seconds: 60 }, async () => {
    const [still, stillVolume] = await Promise.all([
      context.cluster.find("PersistentVolumeClaim", name, namespace),
      goes === undefined ? undefined : context.cluster.find("PersistentVolume", goes),
    ]);
    return still || stillVolume ? undefined : true;
  });
}
