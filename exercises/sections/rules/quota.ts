import type { V1PersistentVolumeClaim, V1ResourceQuota } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownClaim } from "../../cluster/own-volume";

const id = "quota";

const classStorage = /^(.+)\.storageclass\.storage\.k8s\.io\/requests\.storage$/;

/** The quota for claims, and the API server's error for a claim that exceeds it. */
export const quota: Exercise = {
  id,
  section: "rules",
  covers: ["quota"],
  title: "A claim that exceeds the quota's count, its storage or its storage of one class is refused",
  proves: "a quota counts what claims request, not what is on the disk, and refuses before anything is created",
  readOnly: false,
  timeoutSeconds: 180,
  touches: ({ quotaNamespace }) => [`Namespace ${quotaNamespace}`],
  async run(context) {
    const hard = (await unused(context)).spec?.hard ?? {};
    for (const [what, limit] of Object.entries(hard)) context.saw("limit", `${what}: ${limit}`);
    await overStorage(context, hard);
    await overCount(context, Number(hard.persistentvolumeclaims));
  },
};

/** The quota, once it no longer counts the deleted claims of an earlier run. */
async function unused(context: Context): Promise<V1ResourceQuota> {
  const { quotaNamespace: namespace, quota: name } = context.settings;
  const options = { seconds: 60, missing: () => `it counts other claims in ${namespace}` };
  return context.until(`quota ${namespace}/${name} to count what is there`, options, async () => {
    const found = await context.mustFind("ResourceQuota", name, namespace);
    const claims = await context.cluster.list("PersistentVolumeClaim", { namespace });
    return found.status?.used?.persistentvolumeclaims === String(claims.length) ? found : undefined;
  });
}

/** One byte over the limit: of all classes, and of each class with its own limit. */
async function overStorage(context: Context, hard: Record<string, string>): Promise<void> {
  for (const [what, limit] of Object.entries(hard)) {
    const className = classStorage.exec(what)?.[1];
    if (what !== "requests.storage" && className === undefined) continue;
    const storage = String(bytes(limit) + 1);
    const words = await refusal(context, claim(context, "too-large", { storage, className }), what);
    context.saw(`one byte over ${what}`, words);
  }
}

/** As many claims as allowed, and one more. They are small, and nothing is provisioned for their class. */
async function overCount(context: Context, limit: number): Promise<void> {
  const there = await context.cluster.list("PersistentVolumeClaim", { namespace: context.settings.quotaNamespace });
  for (let index = there.length; index < limit; index++) {
    await context.cluster.create("PersistentVolumeClaim", claim(context, `claim-${index}`, { storage: "1" }));
  }
  const words = await refusal(context, claim(context, "one-more", { storage: "1" }), "persistentvolumeclaims");
  context.saw(`claim number ${limit + 1}`, words);
}

function claim(
  context: Context,
  name: string,
  { storage, className }: { storage: string; className?: string },
): V1PersistentVolumeClaim {
  const spec = { resources: { requests: { storage } }, ...(className && { storageClassName: className }) };
  return ownClaim(id, name, { namespace: context.settings.quotaNamespace, spec });
}

/** The API server's error for a claim that exceeds one of the quota's limits. */
async function refusal(context: Context, over: V1PersistentVolumeClaim, limit: string): Promise<string> {
  try {
    await context.cluster.create("PersistentVolumeClaim", over);
  } catch (error) {
    if (error instanceof Failure && error.message.includes("exceeded quota") && error.message.includes(limit)) {
      return error.message.replace(/^cannot .*?: /, "");
    }
    throw error;
  }
  throw new Failure(
    `the claim ${over.metadata?.namespace}/${over.metadata?.name} exceeds ${limit}, but was accepted`,
    "run `kubectl describe quota` in that namespace",
  );
}

/** A quantity of storage in bytes: a whole number, with one of the suffixes that mean powers of 1024 or of 1000. */
export function bytes(quantity: string): number {
  const [, number = "", suffix = "", binary = ""] = /^(\d+)(?:([KMGTP])(i)?)?$/i.exec(quantity) ?? [];
  if (!number) throw new Failure(`the quota's limit ${quantity} is not a whole number of bytes`);
  return Number(number) * (binary ? 1024 : 1000) ** " KMGTP".indexOf(suffix.toUpperCase() || " ");
}
