import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownClass } from "../../cluster/own-class";
import { controllerSaw, ownClaim } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase } from "../../cluster/volume-phases";
import { claimLine } from "../../cluster/volumes";

const id = "default-class";

/** Marks the default class. */
const mark = "storageclass.kubernetes.io/is-default-class";

/**
 * A claim without a class, before and after there is a default class. The default is the exercise's own class, so that even
 * an interrupted run does not change the course's classes.
 */
export const defaultClass: Exercise = {
  id,
  section: "classes",
  covers: ["class-default"],
  title: "A claim without a class is Pending, and gets the default class once there is one",
  proves: 'omitting storageClassName is not the same as setting it to "": only the former gets the default class',
  readOnly: false,
  timeoutSeconds: 180,
  touches: () => [`Namespace ${ownName(id)}`, "the default class"],
  async run(context) {
    const classes = await context.cluster.list("StorageClass");
    const before = classes.find(({ metadata }) => metadata?.annotations?.[mark] === "true")?.metadata?.name;
    context.saw("default class before", before ?? "none");
    await exerciseNamespace(context);
    const none = await claim(context, "empty-class", "");
    // If the cluster has a default class, a claim without a class cannot be shown: the API server sets the class.
    const early = before === undefined ? await claim(context, "early", undefined) : undefined;
    if (early) context.saw("no class named, and no default", await controllerSaw(context, early));

    const name = await ownClass(context, {}, { metadata: { annotations: { [mark]: "true" } } });
    const late = await claim(context, "late", undefined);
    for (const { metadata } of early ? [early, late] : [late]) await mustGet(context, metadata?.name ?? "", name);
    await controllerSaw(context, none);
    const still = await claimInPhase(context, { namespace: ownName(id), name: "empty-class" }, "Pending");
    context.saw('storageClassName: ""', claimLine(still));
    if (still.spec?.storageClassName !== "") {
      throw new Failure(`a claim with storageClassName "" was given class ${still.spec?.storageClassName}`);
    }
  },
};

async function claim(context: Context, name: string, storageClassName?: string): Promise<V1PersistentVolumeClaim> {
  return context.cluster.create("PersistentVolumeClaim", ownClaim(id, name, { spec: { storageClassName } }));
}

async function mustGet(context: Context, name: string, className: string): Promise<void> {
  const bound = await claimInPhase(context, { namespace: ownName(id), name }, "Bound");
  context.saw(`no class named: claim ${name}`, `${bound.status?.phase}, class ${bound.spec?.storageClassName}`);
  if (bound.spec?.storageClassName !== className) {
    throw new Failure(
      `the claim ${ownName(id)}/${name} names no class and should get the default ${className}, but it has ${bound.spec?.storageClassName}`,
    );
  }
}
