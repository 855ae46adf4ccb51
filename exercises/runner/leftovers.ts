import type { Check, Context } from "./exercise";
import { Failure } from "./failure";
import { labelledKinds, ownName, exerciseNamespace, ownerLabel } from "../cluster/owned";
import { mountPath, startHelper } from "../cluster/pods";
import { courseExport } from "../cluster/volumes";

const id = "leftovers";

/** Prefix of the names of everything that exercises create; archived directories have it after `archived-`. */
const prefix = ownName("");

/** Counts what the exercises left behind, in the cluster and on the NAS. Runs after all exercises. */
export const leftovers: Check = {
  id,
  title: "The exercises left nothing behind",
  proves: "everything that an exercise created is removed, so the next run starts from the same cluster",
  readOnly: false,
  timeoutSeconds: 400,
  touches: () => [`Namespace ${ownName(id)}`],
  async run(context) {
    const nas = await courseExport(context);
    const objects = await ownObjects(context);
    const namespace = await exerciseNamespace(context);
    await startHelper(context, { name: "nas", namespace, readOnly: true, volume: { nfs: nas } });
    const listed = await context.shell(namespace, "nas", `ls ${mountPath}`);
    const directories = listed.split("\n").filter((name) => name.replace(/^archived-/, "").startsWith(prefix));
    context.saw("objects", [objects.length, ...objects].join(" "));
    context.saw(`directories of ${nas.server}:${nas.path}`, [directories.length, ...directories].join(" "));
    if (objects.length + directories.length === 0) return;
    throw new Failure(
      `the exercises left ${objects.length} objects and ${directories.length} directories behind`,
      "run the exercises that they are named after again: each removes what its earlier runs left",
    );
  },
};

/** Objects that carry the exercises' label, and volumes that a provisioner created for claims in their namespaces. */
async function ownObjects({ cluster }: Context): Promise<string[]> {
  const labelled = await Promise.all(
    labelledKinds.map(async (kind) =>
      (await cluster.list(kind, { labels: ownerLabel })).map(({ metadata }) => `${kind}/${metadata?.name}`),
    ),
  );
  const provisioned = (await cluster.list("PersistentVolume"))
    .filter(({ metadata, spec }) => !metadata?.labels?.[ownerLabel] && spec?.claimRef?.namespace?.startsWith(prefix))
    .map(({ metadata }) => `PersistentVolume/${metadata?.name}`);
  return [...labelled.flat(), ...provisioned];
}
