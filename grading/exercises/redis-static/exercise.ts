import { claimFor, requireBound, requireOwn, reservedVolume } from "../../cluster/pair";
import { REDIS_DATA, requireAnswer, savedKey } from "../../cluster/student-redis";
import { studentSet } from "../../cluster/student-set";
import { requireMounted } from "../../cluster/student-pod";
import { defineExercise } from "../../runner/exercise";
import { ownVolume } from "../../runner/place";

const NAME = "cache";
const POD = `${NAME}-0`;

/** A Redis of the student on a claim that was made before it. */
export const redisStatic = defineExercise({
  id: "redis-static",
  title: { en: "Redis on a claim that is there", zh: "使用现有 PVC 的 Redis" },
  ownVolumes: 3,
  task(place) {
    const own = ownVolume(place, 3);
    const { namespace, server, image, uid } = place;
    return {
      en: `1. Make the PersistentVolume ${own?.name} (nfs, server ${server}, path ${own?.path}, Retain, 64Mi, ReadWriteMany) with claimRef ${namespace}/${NAME}, and the claim ${NAME} (storageClassName "", volumeName ${own?.name}, 8Mi, ReadWriteMany).
2. Make the StatefulSet ${NAME} with serviceName ${NAME}, 1 replica, the image ${image} as user ${uid} (securityContext.runAsUser, runAsGroup and fsGroup), without a password, and the claim ${NAME} at ${REDIS_DATA}. It has no volumeClaimTemplates.
3. kubectl exec ${POD} -- redis-cli PING answers PONG.`,
      zh: `1. 创建 PersistentVolume ${own?.name}（nfs，服务器 ${server}，路径 ${own?.path}，Retain，64Mi，ReadWriteMany），claimRef 为 ${namespace}/${NAME}；再创建 PVC ${NAME}（storageClassName 为 ""，volumeName 为 ${own?.name}，8Mi，ReadWriteMany）。
2. 创建 StatefulSet ${NAME}：serviceName 为 ${NAME}，1 个副本，镜像 ${image}，以用户 ${uid} 运行（securityContext.runAsUser、runAsGroup 和 fsGroup），不设密码，在 ${REDIS_DATA} 挂载 PVC ${NAME}。不使用 volumeClaimTemplates。
3. kubectl exec ${POD} -- redis-cli PING 回答 PONG。`,
    };
  },
  checks: [
    {
      id: "pair",
      title: { en: `The volume and the claim ${NAME} are bound`, zh: `卷与 PVC ${NAME} 已绑定` },
      points: 2,
      async run(work) {
        const own = requireOwn(work, 3);
        requireBound(await reservedVolume(work, own, NAME), await claimFor(work, own, NAME));
      },
    },
    {
      id: "set",
      title: { en: `The StatefulSet ${NAME} has made its pod`, zh: `StatefulSet ${NAME} 创建了它的 Pod` },
      points: 2,
      async run(work) {
        await studentSet(work, NAME, 1);
      },
    },
    {
      id: "mounted",
      title: { en: `Its pod has the claim at ${REDIS_DATA}`, zh: `它的 Pod 在 ${REDIS_DATA} 挂载该 PVC` },
      points: 2,
      after: ["set"],
      async run(work) {
        const { pods } = await studentSet(work, NAME, 1);
        for (const pod of pods) requireMounted(pod, REDIS_DATA, NAME);
      },
    },
    {
      id: "answers",
      title: { en: "Redis answers", zh: "Redis 有回应" },
      points: 2,
      after: ["set"],
      run: (work) => requireAnswer(work, POD),
    },
    {
      id: "saved",
      title: { en: "What Redis saves is on the NAS", zh: "Redis 保存的内容在 NAS 上" },
      points: 2,
      seconds: 120,
      after: ["pair", "mounted", "answers"],
      async run(work) {
        await savedKey(work, POD, { directory: requireOwn(work, 3).directory, claim: NAME });
      },
    },
  ],
});
