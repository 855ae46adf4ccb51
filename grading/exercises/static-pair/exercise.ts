import { claimFor, requireBound, requireOwn, reservedVolume } from "../../cluster/pair";
import { readyPod, requireMounted } from "../../cluster/student-pod";
import { requireWritten } from "../../cluster/written-file";
import { defineExercise } from "../../runner/exercise";
import { ownVolume } from "../../runner/place";

const NAME = "notes";
const PATH = "/notes";

/** A volume and a claim by hand, each naming the other, and a pod that writes through them to the NAS. */
export const staticPair = defineExercise({
  id: "static-pair",
  title: { en: "A static volume and its claim", zh: "静态卷和它的 PVC" },
  ownVolumes: 1,
  task(place) {
    const { namespace, server, image, uid } = place;
    const own = ownVolume(place, 1);
    return {
      en: `1. Make the PersistentVolume ${own?.name}: nfs on server ${server}, path ${own?.path}; Retain; 64Mi; ReadWriteMany. Its claimRef names the claim ${NAME} of the namespace ${namespace}.
2. Make the claim ${NAME}: storageClassName "", volumeName ${own?.name}, 8Mi, ReadWriteMany. Both are Bound.
3. Make the Pod ${NAME} with one container of the image ${image} that runs on (command: ["sleep", "infinity"]), as user ${uid} (securityContext.runAsUser and runAsGroup), with the claim at ${PATH}.
4. Write a file with it, and find it again: kubectl exec ${NAME} -- sh -c 'echo hello > ${PATH}/hello.txt'`,
      zh: `1. 创建 PersistentVolume ${own?.name}：类型 nfs，服务器 ${server}，路径 ${own?.path}；Retain；64Mi；ReadWriteMany。它的 claimRef 指向命名空间 ${namespace} 中的 PVC ${NAME}。
2. 创建 PVC ${NAME}：storageClassName 为 ""，volumeName 为 ${own?.name}，8Mi，ReadWriteMany。两者都变为 Bound。
3. 创建 Pod ${NAME}：一个容器，镜像 ${image}，持续运行（command: ["sleep", "infinity"]），以用户 ${uid} 运行（securityContext.runAsUser 和 runAsGroup），在 ${PATH} 挂载该 PVC。
4. 用它写一个文件，并再次读取：kubectl exec ${NAME} -- sh -c 'echo hello > ${PATH}/hello.txt'`,
    };
  },
  checks: [
    {
      id: "volume",
      title: {
        en: `The volume is on its directory, and reserved for ${NAME}`,
        zh: `卷位于自己的目录，并预留给 ${NAME}`,
      },
      points: 2,
      async run(work) {
        await reservedVolume(work, requireOwn(work, 1), NAME);
      },
    },
    {
      id: "claim",
      title: { en: `The claim ${NAME} asks for that volume`, zh: `PVC ${NAME} 请求该卷` },
      points: 2,
      async run(work) {
        await claimFor(work, requireOwn(work, 1), NAME);
      },
    },
    {
      id: "bound",
      title: { en: "Each is bound to the other", zh: "两者互相绑定" },
      points: 2,
      after: ["volume", "claim"],
      async run(work) {
        const own = requireOwn(work, 1);
        requireBound(await reservedVolume(work, own, NAME), await claimFor(work, own, NAME));
      },
    },
    {
      id: "pod",
      title: { en: `The Pod ${NAME} has the claim at ${PATH}`, zh: `Pod ${NAME} 在 ${PATH} 挂载该 PVC` },
      points: 2,
      async run(work) {
        // One that has no claim would not become Ready by waiting.
        requireMounted(await work.mustFind("Pod", NAME), PATH, NAME);
        await readyPod(work, NAME);
      },
    },
    {
      id: "written",
      title: { en: "What the pod writes is on the NAS", zh: "Pod 写入的内容在 NAS 上" },
      points: 2,
      after: ["bound", "pod"],
      seconds: 120,
      async run(work) {
        const { directory } = requireOwn(work, 1);
        await requireWritten(work, { pod: NAME, path: PATH, directory: { directory, claim: NAME } });
      },
    },
  ],
});
