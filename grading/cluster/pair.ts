import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { type Hint, NotMet } from "../runner/not-met";
import { type OwnVolume, ownVolume } from "../runner/place";
import type { Work } from "../runner/work";

const RESERVE: Hint = {
  id: "claim-ref",
  en: "claimRef in the volume's spec names the claim that may have it: namespace and name, letter by letter. What names another claim is changed with kubectl edit pv, or the volume is made anew; the data stays.",
  zh: "卷的 spec 中的 claimRef 写明哪个 PVC 可以使用它：命名空间和名称必须完全一致。如果写的是别的 PVC，请用 kubectl edit pv 修改，或重新创建卷；数据会保留。",
};

const DIRECTORY: Hint = {
  id: "directory",
  en: "A volume of yours lies on the directory of its own last name: the address and the path are in the task.",
  zh: "您的每个卷都位于与其名称最后一部分同名的目录：服务器地址和路径见练习说明。",
};

const NAMES_VOLUME: Hint = {
  id: "volume-name",
  en: 'The claim names its volume as well: storageClassName: "" (two quotes, no class) and volumeName. Neither can be changed later: delete the claim and make it anew.',
  zh: 'PVC 也要写明它的卷：storageClassName: ""（空引号，表示不用存储类）以及 volumeName。两者之后都不能修改：请删除 PVC 再重新创建。',
};

const NOT_BOUND: Hint = {
  id: "not-bound",
  en: "kubectl describe pvc tells in its last lines why it waits. Compare access modes, the size asked for, and the claimRef of the volume: one that has the uid of a claim of before (Released) is for nobody else until claimRef.uid is removed.",
  zh: "kubectl describe pvc 的最后几行说明它为什么在等待。请比较访问模式、请求的容量以及卷的 claimRef：如果其中仍有旧 PVC 的 uid（状态 Released），则在删除 claimRef.uid 之前谁也不能使用它。",
};

/** One of the student's own volumes, where the class has it: it is asked for by an exercise that is for this class. */
export function requireOwn(work: Work, number: number): OwnVolume {
  const own = ownVolume(work.place, number);
  if (!own) throw new Error(`the class has no volume number ${number} for each student`);
  return own;
}

/** The student's volume on its directory, reserved for a claim. */
export async function reservedVolume(work: Work, own: OwnVolume, claim: string): Promise<V1PersistentVolume> {
  const volume = await work.mustFind("PersistentVolume", own.name);
  const { nfs, claimRef } = volume.spec ?? {};
  const { server, namespace } = work.place;
  if (nfs?.server !== server || nfs.path !== own.path) {
    const found = nfs ? `${nfs.server}:${nfs.path}` : "no nfs";
    throw new NotMet(
      {
        en: `${own.name} is on ${found}, not on ${server}:${own.path}`,
        zh: `${own.name} 位于 ${found}，而不是 ${server}:${own.path}`,
      },
      DIRECTORY,
    );
  }
  if (claimRef?.namespace !== namespace || claimRef.name !== claim) {
    const found = claimRef ? `${claimRef.namespace}/${claimRef.name}` : "nobody";
    throw new NotMet(
      {
        en: `claimRef of ${own.name} names ${found}, not ${namespace}/${claim}`,
        zh: `${own.name} 的 claimRef 指向 ${claimRef ? found : "无"}，而不是 ${namespace}/${claim}`,
      },
      RESERVE,
    );
  }
  return volume;
}

/** A claim that asks for one of the student's volumes and no other. */
export async function claimFor(work: Work, own: OwnVolume, name: string): Promise<V1PersistentVolumeClaim> {
  const claim = await work.mustFind("PersistentVolumeClaim", name);
  const { storageClassName, volumeName } = claim.spec ?? {};
  if (storageClassName || volumeName !== own.name) {
    const found = `storageClassName "${storageClassName ?? ""}", volumeName "${volumeName ?? ""}"`;
    throw new NotMet(
      {
        en: `claim ${name} has ${found}; "" and "${own.name}" are asked for`,
        zh: `PVC ${name} 的设置是 ${found}，要求是 "" 和 "${own.name}"`,
      },
      NAMES_VOLUME,
    );
  }
  return claim;
}

/** Both are Bound, each to this very other one. */
export function requireBound(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): void {
  const { name, uid } = claim.metadata ?? {};
  const phases = `${volume.status?.phase}, ${claim.status?.phase}`;
  const isBound = volume.status?.phase === "Bound" && claim.status?.phase === "Bound";
  if (!isBound || claim.metadata?.deletionTimestamp) {
    const going = claim.metadata?.deletionTimestamp ? "; it is being deleted" : "";
    throw new NotMet(
      {
        en: `volume and claim ${name} are ${phases}, not both Bound${going}`,
        zh: `卷和 PVC ${name} 的状态是 ${phases}，并非都是 Bound`,
      },
      NOT_BOUND,
    );
  }
  const ref = volume.spec?.claimRef;
  if (ref?.uid !== uid) {
    throw new NotMet(
      {
        en: `claimRef has the uid ${ref?.uid}, the claim ${name} has ${uid}`,
        zh: `claimRef 的 uid 是 ${ref?.uid}，而 PVC ${name} 的 uid 是 ${uid}`,
      },
      NOT_BOUND,
    );
  }
}
