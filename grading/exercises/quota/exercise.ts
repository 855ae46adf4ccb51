import { parseQuantity } from "../../../components/index";
import { defineExercise } from "../../runner/exercise";
import { type Hint, NotMet } from "../../runner/not-met";
import { GRADING_PREFIX, type Work } from "../../runner/work";

const CLAIM = "rest";
const STORAGE = "requests.storage";
const LEFT = "8Mi";

const CLASS: Hint = {
  id: "storage-class",
  en: "The claim is of the class of the task; storageClassName cannot be changed later: delete the claim and make it anew.",
  zh: "该 PVC 应使用练习说明中的存储类；storageClassName 之后不能修改：请删除 PVC 再重新创建。",
};

const PENDING: Hint = {
  id: "claim-pending",
  en: "kubectl describe pvc tells in its last lines why it waits.",
  zh: "kubectl describe pvc 的最后几行说明它为什么在等待。",
};

const ROOM: Hint = {
  id: "room-left",
  en: `kubectl describe quota shows ${STORAGE}, used and hard. The claim asks for the difference; it can be made larger with kubectl edit pvc. What claims ask for counts, not what is stored.`,
  zh: `kubectl describe quota 显示 ${STORAGE} 的 used 和 hard。该 PVC 请求两者之差；可以用 kubectl edit pvc 增大。计入配额的是 PVC 请求的容量，而不是实际存储的数据。`,
};

/** A claim that takes what the quota leaves, so that the next one is refused. */
export const quota = defineExercise({
  id: "quota",
  title: { en: "All that the quota leaves", zh: "用完配额" },
  dynamic: true,
  task: ({ storageClass }) => ({
    en: `Do this one last: afterwards no claim fits any more. See with kubectl describe quota how much ${STORAGE} is left, and make the claim ${CLAIM} of class ${storageClass}, ReadWriteMany, that asks for all of it; less than ${LEFT} may be left. Then try a claim of ${LEFT} more, and read why it is refused.`,
    zh: `请最后做这一题：之后就放不下别的 PVC 了。用 kubectl describe quota 查看 ${STORAGE} 还剩多少，创建 PVC ${CLAIM}（存储类 ${storageClass}，ReadWriteMany）请求全部剩余容量；剩余必须少于 ${LEFT}。然后再尝试一个 ${LEFT} 的 PVC，看看它为什么被拒绝。`,
  }),
  checks: [
    {
      id: "claim",
      title: { en: `The claim ${CLAIM} is bound`, zh: `PVC ${CLAIM} 已绑定` },
      points: 3,
      async run(work) {
        const { storageClass } = work.place;
        const claim = await work.mustFind("PersistentVolumeClaim", CLAIM);
        const found = claim.spec?.storageClassName ?? "";
        if (found !== storageClass) {
          throw new NotMet(
            {
              en: `${CLAIM} has the class "${found}", not ${storageClass}`,
              zh: `${CLAIM} 的存储类是 "${found}"，而不是 ${storageClass}`,
            },
            CLASS,
          );
        }
        const phase = claim.status?.phase;
        if (phase !== "Bound")
          throw new NotMet(
            { en: `${CLAIM} is ${phase}, not Bound`, zh: `${CLAIM} 的状态是 ${phase}，不是 Bound` },
            PENDING,
          );
      },
    },
    {
      id: "full",
      title: {
        en: `Less than ${LEFT} is left, and no more is used than there is`,
        zh: `剩余少于 ${LEFT}，且没有超出配额`,
      },
      points: 4,
      after: ["claim"],
      run: requireFull,
    },
    {
      id: "refused",
      title: { en: "The quota refuses one claim more", zh: "再多一个 PVC 就会被配额拒绝" },
      points: 3,
      after: ["full"],
      run: requireRefusal,
    },
  ],
});

async function requireFull(work: Work): Promise<void> {
  const quotas = await work.list("ResourceQuota");
  const found = quotas.find(({ status }) => status?.hard?.[STORAGE] !== undefined)?.status;
  const [hard, used] = [found?.hard?.[STORAGE], found?.used?.[STORAGE]];
  if (hard === undefined || used === undefined) throw new Error(`no quota of the namespace counts ${STORAGE}`);
  const left = (parseQuantity(hard) ?? 0n) - (parseQuantity(used) ?? 0n);
  if (left >= 0n && left < (parseQuantity(LEFT) ?? 0n)) return;
  throw new NotMet({ en: `${used} of ${hard} are used`, zh: `已用 ${used}，共 ${hard}` }, ROOM);
}

/** Nothing is made: the API server says what it would say. */
async function requireRefusal(work: Work): Promise<void> {
  const { namespace, storageClass } = work.place;
  const { refused } = await work.cluster.dryRun("PersistentVolumeClaim", {
    metadata: { name: `${GRADING_PREFIX}one-more`, namespace },
    spec: {
      accessModes: ["ReadWriteMany"],
      resources: { requests: { storage: LEFT } },
      storageClassName: storageClass,
    },
  });
  if (refused?.includes("exceeded quota")) return;
  if (refused !== undefined) throw new Error(`a claim of ${LEFT} is refused, but not by the quota: ${refused}`);
  throw new NotMet({ en: `a claim of ${LEFT} is still accepted`, zh: `${LEFT} 的 PVC 仍被接受` }, ROOM);
}
