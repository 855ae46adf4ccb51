import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { ownClass } from "../../cluster/own-class";
import { controllerSaw, ownClaim, ownDirectory, ownVolume, ownVolumeName } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase, volumeInPhase } from "../../cluster/volume-phases";
import { claimLine, courseExport } from "../../cluster/volumes";

const id = "default-class";

/** Marks the default class. */
const mark = "storageclass.kubernetes.io/is-default-class";

/**
 * Claims without a class, before and after there is a default class. Before, they get a volume without a class, if one fits.
 * The default is the exercise's own class, so that even an interrupted run does not change the course's classes.
 */
export const defaultClass: Exercise = {
  id,
  section: "classes",
  covers: ["class-default"],
  title: "A claim without a class gets a volume without a class, or else waits for the default class",
  proves:
    'omitting storageClassName is not the same as setting it to "": only the former gets the default class, where no volume without a class fits',
  readOnly: false,
  timeoutSeconds: 180,
  touches: () => [`Namespace ${ownName(id)}`, "the default class"],
  async run(context) {
    const classes = await context.cluster.list("StorageClass");
    const before = classes.find(({ metadata }) => metadata?.annotations?.[mark] === "true")?.metadata?.name;
    context.saw("default class before", before ?? "none");
    await exerciseNamespace(context);
    // If the cluster has a default class, a claim without a class cannot be shown: the API server sets the class.
    if (before === undefined) await showMatch(context);
    const none = await claim(context, "empty-class", "");
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

/** While there is no default class, the controller binds a claim without a class to a volume without one. */
async function showMatch(context: Context): Promise<void> {
  const options = { suffix: "classless" };
  const nfs = ownDirectory(id, await courseExport(context));
  await context.cluster.create("PersistentVolume", ownVolume(id, { nfs, storageClassName: undefined }, options));
  await volumeInPhase(context, ownVolumeName(id, options), "Available");
  await claim(context, "matched", undefined);
  const bound = await claimInPhase(context, { namespace: ownName(id), name: "matched" }, "Bound");
  const className = bound.spec?.storageClassName;
  context.saw("no class named, and a volume without one: claim matched", `Bound, class ${className ?? "none"}`);
  if (className) {
    throw new Failure(
      `the claim ${ownName(id)}/matched names no class, but was given ${className} before it was bound`,
    );
  }
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
