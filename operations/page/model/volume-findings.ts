import type { V1PersistentVolume } from "@kubernetes/client-node";
import { fateOf } from "../../../exercises/cluster/deleted-claims";
import { fullName } from "./cluster-objects";
import type { Directory, Finding } from "./line";
import type { ObjectIndex } from "./object-index";
import { words } from "./words";

/** What is to be said of a volume itself. */
export function volumeFindings(index: ObjectIndex, volume: V1PersistentVolume, directory: Directory): Finding[] {
  return [
    ...phaseFindings(index, volume, directory),
    ...reservationFindings(index, volume),
    ...deletionFindings(volume),
    ...dataFindings(index, volume, directory),
    ...directoryFindings(index, volume, directory),
  ];
}

const describe = (name: string) => `kubectl describe pv ${name}`;
const short = (uid: string | undefined) => (uid === undefined ? "?" : uid.slice(0, 8));

function phaseFindings(index: ObjectIndex, volume: V1PersistentVolume, directory: Directory): Finding[] {
  const name = fullName(volume);
  const { phase, message } = volume.status ?? {};
  const { claimRef, persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  if (phase === "Failed") {
    return [
      {
        id: "failed",
        severity: "error",
        text: words(
          `Volume ${name} is Failed: its data could not be reclaimed.`,
          `卷 ${name} 处于 Failed：数据回收失败。`,
        ),
        cause: words(message ?? "No reason is given.", message ?? "没有给出原因。"),
        command: describe(name),
      },
    ];
  }
  if (phase !== "Released") return [];
  const claim = `${claimRef?.namespace}/${claimRef?.name}`;
  const successor = index.claims.get(claim);
  const uid = short(claimRef?.uid);
  const kept =
    policy === "Retain"
      ? words(`Its data is kept in ${directory.path}.`, `数据仍保留在 ${directory.path}。`)
      : words(
          `Its reclaim policy is ${policy}: the data is being removed.`,
          `其回收策略为 ${policy}：数据正在被清除。`,
        );
  const who = successor
    ? words(
        `A new claim of that name is there, with another uid (${short(successor.metadata?.uid)}): it does not get the volume.`,
        `同名的新声明已经存在，但 uid 不同（${short(successor.metadata?.uid)}），因此得不到这个卷。`,
      )
    : words(
        "No claim gets it until that uid is taken out of its claimRef.",
        "在从 claimRef 中去掉该 uid 之前，任何声明都得不到它。",
      );
  return [
    {
      id: "released",
      severity: "warning",
      text: words(
        `Volume ${name} is Released: its claim ${claim} was deleted. ${kept.en}`,
        `卷 ${name} 处于 Released：声明 ${claim} 已被删除。${kept.zh}`,
      ),
      cause: words(
        `Its claimRef still has the old claim's uid ${uid}. ${who.en}`,
        `它的 claimRef 里仍是旧声明的 uid ${uid}。${who.zh}`,
      ),
      command: `kubectl get pv ${name} -o jsonpath='{.spec.claimRef}'`,
    },
  ];
}

/** A volume that waits for a claim, which may never come. */
function reservationFindings(index: ObjectIndex, volume: V1PersistentVolume): Finding[] {
  const { claimRef } = volume.spec ?? {};
  if (volume.status?.phase !== "Available" || !claimRef?.name) return [];
  const { namespace = "", name: claimName } = claimRef;
  if (index.claims.has(`${namespace}/${claimName}`)) return [];
  const name = fullName(volume);
  const claim = `${namespace}/${claimName}`;
  if (!index.namespaces.has(namespace)) {
    return [
      {
        id: "claim-ref",
        severity: "warning",
        text: words(
          `Volume ${name} is reserved for ${claim}, which nobody can make: there is no namespace ${namespace}.`,
          `卷 ${name} 预留给 ${claim}，但命名空间 ${namespace} 不存在，谁也建不了这个声明。`,
        ),
        cause: words("The namespace in its claimRef may be misspelled.", "claimRef 中的命名空间可能写错了。"),
        command: `kubectl get pv ${name} -o jsonpath='{.spec.claimRef}'`,
      },
    ];
  }
  const elsewhere = index.objects.claims.find((each) => each.metadata?.name === claimName);
  return [
    {
      id: "claim-ref",
      severity: elsewhere ? "warning" : "note",
      text: words(
        `Volume ${name} is reserved for the claim ${claim}, which is not there.`,
        `卷 ${name} 预留给声明 ${claim}，但这个声明不存在。`,
      ),
      cause: elsewhere
        ? words(
            `There is a claim of that name in ${elsewhere.metadata?.namespace}: the claimRef may name the wrong namespace.`,
            `在 ${elsewhere.metadata?.namespace} 中有同名声明：claimRef 的命名空间可能写错了。`,
          )
        : words("It waits until somebody makes that claim.", "它会一直等到有人创建这个声明。"),
      command: `kubectl get pvc ${claimName} -n ${namespace}`,
    },
  ];
}

function deletionFindings(volume: V1PersistentVolume): Finding[] {
  const { deletionTimestamp, finalizers = [] } = volume.metadata ?? {};
  if (!deletionTimestamp) return [];
  const name = fullName(volume);
  const bound = volume.status?.phase === "Bound";
  return [
    {
      id: "ending",
      severity: "warning",
      text: words(`Volume ${name} is being deleted.`, `卷 ${name} 正在删除。`),
      cause: bound
        ? words("It goes once its claim is gone.", "等它的声明消失后才会删除。")
        : words(`It is held by ${finalizers.join(", ") || "nothing"}.`, `它被 ${finalizers.join("、") || "无"} 保留。`),
      command: `kubectl get pv ${name} -o jsonpath='{.metadata.finalizers}'`,
    },
  ];
}

/** What becomes of the data when the claim is deleted. */
function dataFindings(index: ObjectIndex, volume: V1PersistentVolume, directory: Directory): Finding[] {
  const { claimRef, storageClassName, persistentVolumeReclaimPolicy: policy } = volume.spec ?? {};
  if (volume.status?.phase !== "Bound" || policy !== "Delete") return [];
  const storageClass = index.classes.get(storageClassName ?? "");
  // The volume's own policy counts; the class says only what its provisioner does then.
  const fate = storageClass ? fateOf({ ...storageClass, reclaimPolicy: policy }) : "deleted";
  if (fate !== "deleted") return [];
  const claim = `${claimRef?.namespace}/${claimRef?.name}`;
  return [
    {
      id: "data-goes",
      severity: "note",
      text: words(
        `If the claim ${claim} is deleted, its data${directory.path ? ` in ${directory.path}` : ""} is deleted with it.`,
        `删除声明 ${claim} 时，${directory.path ? `${directory.path} 中的` : "它的"}数据会一并删除。`,
      ),
      cause: words("The volume's reclaim policy is Delete.", "该卷的回收策略是 Delete。"),
      command: `kubectl get pv ${fullName(volume)} -o jsonpath='{.spec.persistentVolumeReclaimPolicy}'`,
    },
  ];
}

function directoryFindings(index: ObjectIndex, volume: V1PersistentVolume, { kind, host, path, missing }: Directory) {
  const findings: Finding[] = [];
  const name = fullName(volume);
  if (missing) {
    findings.push({
      id: "missing",
      severity: "error",
      text: words(
        `The directory ${path} of volume ${name} is not on ${host}.`,
        `卷 ${name} 的目录 ${path} 在 ${host} 上不存在。`,
      ),
      cause: words("Nobody has made it, or somebody has removed it.", "没有人创建它，或者已被删除。"),
      command: `ssh ${host} ls -ld ${path}`,
    });
  }
  if (kind === "nfs") findings.push(...sharedFindings(index, path, host ?? ""));
  return findings;
}

/** Two volumes on one directory: what one claim writes, the other reads. */
function sharedFindings(index: ObjectIndex, path: string, host: string): Finding[] {
  const names = index.volumesAt(host, path).toSorted();
  if (names.length < 2) return [];
  return [
    {
      id: "shared",
      severity: "warning",
      // The same for each of them, so that it is told once.
      text: words(
        `The volumes ${names.join(", ")} are the same directory, ${path}.`,
        `卷 ${names.join("、")} 是同一个目录 ${path}。`,
      ),
      cause: words(
        "What a pod writes into one is in the other, whoever has the claim.",
        "不论声明属于谁，写入其中一个的数据也会出现在另一个里。",
      ),
      command: "kubectl get pv -o custom-columns=NAME:.metadata.name,PATH:.spec.nfs.path",
    },
  ];
}
