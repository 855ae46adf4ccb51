import type { V1Pod } from "@kubernetes/client-node";
import { claimMountedAt } from "../../../exercises/cluster/volumes";
import { DYNAMIC_SET, dynamicDirectory } from "../../cluster/dynamic-claim";
import { requireMounted } from "../../cluster/student-pod";
import { REDIS_DATA, requireAnswer, savedKey } from "../../cluster/student-redis";
import { studentSet } from "../../cluster/student-set";
import { defineExercise } from "../../runner/exercise";
import { type Hint, NotMet } from "../../runner/not-met";
import type { Work } from "../../runner/work";

const { name: NAME, template: TEMPLATE, replicas: REPLICAS } = DYNAMIC_SET;

const TEMPLATES: Hint = {
  id: "template",
  en: "volumeClaimTemplates is beside template in the StatefulSet's spec, and the container's volumeMounts name it. It cannot be changed later: kubectl delete statefulset, and make it anew.",
  zh: "volumeClaimTemplates 在 StatefulSet 的 spec 中与 template 并列，容器的 volumeMounts 使用它的名称。它之后不能修改：请 kubectl delete statefulset 再重新创建。",
};

const CLASS: Hint = {
  id: "storage-class",
  en: "storageClassName of the template is the class of the task. Claims of before keep theirs: delete them with the StatefulSet.",
  zh: "模板的 storageClassName 应为练习说明中的存储类。之前的 PVC 不会改变：请连同 StatefulSet 一起删除。",
};

const NOT_BOUND: Hint = {
  id: "claim-pending",
  en: "kubectl describe pvc tells in its last lines why it waits.",
  zh: "kubectl describe pvc 的最后几行说明它为什么在等待。",
};

/** A Redis of the student that makes a claim for each of its pods. */
export const redisDynamic = defineExercise({
  id: "redis-dynamic",
  title: { en: "Redis that makes its claims", zh: "自动创建 PVC 的 Redis" },
  dynamic: true,
  task({ storageClass, image, uid }) {
    return {
      en: `Make the StatefulSet ${NAME} with serviceName ${NAME}, ${REPLICAS} replicas, the image ${image} as user ${uid} (securityContext.runAsUser, runAsGroup and fsGroup), without a password. Its volumeClaimTemplates has one template: ${TEMPLATE}, of class ${storageClass}, 8Mi, ReadWriteMany; the container has it at ${REDIS_DATA}. Each pod gets a claim of its own.`,
      zh: `创建 StatefulSet ${NAME}：serviceName 为 ${NAME}，${REPLICAS} 个副本，镜像 ${image}，以用户 ${uid} 运行（securityContext.runAsUser、runAsGroup 和 fsGroup），不设密码。它的 volumeClaimTemplates 有一个模板：${TEMPLATE}，存储类 ${storageClass}，8Mi，ReadWriteMany；容器在 ${REDIS_DATA} 挂载它。每个 Pod 得到自己的 PVC。`,
    };
  },
  checks: [
    {
      id: "set",
      title: {
        en: `The StatefulSet ${NAME} has made its ${REPLICAS} pods`,
        zh: `StatefulSet ${NAME} 创建了它的 ${REPLICAS} 个 Pod`,
      },
      points: 2,
      async run(work) {
        await studentSet(work, NAME, REPLICAS);
      },
    },
    {
      id: "template",
      title: { en: "It has a template for claims", zh: "它有 PVC 模板" },
      points: 2,
      run: requireTemplate,
    },
    {
      id: "claims",
      title: { en: "Each pod has a claim of its own", zh: "每个 Pod 有自己的 PVC" },
      points: 2,
      after: ["set", "template"],
      async run(work) {
        for (const pod of (await studentSet(work, NAME, REPLICAS)).pods) await requireClaim(work, pod);
      },
    },
    {
      id: "answers",
      title: { en: "Each Redis answers", zh: "每个 Redis 都有回应" },
      points: 2,
      after: ["set"],
      async run(work) {
        for (let index = 0; index < REPLICAS; index++) await requireAnswer(work, `${NAME}-${index}`);
      },
    },
    {
      id: "saved",
      title: { en: "What each saves is in a directory of its own", zh: "各自保存的内容在自己的目录中" },
      points: 2,
      seconds: 180,
      after: ["claims", "answers"],
      async run(work) {
        const pods = Array.from({ length: REPLICAS }, (_, index) => index);
        // The other's directory does not have it: each has an own volume and was looked at in it.
        await Promise.all(pods.map((index) => savedKey(work, `${NAME}-${index}`, dynamicDirectory(index))));
      },
    },
  ],
});

async function requireTemplate(work: Work): Promise<void> {
  const set = await work.mustFind("StatefulSet", NAME);
  const templates = set.spec?.volumeClaimTemplates ?? [];
  const template = templates.find(({ metadata }) => metadata?.name === TEMPLATE);
  if (!template) {
    const found = templates.map(({ metadata }) => metadata?.name).join(", ") || "none";
    throw new NotMet(
      {
        en: `StatefulSet ${NAME} has no template ${TEMPLATE}: ${found}`,
        zh: `StatefulSet ${NAME} 没有模板 ${TEMPLATE}：${found}`,
      },
      TEMPLATES,
    );
  }
  requireClass(work, `${NAME}: ${TEMPLATE}`, template.spec?.storageClassName);
}

async function requireClaim(work: Work, pod: V1Pod): Promise<void> {
  const { name = "" } = pod.metadata ?? {};
  const expected = `${TEMPLATE}-${name}`;
  requireMounted(pod, REDIS_DATA, expected);
  const claim = await work.mustFind("PersistentVolumeClaim", claimMountedAt(pod, REDIS_DATA) ?? expected);
  requireClass(work, expected, claim.spec?.storageClassName);
  const phase = claim.status?.phase;
  if (phase === "Bound") return;
  throw new NotMet(
    { en: `the claim ${expected} is ${phase}, not Bound`, zh: `PVC ${expected} 的状态是 ${phase}，不是 Bound` },
    NOT_BOUND,
  );
}

function requireClass({ place }: Work, what: string, found = ""): void {
  if (found === place.storageClass) return;
  throw new NotMet(
    {
      en: `${what} has the class "${found}", not ${place.storageClass}`,
      zh: `${what} 的存储类是 "${found}"，而不是 ${place.storageClass}`,
    },
    CLASS,
  );
}
