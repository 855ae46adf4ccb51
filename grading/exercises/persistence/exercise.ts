import { isReady } from "../../../exercises/cluster/pods";
import { DYNAMIC_SET, dynamicDirectory } from "../../cluster/dynamic-claim";
import type { NasDirectory } from "../../cluster/nas";
import { requireOwn } from "../../cluster/pair";
import { requireMounted } from "../../cluster/student-pod";
import { type GradingKey, REDIS_DATA, requireAnswer, savedKey, valueOf } from "../../cluster/student-redis";
import { requireOf, type StudentSet, studentSet } from "../../cluster/student-set";
import { type Check, defineExercise } from "../../runner/exercise";
import { type Hint, NotMet } from "../../runner/not-met";
import type { Work } from "../../runner/work";

/** How long the pod that replaces a deleted one may take, in seconds. */
const REPLACED = 120;

const NOT_REPLACED: Hint = {
  id: "not-replaced",
  en: "Delete the pod yourself, and follow the next one with kubectl get pods -w and kubectl describe pod.",
  zh: "请自己删除该 Pod，并用 kubectl get pods -w 和 kubectl describe pod 观察新的 Pod。",
};

const LOST: Hint = {
  id: "lost",
  en: `The pod that came after it began empty: what Redis saves has to lie on the claim, and Redis has to read it when it starts. Look at CONFIG GET dir and CONFIG GET dbfilename, and at kubectl logs.`,
  zh: "新的 Pod 启动后是空的：Redis 保存的内容必须在 PVC 上，并且启动时要读取它。请查看 CONFIG GET dir、CONFIG GET dbfilename 以及 kubectl logs。",
};

/** One of the student's Redis. */
interface Kept {
  id: string;
  set: string;
  replicas: number;
  directory: (work: Work) => NasDirectory;
}

const KEPT: Kept[] = [
  {
    id: "static",
    set: "cache",
    replicas: 1,
    directory: (work) => ({ claim: "cache", directory: requireOwn(work, 3).directory }),
  },
  { id: "dynamic", set: DYNAMIC_SET.name, replicas: DYNAMIC_SET.replicas, directory: () => dynamicDirectory(0) },
];

/** What Redis has saved is there in the pod that replaces its own. */
export const persistence = defineExercise({
  id: "persistence",
  title: { en: "Data outlive the pod", zh: "数据比 Pod 活得久" },
  ownVolumes: 3,
  dynamic: true,
  task: () => ({
    en: "Both your Redis, cache and store, keep what they have saved when a pod is deleted and replaced. Try it: set a key, redis-cli SAVE, kubectl delete pod, and read it again. Grading does the same with keys of its own, removes them, and deletes the pods cache-0 and store-0 once.",
    zh: "您的两个 Redis（cache 和 store）在 Pod 被删除并重建之后仍保留已保存的内容。请试一试：写入一个键，redis-cli SAVE，kubectl delete pod，再读取它。评分时会用自己的键做同样的事，随后删除这些键；Pod cache-0 和 store-0 会各被删除一次。",
  }),
  checks: KEPT.flatMap((kept): Check[] => {
    const { id, set } = kept;
    return [
      {
        id: `${id}-saved`,
        title: { en: `${set}-0 saves to its claim`, zh: `${set}-0 保存到它的 PVC` },
        points: 2,
        seconds: 120,
        run: async (work) => void (await saved(work, kept)),
      },
      {
        id: `${id}-kept`,
        title: { en: `The pod that replaces ${set}-0 has the data`, zh: `替换 ${set}-0 的新 Pod 仍有数据` },
        points: 3,
        seconds: REPLACED + 60,
        after: [`${id}-saved`],
        run: (work) => requireKept(work, kept),
      },
    ];
  }),
});

/** What was saved before the pod goes. */
interface Saved extends StudentSet {
  key: GradingKey;
}

function saved(work: Work, { id, set, replicas, directory }: Kept): Promise<Saved> {
  return work.once(id, async () => {
    const found = await studentSet(work, set, replicas);
    const place = directory(work);
    const [pod] = found.pods;
    // Only what is on a claim is there again: of another Redis the pod is not deleted, it would lose its data.
    if (pod) requireMounted(pod, REDIS_DATA, place.claim);
    await requireAnswer(work, `${set}-0`);
    return { ...found, key: await savedKey(work, `${set}-0`, place) };
  });
}

async function requireKept(work: Work, kept: Kept): Promise<void> {
  const { set, pods, key } = await saved(work, kept);
  const before = pods[0]?.metadata?.uid;
  await work.cluster.remove("Pod", key.pod, work.place.namespace, before);
  const after = await work.until({ seconds: REPLACED }, async () => {
    const pod = await work.find("Pod", key.pod);
    return pod && pod.metadata?.uid !== before && isReady(pod) ? pod : undefined;
  });
  if (!after) {
    throw new NotMet(
      { en: `no other Pod ${key.pod} was Ready in ${REPLACED} s`, zh: `${REPLACED} 秒内没有新的 Pod ${key.pod} 就绪` },
      NOT_REPLACED,
    );
  }
  requireOf(set, after);
  const found = await valueOf(work, key);
  if (found === key.value) return;
  throw new NotMet(
    {
      en: `the key is ${found === "" ? "gone" : `"${found}"`} in the pod that came after ${key.pod}`,
      zh: `在替换 ${key.pod} 的新 Pod 中，键${found === "" ? "不存在" : `的值是 "${found}"`}`,
    },
    LOST,
  );
}
