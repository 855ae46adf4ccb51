import { aboutAddresses } from "../../../exercises/cluster/dns-queries";
import { judge, scriptOf } from "../../../exercises/cluster/pod-queries";
import { DYNAMIC_SET } from "../../cluster/dynamic-claim";
import { inPod } from "../../cluster/student-pod";
import { studentSet, type StudentSet } from "../../cluster/student-set";
import { defineExercise } from "../../runner/exercise";
import { type Hint, NotMet } from "../../runner/not-met";
import type { Work } from "../../runner/work";

const { name: NAME, replicas: REPLICAS } = DYNAMIC_SET;

/** How long a name may take to be known, in seconds: a resolver remembers for 30 that there was none. */
const KNOWN = 40;

const HEADLESS: Hint = {
  id: "headless",
  en: "A headless Service has clusterIP: None; only then its pods have names of their own. It cannot be changed later: delete the Service and make it anew.",
  zh: "无头服务的 clusterIP 为 None；只有这样每个 Pod 才有自己的名称。它之后不能修改：请删除 Service 再重新创建。",
};

const SERVICE_NAME: Hint = {
  id: "service-name",
  en: "serviceName of the StatefulSet and the name of the Service are one name.",
  zh: "StatefulSet 的 serviceName 与 Service 的名称必须相同。",
};

const SELECTOR: Hint = {
  id: "selector",
  en: "kubectl get endpointslices shows which pods a Service has found: its selector has to be labels of the pods (kubectl get pods --show-labels).",
  zh: "kubectl get endpointslices 显示 Service 找到了哪些 Pod：它的 selector 必须与 Pod 的标签一致（kubectl get pods --show-labels）。",
};

const NAMES: Hint = {
  id: "names",
  en: `Try it: kubectl exec ${NAME}-0 -- getent hosts ${NAME}-1.${NAME}. Names come from DNS alone: remove hostAliases and dnsPolicy from the pods.`,
  zh: `请试一试：kubectl exec ${NAME}-0 -- getent hosts ${NAME}-1.${NAME}。名称只能来自 DNS：请从 Pod 中去掉 hostAliases 和 dnsPolicy。`,
};

/** The headless Service by which each pod of a StatefulSet has a name. */
export const dns = defineExercise({
  id: "dns",
  title: { en: "A name for each pod", zh: "每个 Pod 的 DNS 名称" },
  dynamic: true,
  task: ({ namespace }) => ({
    en: `Go on from redis-dynamic. Make the headless Service ${NAME}, which serviceName of the StatefulSet ${NAME} says, on port 6379, for its pods alone. Each pod then has a name: ${NAME}-0.${NAME}.${namespace}.svc and ${NAME}-1.${NAME}.${namespace}.svc.`,
    zh: `接着 redis-dynamic 继续。创建无头服务 ${NAME}（StatefulSet ${NAME} 的 serviceName 所指），端口 6379，只选中它的 Pod。之后每个 Pod 都有名称：${NAME}-0.${NAME}.${namespace}.svc 和 ${NAME}-1.${NAME}.${namespace}.svc。`,
  }),
  checks: [
    {
      id: "service",
      title: {
        en: `The Service ${NAME} is headless, and serviceName names it`,
        zh: `Service ${NAME} 是无头服务，并由 serviceName 指定`,
      },
      points: 3,
      async run(work) {
        const service = await work.mustFind("Service", NAME);
        const ip = service.spec?.clusterIP;
        if (ip !== "None") {
          throw new NotMet(
            { en: `clusterIP of the Service ${NAME} is ${ip}`, zh: `Service ${NAME} 的 clusterIP 是 ${ip}` },
            HEADLESS,
          );
        }
        const set = await work.mustFind("StatefulSet", NAME);
        const named = set.spec?.serviceName ?? "";
        if (named === NAME) return;
        throw new NotMet(
          { en: `serviceName is "${named}", not ${NAME}`, zh: `serviceName 是 "${named}"，而不是 ${NAME}` },
          SERVICE_NAME,
        );
      },
    },
    {
      id: "endpoints",
      title: { en: "It has found both pods, and no other", zh: "它找到了两个 Pod，且没有别的" },
      points: 3,
      after: ["service"],
      run: requireEndpoints,
    },
    {
      id: "names",
      title: { en: "Each name leads to its own pod", zh: "每个名称都指向自己的 Pod" },
      points: 4,
      seconds: KNOWN + 60,
      after: ["endpoints"],
      run: requireNames,
    },
  ],
});

async function requireEndpoints(work: Work): Promise<void> {
  const { pods } = await studentSet(work, NAME, REPLICAS);
  const slices = await work.list("EndpointSlice", `kubernetes.io/service-name=${NAME}`);
  const found = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .map(({ hostname = "?", addresses }) => `${hostname} ${addresses.join(" ")}`);
  const expected = pods.map(({ metadata, status }) => `${metadata?.name} ${status?.podIP}`);
  const [has, wants] = [found, expected].map((list) => list.sort().join(", "));
  if (has === wants) return;
  throw new NotMet(
    {
      en: `the Service ${NAME} has ${has || "no pods"}, not ${wants}`,
      zh: `Service ${NAME} 找到的是 ${has || "无"}，而不是 ${wants}`,
    },
    SELECTOR,
  );
}

/** Asked from each of the pods. */
async function requireNames(work: Work): Promise<void> {
  const { pods } = await studentSet(work, NAME, REPLICAS);
  // A file of names in the pod would answer before DNS does.
  const odd = pods.find(
    ({ spec }) =>
      spec?.hostAliases?.length || (spec?.dnsPolicy ?? "ClusterFirst") !== "ClusterFirst" || spec?.dnsConfig,
  );
  if (odd) {
    const { name } = odd.metadata ?? {};
    throw new NotMet({ en: `Pod ${name} has names of its own`, zh: `Pod ${name} 自带名称解析设置` }, NAMES);
  }
  const wrong = await Promise.all(pods.map(({ metadata }) => wrongNames(work, metadata?.name ?? "", pods)));
  const words = wrong.find((each) => each !== undefined);
  if (words !== undefined) throw new NotMet({ en: words, zh: words }, NAMES);
}

async function wrongNames(work: Work, pod: string, pods: StudentSet["pods"]): Promise<string | undefined> {
  const queries = pods.map(({ metadata, status }) =>
    aboutAddresses(`${metadata?.name}.${NAME}.${work.place.namespace}.svc`, [status?.podIP ?? ""]),
  );
  let words: string | undefined;
  await work.until({ seconds: KNOWN, interval: 2000 }, async () => {
    const { errors } = judge(queries, await inPod(work, pod, scriptOf(queries), NAMES));
    words = errors[0] && `Pod ${pod}: ${errors[0].message}`;
    return words === undefined ? true : undefined;
  });
  return words;
}
