import { type Hint, NotMet } from "../runner/not-met";
import { GRADING_PREFIX, type Work } from "../runner/work";
import type { NasDirectory, NasLook } from "./nas";
import { inPod } from "./student-pod";

const ELSEWHERE: Hint = {
  id: "not-on-the-nas",
  en: "What the pod wrote is not in this directory of the NAS: the path is not the claim's mount. Look at kubectl exec … -- mount and at spec.volumes.",
  zh: "Pod 写入的内容不在 NAS 的这个目录里：该路径不是 PVC 的挂载点。请查看 kubectl exec … -- mount 以及 spec.volumes。",
};

/**
 * Has a pod write a file whose content nobody could know, and fails unless it is in the directory on the NAS. The file goes
 * again, also that of a run that was killed.
 */
export async function requireWritten(
  work: Work,
  { pod, path, directory }: { pod: string; path: string; directory: NasDirectory },
): Promise<NasLook> {
  const value = work.secret(`file in ${path}`);
  const file = `.${value}`;
  const removal = `rm -f ${path}/.${GRADING_PREFIX}*`;
  work.afterwards(`removing ${path}/${file} in Pod ${pod}`, async () => {
    await work.shell(pod, removal);
  });
  await inPod(work, pod, `${removal} && printf %s ${value} > ${path}/${file}`);
  const look = await work.nas.look(directory, value, work.signal);
  if (look.holding.includes(file)) return look;
  throw new NotMet(
    {
      en: `what Pod ${pod} writes to ${path} is not in ${work.place.directory}/${directory.directory} on the NAS`,
      zh: `Pod ${pod} 写入 ${path} 的内容不在 NAS 的 ${work.place.directory}/${directory.directory} 中`,
    },
    ELSEWHERE,
  );
}
