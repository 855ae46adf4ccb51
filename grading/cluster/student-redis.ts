import { randomBytes } from "node:crypto";
import { type Hint, NotMet } from "../runner/not-met";
import { GRADING_PREFIX, type Work } from "../runner/work";
import type { NasDirectory, NasLook } from "./nas";
import { inPod } from "./student-pod";

const NO_ANSWER: Hint = {
  id: "redis-silent",
  en: "Try it: kubectl exec POD -- redis-cli PING answers PONG. Redis listens on port 6379, and without a password, or with it in the environment as REDISCLI_AUTH.",
  zh: "请试一试：kubectl exec POD -- redis-cli PING 应回答 PONG。Redis 监听 6379 端口，不设密码，或把密码放在环境变量 REDISCLI_AUTH 中。",
};

const NOT_SAVED: Hint = {
  id: "redis-not-saved",
  en: "Redis writes to the folder that CONFIG GET dir names: it has to be the mount of the claim. Look with kubectl exec POD -- ls -l after redis-cli SAVE, and at kubectl logs.",
  zh: "Redis 写入 CONFIG GET dir 所指的目录：它必须是 PVC 的挂载点。请在 redis-cli SAVE 之后用 kubectl exec POD -- ls -l 查看，并查看 kubectl logs。",
};

/** Where Redis keeps its data by default. */
export const REDIS_DATA = "/data";

/** A key that nobody had before. */
export interface GradingKey {
  pod: string;
  name: string;
  value: string;
  /** Where its value is on the NAS. */
  directory: NasDirectory;
}

/** Removes the keys of a run that was killed, and this one's. */
const REMOVAL = `redis-cli --scan --pattern '${GRADING_PREFIX}*' | while read -r key; do redis-cli DEL "$key" >/dev/null; done`;

/** How long a Redis that has just started may take, in seconds: a pod without a probe is Ready before. */
const STARTS = 15;

/** What Redis says while it reads its file. */
const LOADING = /^LOADING/;

/** Fails unless Redis in the pod answers. */
export async function requireAnswer(work: Work, pod: string): Promise<void> {
  const answer = await answerOf(work, pod, "PING");
  if (answer === "PONG") return;
  const said = first(answer);
  throw new NotMet(
    { en: `Redis in Pod ${pod} answers PING with ${said}`, zh: `Pod ${pod} 中的 Redis 对 PING 的回答是 ${said}` },
    NO_ANSWER,
  );
}

/** What Redis answers, once it has started. */
async function answerOf(work: Work, pod: string, command: string): Promise<string> {
  let late: NotMet | undefined;
  const answer = await work.until({ seconds: STARTS, interval: 1000 }, async () => {
    try {
      const said = (await inPod(work, pod, `redis-cli ${command}`, NO_ANSWER)).trim();
      return LOADING.test(said) ? undefined : said;
    } catch (error) {
      if (!(error instanceof NotMet)) throw error;
      late = error;
      return undefined;
    }
  });
  if (answer !== undefined) return answer;
  throw late ?? new Error(`Redis in Pod ${pod} is still reading its file after ${STARTS} s`);
}

/**
 * Sets a key of which nobody could know, has Redis save, and fails unless the value is in a file of the directory on the NAS.
 * Afterwards the key goes again. Nothing else is changed: what Redis held it holds, and has saved.
 */
export async function savedKey(
  work: Work,
  pod: string,
  directory: NasDirectory,
): Promise<GradingKey & { look: NasLook }> {
  // Not longer than what Redis writes as it is: it compresses what has more than 20 characters.
  const value = work.once(`value in ${pod}`, () => randomBytes(10).toString("hex"));
  const name = work.secret(`key in ${pod}`);
  work.afterwards(`removing the key ${name} from Redis in Pod ${pod}`, async () => {
    const { exitCode, stderr } = await work.shell(pod, `${REMOVAL}; redis-cli SAVE >/dev/null`);
    if (exitCode !== 0) throw new Error(stderr.trim() || `exit code ${exitCode}`);
  });
  const answer = await inPod(work, pod, `${REMOVAL}; redis-cli SET ${name} ${value} && redis-cli SAVE`, NO_ANSWER);
  const [set, saved] = answer.trim().split("\n");
  if (set !== "OK" || saved !== "OK") {
    const said = first(saved ?? set ?? "");
    throw new NotMet(
      { en: `Redis in Pod ${pod} did not save: ${said}`, zh: `Pod ${pod} 中的 Redis 没有保存：${said}` },
      set === "OK" ? NOT_SAVED : NO_ANSWER,
    );
  }
  const look = await work.nas.look(directory, value, work.signal);
  if (look.holding.length > 0) return { pod, name, value, directory, look };
  throw new NotMet(
    {
      en: `what Redis in Pod ${pod} saved is not in ${work.place.directory}/${directory.directory} on the NAS`,
      zh: `Pod ${pod} 中的 Redis 保存的内容不在 NAS 的 ${work.place.directory}/${directory.directory} 中`,
    },
    NOT_SAVED,
  );
}

/** What Redis in the pod answers for a key; nothing where it has none. */
export function valueOf(work: Work, { pod, name }: Pick<GradingKey, "pod" | "name">): Promise<string> {
  return answerOf(work, pod, `GET ${name}`);
}

const first = (text: string) => (text === "" ? "nothing" : (text.split("\n")[0] ?? ""));
