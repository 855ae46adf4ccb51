import type { V1Pod } from "@kubernetes/client-node";
import { isReady } from "../../exercises/cluster/pods";
import { claimMountedAt } from "../../exercises/cluster/volumes";
import { Failure } from "../../exercises/runner/failure";
import { type Hint, NotMet, notThere } from "../runner/not-met";
import type { Work } from "../runner/work";

const NOT_READY: Hint = {
  id: "pod-not-ready",
  en: "kubectl describe pod tells in its last lines what it waits for; kubectl logs what its program said.",
  zh: "kubectl describe pod 的最后几行说明它在等什么；kubectl logs 显示程序的输出。",
};

export const NOT_MOUNTED: Hint = {
  id: "not-the-claim",
  en: "What a pod writes to an emptyDir or to its own image is gone with the pod. In spec.volumes, persistentVolumeClaim.claimName names the claim; volumeMounts of the container name that volume and the path.",
  zh: "写入 emptyDir 或容器自身文件系统的内容会随 Pod 消失。请在 spec.volumes 中用 persistentVolumeClaim.claimName 指明 PVC，并在容器的 volumeMounts 中指明该卷和路径。",
};

const NO_SHELL: Hint = {
  id: "no-shell",
  en: "The image has to have sh and timeout: take the one of the task.",
  zh: "镜像必须带有 sh 和 timeout：请使用练习说明中的镜像。",
};

const NOT_WRITABLE: Hint = {
  id: "not-writable",
  en: "Try it yourself with kubectl exec. Permission denied: the directory is yours, so set securityContext.runAsUser of the pod to your uid, which the task names. Read-only: remove readOnly.",
  zh: "请用 kubectl exec 自己试一试。权限被拒绝：目录属于您，请把 Pod 的 securityContext.runAsUser 设为练习说明中的 uid。只读：请去掉 readOnly。",
};

/** How long a pod that is starting is waited for, in seconds. */
const START = 15;

/** The pod, once it is Ready. */
export async function readyPod(work: Work, name: string): Promise<V1Pod> {
  let last: V1Pod | undefined;
  const ready = await work.until({ seconds: START }, async () => {
    last = await work.find("Pod", name);
    if (!last) throw notThere(`Pod ${name}`);
    return isReady(last) ? last : undefined;
  });
  if (ready) return ready;
  const waiting = last?.status?.containerStatuses?.[0]?.state?.waiting?.reason;
  const state = waiting ?? last?.status?.phase ?? "unknown";
  throw new NotMet({ en: `Pod ${name} is not Ready: ${state}`, zh: `Pod ${name} 未就绪：${state}` }, NOT_READY);
}

/** Fails unless the pod's first container has the claim, whole, at this path. */
export function requireMounted(pod: V1Pod, path: string, claim: string): void {
  const found = claimMountedAt(pod, path);
  const mount = pod.spec?.containers[0]?.volumeMounts?.find(({ mountPath }) => mountPath === path);
  if (found === claim && !mount?.subPath && !mount?.subPathExpr) return;
  const { name } = pod.metadata ?? {};
  const here = found ?? (mount ? "no claim" : "nothing");
  throw new NotMet(
    {
      en: `Pod ${name} has ${here} at ${path}${mount?.subPath ? ` with subPath ${mount.subPath}` : ""}, not the claim ${claim}`,
      zh: `Pod ${name} 在 ${path} 挂载的不是 PVC ${claim}（而是 ${found ?? (mount ? "非 PVC" : "无")}）`,
    },
    NOT_MOUNTED,
  );
}

/**
 * Runs a script in a student's pod, and gives back what it printed.
 *
 * @param hint For who has made a pod in which it fails.
 */
export async function inPod(work: Work, pod: string, script: string, hint = NOT_WRITABLE): Promise<string> {
  const { exitCode, stdout, stderr } = await work.shell(pod, script).catch((error: unknown) => {
    // The runtime says so where there is no such program, in many words.
    if (error instanceof Failure && /executable file not found|no such file or directory/.test(error.message))
      throw withoutShell(pod);
    throw error;
  });
  if (exitCode === 0) return stdout;
  if (exitCode === 126 || exitCode === 127) throw withoutShell(pod);
  const said = (stderr || stdout).trim().split("\n").at(-1) ?? "";
  // What `timeout` ends with.
  const words = exitCode === 124 ? { en: "no answer", zh: "没有回应" } : { en: said, zh: said };
  throw new NotMet(
    {
      en: `in Pod ${pod} it failed (exit code ${exitCode}): ${words.en}`,
      zh: `在 Pod ${pod} 中失败（退出码 ${exitCode}）：${words.zh}`,
    },
    hint,
  );
}

function withoutShell(pod: string): NotMet {
  return new NotMet({ en: `Pod ${pod} has no shell`, zh: `Pod ${pod} 没有 shell` }, NO_SHELL);
}
