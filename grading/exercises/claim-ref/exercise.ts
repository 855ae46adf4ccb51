import { madeAt } from "../../cluster/clock";
import { claimFor, requireBound, requireOwn, reservedVolume } from "../../cluster/pair";
import { defineExercise } from "../../runner/exercise";
import { type Hint, NotMet } from "../../runner/not-met";
import { ownVolume } from "../../runner/place";

const CLAIM = "reserved";
const INTRUDER = "intruder";

const TOO_LATE: Hint = {
  id: "order",
  en: `It proves something only where ${INTRUDER} asked first. Delete both claims, bring the volume back (it is Released then), and make ${INTRUDER} before ${CLAIM}.`,
  zh: `只有 ${INTRUDER} 先请求才能说明问题。请删除两个 PVC，让卷恢复可用（此时它是 Released），然后先创建 ${INTRUDER}，再创建 ${CLAIM}。`,
};

const TAKEN: Hint = {
  id: "taken",
  en: `The volume went to ${INTRUDER}: its claimRef did not name ${CLAIM} when that claim came. Delete the claim and begin with the volume.`,
  zh: `卷被 ${INTRUDER} 得到了：该 PVC 创建时，卷的 claimRef 并没有指向 ${CLAIM}。请删除该 PVC，从卷重新开始。`,
};

/** A volume that waits for one claim, and that another one asks for in vain. */
export const claimRef = defineExercise({
  id: "claim-ref",
  title: { en: "A volume that is reserved", zh: "预留给某个 PVC 的卷" },
  ownVolumes: 2,
  task(place) {
    const own = ownVolume(place, 2);
    const { namespace, server } = place;
    return {
      en: `1. Make the PersistentVolume ${own?.name} (nfs, server ${server}, path ${own?.path}, Retain, 64Mi, ReadWriteMany) whose claimRef names the claim ${CLAIM} of the namespace ${namespace}, which does not exist yet.
2. Make the claim ${INTRUDER} that asks for this very volume: storageClassName "", volumeName ${own?.name}, 8Mi, ReadWriteMany. It stays Pending: kubectl describe pvc ${INTRUDER} tells why.
3. Make the claim ${CLAIM} in the same way. It gets the volume. Leave ${INTRUDER} as it is.`,
      zh: `1. 创建 PersistentVolume ${own?.name}（nfs，服务器 ${server}，路径 ${own?.path}，Retain，64Mi，ReadWriteMany），它的 claimRef 指向命名空间 ${namespace} 中尚不存在的 PVC ${CLAIM}。
2. 创建请求同一个卷的 PVC ${INTRUDER}：storageClassName 为 ""，volumeName 为 ${own?.name}，8Mi，ReadWriteMany。它一直处于 Pending：kubectl describe pvc ${INTRUDER} 会说明原因。
3. 用同样的方式创建 PVC ${CLAIM}，它会得到该卷。保留 ${INTRUDER} 不动。`,
    };
  },
  checks: [
    {
      id: "volume",
      title: { en: `The volume is reserved for ${CLAIM}`, zh: `卷预留给 ${CLAIM}` },
      points: 2,
      async run(work) {
        await reservedVolume(work, requireOwn(work, 2), CLAIM);
      },
    },
    {
      id: "intruder",
      title: { en: `${INTRUDER} asks for it, and waits`, zh: `${INTRUDER} 请求该卷并在等待` },
      points: 2,
      async run(work) {
        const claim = await claimFor(work, requireOwn(work, 2), INTRUDER);
        const phase = claim.status?.phase;
        if (phase === "Pending") return;
        throw new NotMet(
          { en: `${INTRUDER} is ${phase}, not Pending`, zh: `${INTRUDER} 的状态是 ${phase}，不是 Pending` },
          TAKEN,
        );
      },
    },
    {
      id: "bound",
      title: { en: `${CLAIM} has the volume`, zh: `${CLAIM} 得到了该卷` },
      points: 3,
      after: ["volume"],
      async run(work) {
        const own = requireOwn(work, 2);
        requireBound(await reservedVolume(work, own, CLAIM), await claimFor(work, own, CLAIM));
      },
    },
    {
      id: "order",
      title: { en: `${INTRUDER} had asked first`, zh: `${INTRUDER} 更早请求` },
      points: 3,
      after: ["intruder", "bound"],
      async run(work) {
        const volume = await work.mustFind("PersistentVolume", requireOwn(work, 2).name);
        const [intruder, claim] = [
          await work.mustFind("PersistentVolumeClaim", INTRUDER),
          await work.mustFind("PersistentVolumeClaim", CLAIM),
        ];
        const [first, second, third] = [volume, intruder, claim].map(madeAt) as [number, number, number];
        // One second is as exact as the API server writes it.
        if (first <= second && second <= third) return;
        const late = second > third ? [INTRUDER, CLAIM] : [volume.metadata?.name, INTRUDER];
        throw new NotMet(
          { en: `${late[0]} is younger than ${late[1]}`, zh: `${late[0]} 比 ${late[1]} 创建得晚` },
          TOO_LATE,
        );
      },
    },
  ],
});
