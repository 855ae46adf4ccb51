import type { Lab } from "./lab";
import { kubectl } from "./kubectl";
import type { SandboxFacts } from "../sandbox/types";
import { Failure } from "../../exercises/runner/failure";
import type { Step } from "../toolkit/progress";
import { waitFor } from "../toolkit/wait";

/** What is needed here of a PersistentVolume. */
export interface Volume {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { persistentVolumeReclaimPolicy?: string; claimRef?: { namespace?: string; name?: string; uid?: string } };
}

/** What is needed here of a PersistentVolumeClaim. */
export interface Claim {
  metadata: { uid: string; deletionTimestamp?: string };
}

/**
 * Waits until the provisioner has dealt with every released volume that it must delete: it has to be there for that, so
 * this comes before the infrastructure goes. A volume that a claim still uses is an error, because nobody said that its
 * data may go.
 */
export async function volumesGone(lab: Lab, facts: SandboxFacts, step: Step): Promise<void> {
  await waitFor(
    "Deletion of released volumes",
    {
      timeout: 180_000,
      interval: 1000,
      remedy:
        "A claim stays as long as a pod uses it: ./lab exec -- kubectl get pvc,pods --all-namespaces\n" +
        "The provisioner: ./lab exec -- kubectl logs -n nfs-provisioner -l app=nfs-client-provisioner",
    },
    async () => {
      const [volumes, claims] = await Promise.all([
        list<Volume>(lab, facts, "persistentvolumes"),
        list<Claim>(lab, facts, "persistentvolumeclaims"),
      ]);
      const { inUse, leaving } = sort(volumes, claims);
      if (inUse.length > 0) {
        throw new Failure(
          `These claims still use volumes of the provisioner: ${inUse.map(claimOf).join(", ")}.`,
          inUse
            .map(
              (volume) =>
                `./lab exec -- kubectl delete pvc -n ${volume.spec.claimRef?.namespace} ${volume.spec.claimRef?.name}`,
            )
            .join("\n"),
        );
      }
      if (leaving.length === 0) return { done: true };
      step.waiting(leaving.map((volume) => volume.metadata.name).join(", "));
      return { missing: `still there: ${leaving.map((volume) => volume.metadata.name).join(", ")}` };
    },
  );
}

async function list<T>(lab: Lab, facts: SandboxFacts, kind: string): Promise<T[]> {
  const text = await kubectl(lab, facts, ["get", kind, "--all-namespaces", "--output=json"]);
  return (JSON.parse(text) as { items: T[] }).items;
}

/**
 * Of the volumes that a provisioner made: those that a claim uses, and those that are on their way out, or whose claim is.
 * The claim decides, not the volume's phase, which says Bound for some time after its claim has gone.
 */
export function sort(volumes: Volume[], claims: Claim[]): { inUse: Volume[]; leaving: Volume[] } {
  const claimed = new Map(claims.map(({ metadata }) => [metadata.uid, metadata.deletionTimestamp === undefined]));
  const stays = ({ spec }: Volume): boolean | undefined => claimed.get(spec.claimRef?.uid ?? "");
  const made = volumes.filter(
    (volume) => volume.metadata.annotations?.["pv.kubernetes.io/provisioned-by"] !== undefined,
  );
  return {
    inUse: made.filter((volume) => stays(volume) === true),
    leaving: made.filter((volume) =>
      volume.spec.persistentVolumeReclaimPolicy === "Delete" ? stays(volume) !== true : stays(volume) === false,
    ),
  };
}

function claimOf(volume: Volume): string {
  return `${volume.spec.claimRef?.namespace}/${volume.spec.claimRef?.name}`;
}
