import { madeAt, serverTime } from "../../cluster/clock";
import type { NasLook } from "../../cluster/nas";
import { claimFor, requireBound, requireOwn, reservedVolume } from "../../cluster/pair";
import { defineExercise } from "../../runner/exercise";
import { type Hint, MISSING, NotMet } from "../../runner/not-met";
import { ownVolume } from "../../runner/place";
import type { Work } from "../../runner/work";

const CLAIM = "notes";
const FILE = "before.txt";

/** Clocks are written in whole seconds, and two of them are compared. */
const INEXACT = 2;

const NEW_FILE: Hint = {
  id: "new-file",
  en: `${FILE} has to be from before: written while the claim that you deleted was still there, and not touched since. Write it, then delete Pod and claim, and bring the volume back.`,
  zh: `${FILE} 必须是之前写的：在您删除的 PVC 还存在时写入，之后不再改动。请先写入，再删除 Pod 和 PVC，然后让卷恢复可用。`,
};

const NEW_VOLUME: Hint = {
  id: "new-volume",
  en: "A new volume on the old directory has the data, too, but it is not the Released one. Keep the volume: in kubectl edit pv remove claimRef.uid and claimRef.resourceVersion, nothing else.",
  zh: "在旧目录上新建一个卷也能看到数据，但它不是那个 Released 的卷。请保留原来的卷：用 kubectl edit pv 只删除 claimRef.uid 和 claimRef.resourceVersion。",
};

/** A Released volume that is in use again, with its data. */
export const releasedBack = defineExercise({
  id: "released-back",
  title: { en: "A Released volume, brought back with its data", zh: "让 Released 的卷带着数据恢复可用" },
  ownVolumes: 1,
  task(place) {
    const own = ownVolume(place, 1);
    return {
      en: `Go on from static-pair.
1. Write a file that will be from before: kubectl exec ${CLAIM} -- sh -c 'echo before > /notes/${FILE}'
2. Delete the Pod ${CLAIM} and the claim ${CLAIM}. The volume ${own?.name} is Released: it keeps the uid of the claim that is gone.
3. Bring it back without making it anew: from its claimRef remove uid and resourceVersion, and keep namespace and name.
4. Make the claim ${CLAIM} and the Pod ${CLAIM} again. The file is still there; leave it as it is.`,
      zh: `接着 static-pair 继续。
1. 写一个“之前的”文件：kubectl exec ${CLAIM} -- sh -c 'echo before > /notes/${FILE}'
2. 删除 Pod ${CLAIM} 和 PVC ${CLAIM}。卷 ${own?.name} 变为 Released：它保留着已删除的 PVC 的 uid。
3. 不重新创建卷而让它恢复可用：从 claimRef 中删除 uid 和 resourceVersion，保留 namespace 和 name。
4. 重新创建 PVC ${CLAIM} 和 Pod ${CLAIM}。文件仍然在，请不要改动它。`,
    };
  },
  checks: [
    {
      id: "bound",
      title: { en: "The volume is bound to its claim again", zh: "卷再次与它的 PVC 绑定" },
      points: 3,
      async run(work) {
        await pairOf(work);
      },
    },
    {
      id: "file",
      title: { en: `${FILE} is on the NAS`, zh: `${FILE} 在 NAS 上` },
      points: 3,
      seconds: 120,
      after: ["bound"],
      async run(work) {
        await fileOf(work);
      },
    },
    {
      id: "kept",
      title: { en: "Volume and data are older than the claim", zh: "卷和数据都早于该 PVC" },
      points: 4,
      seconds: 120,
      after: ["file"],
      async run(work) {
        const { volume, claim } = await pairOf(work);
        const { file, ahead } = await fileOf(work);
        // When the file was changed, by the API server's clock.
        const changed = file.changed - ahead;
        if (changed > madeAt(claim) + INEXACT) {
          throw new NotMet(
            {
              en: `${FILE} was changed ${span(changed - madeAt(claim))} after the claim was made`,
              zh: `${FILE} 在该 PVC 创建 ${span(changed - madeAt(claim))} 之后被改动过`,
            },
            NEW_FILE,
          );
        }
        if (changed + INEXACT < madeAt(volume)) {
          throw new NotMet(
            {
              en: `the volume was made ${span(madeAt(volume) - changed)} after ${FILE} was written`,
              zh: `该卷是在写入 ${FILE} 的 ${span(madeAt(volume) - changed)} 之后创建的`,
            },
            NEW_VOLUME,
          );
        }
        if (madeAt(claim) <= madeAt(volume)) {
          throw new NotMet({ en: "the claim is as old as the volume", zh: "PVC 与卷是同时创建的" }, NEW_VOLUME);
        }
      },
    },
  ],
});

async function pairOf(work: Work) {
  const own = requireOwn(work, 1);
  const volume = await reservedVolume(work, own, CLAIM);
  const claim = await claimFor(work, own, CLAIM);
  requireBound(volume, claim);
  return { volume, claim };
}

/** The file on the NAS, and how many seconds the NAS's clock is ahead of the API server's. */
async function fileOf(work: Work) {
  const { look, ahead } = await work.once("look", () => lookAt(work));
  const file = look.files.find(({ path }) => path === FILE);
  if (file && file.size > 0) return { file, ahead };
  const what = file ? { en: "empty", zh: "空文件" } : { en: "not there", zh: "不存在" };
  throw new NotMet({ en: `${FILE} is ${what.en}`, zh: `${FILE}：${what.zh}` }, file ? NEW_FILE : MISSING);
}

async function lookAt(work: Work): Promise<{ look: NasLook; ahead: number }> {
  const { directory } = requireOwn(work, 1);
  const look = await work.nas.look({ directory, claim: CLAIM }, work.secret("nothing"), work.signal);
  return { look, ahead: look.now - (await serverTime(work)) };
}

const span = (seconds: number) => `${Math.round(seconds)} s`;
