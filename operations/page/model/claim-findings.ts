import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { parseQuantity } from "../../../components/storage/quantity";
import { fullName, seenAt, timeOf } from "./cluster-objects";
import type { Finding, Words } from "./line";
import type { ObjectIndex } from "./object-index";
import { joined, words } from "./words";

/** How long a claim may wait before somebody should know, in milliseconds. */
const PATIENCE = 20_000;

/** The most volumes that a sentence says why they do not fit. */
const MOST = 4;

/** What is to be said of a claim: why it has no volume, or what holds it. */
export function claimFindings(index: ObjectIndex, claim: V1PersistentVolumeClaim): Finding[] {
  return [...waitingFindings(index, claim), ...deletionFindings(index, claim)];
}

function waitingFindings(index: ObjectIndex, claim: V1PersistentVolumeClaim): Finding[] {
  const { namespace = "", name = "", creationTimestamp } = claim.metadata ?? {};
  const phase = claim.status?.phase ?? "Pending";
  if (phase === "Bound") return [];
  const command = `kubectl describe pvc ${name} -n ${namespace}`;
  if (phase === "Lost") {
    return [
      {
        id: "lost",
        severity: "error",
        text: words(
          `Claim ${namespace}/${name} is Lost: its volume ${claim.spec?.volumeName} is not there.`,
          `声明 ${namespace}/${name} 处于 Lost：它的卷 ${claim.spec?.volumeName} 不存在。`,
        ),
        cause: words(
          "Somebody deleted the volume; its data may still be on the NAS.",
          "有人删除了这个卷；数据可能还在 NAS 上。",
        ),
        command,
      },
    ];
  }
  const why = whyPending(index, claim);
  const isYoung = index.now - timeOf(creationTimestamp) < PATIENCE;
  return [
    {
      id: "pending",
      severity: why.isMeant || (isYoung && !why.forGood) ? "note" : "warning",
      text: words(
        `Claim ${namespace}/${name} is Pending: ${why.text.en}.`,
        `声明 ${namespace}/${name} 处于 Pending：${why.text.zh}。`,
      ),
      ...(why.cause && { cause: why.cause }),
      command: why.command ?? command,
    },
  ];
}

interface Why {
  text: Words;
  cause?: Words;
  command?: string;
  /** It is as it should be. */
  isMeant?: true;
  /** Waiting does not help. */
  forGood?: true;
}

function whyPending(index: ObjectIndex, claim: V1PersistentVolumeClaim): Why {
  const { volumeName, storageClassName } = claim.spec ?? {};
  if (volumeName) return whyNotThatVolume(index, claim, volumeName);
  const old = releasedOf(index, claim);
  if (old) return ofEarlierClaim(old, claim);
  const storageClass = storageClassName ? index.classes.get(storageClassName) : undefined;
  if (storageClass && storageClass.provisioner !== "kubernetes.io/no-provisioner") {
    if (storageClass.volumeBindingMode === "WaitForFirstConsumer" && !index.podsOf.has(fullName(claim)))
      return forPod();
    return whyNotProvisioned(index, claim, storageClass.provisioner);
  }
  if (storageClass?.volumeBindingMode === "WaitForFirstConsumer" && !index.podsOf.has(fullName(claim))) return forPod();
  if (storageClassName === undefined) {
    return {
      forGood: true,
      text: words("it names no class, and the cluster has no default one", "它没有写存储类，集群也没有默认存储类"),
      cause: words('A static volume is asked for with storageClassName: "".', '静态卷要写 storageClassName: ""。'),
      command: "kubectl get storageclass",
    };
  }
  return whyNoneFits(index, claim, storageClassName, storageClass !== undefined);
}

const forPod = (): Why => ({
  isMeant: true,
  text: words("it waits until a pod uses it", "它要等到有 Pod 使用时才绑定"),
  cause: words("Its class has volumeBindingMode WaitForFirstConsumer.", "其存储类为 WaitForFirstConsumer。"),
});

function whyNotThatVolume(index: ObjectIndex, claim: V1PersistentVolumeClaim, volumeName: string): Why {
  const command = `kubectl describe pv ${volumeName}`;
  const volume = index.volumes.get(volumeName);
  if (!volume) {
    return {
      forGood: true,
      text: words(`it names the volume ${volumeName}, which is not there`, `它指定的卷 ${volumeName} 不存在`),
      command: `kubectl get pv ${volumeName}`,
    };
  }
  const ref = volume.spec?.claimRef;
  if (ref?.name && `${ref.namespace}/${ref.name}` !== fullName(claim)) {
    return {
      forGood: true,
      text: words(
        `its volume ${volumeName} is kept for ${ref.namespace}/${ref.name}`,
        `它的卷 ${volumeName} 属于 ${ref.namespace}/${ref.name}`,
      ),
      command,
    };
  }
  if (ref?.uid && ref.uid !== claim.metadata?.uid) return ofEarlierClaim(volume, claim);
  const reason = whyUnfit(volume, claim);
  return reason
    ? {
        forGood: true,
        text: words(`its volume ${volumeName} ${reason.en}`, `它的卷 ${volumeName} ${reason.zh}`),
        command,
      }
    : { text: words(`it is being bound to ${volumeName}`, `正在绑定到 ${volumeName}`), command };
}

/** The volume that an earlier claim of this name had. */
function releasedOf(index: ObjectIndex, claim: V1PersistentVolumeClaim): V1PersistentVolume | undefined {
  return index.objects.volumes.find(({ spec, status }) => {
    const ref = spec?.claimRef;
    return status?.phase === "Released" && `${ref?.namespace}/${ref?.name}` === fullName(claim);
  });
}

function ofEarlierClaim(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): Why {
  const name = fullName(volume);
  const [old = "?", own = "?"] = [volume.spec?.claimRef?.uid, claim.metadata?.uid].map((uid) => uid?.slice(0, 8));
  return {
    forGood: true,
    text: words(
      `the volume ${name} is ${volume.status?.phase}, and remembers an earlier claim of the same name`,
      `卷 ${name} 处于 ${volume.status?.phase}，记着以前的同名声明`,
    ),
    cause: words(
      `Its claimRef has the uid ${old}; this claim's is ${own}. A name alone is not enough.`,
      `它的 claimRef 中是 uid ${old}，而这个声明的 uid 是 ${own}。只有名字相同是不够的。`,
    ),
    command: `kubectl get pv ${name} -o jsonpath='{.spec.claimRef}'`,
  };
}

function whyNotProvisioned(index: ObjectIndex, claim: V1PersistentVolumeClaim, provisioner: string): Why {
  const event = index.provisioning.get(claim.metadata?.uid ?? "");
  const said = event && words(`${event.reason}: ${event.message}`, `${event.reason}：${event.message}`);
  if (event?.type === "Warning") {
    return { text: words(`${provisioner} could not make a volume`, `${provisioner} 未能创建卷`), cause: said };
  }
  const waits = event && index.now - seenAt(event) < 10 * PATIENCE;
  return {
    text: words(`${provisioner} has not made its volume yet`, `${provisioner} 还没有为它创建卷`),
    cause: waits
      ? said
      : words("Nothing was heard of it: its pod may not run.", "没有听到它的任何消息：它的 Pod 可能没有运行。"),
    command: waits ? undefined : "kubectl get pods -A -o wide | grep -e provisioner -e csi",
  };
}

/** Which volumes of the class there are, and why none is the claim's. */
function whyNoneFits(index: ObjectIndex, claim: V1PersistentVolumeClaim, className: string, isThere: boolean): Why {
  const ofClass = index.objects.volumes.filter(({ spec }) => (spec?.storageClassName ?? "") === className);
  const of =
    className === "" ? words('storageClassName ""', "无存储类") : words(`class ${className}`, `存储类 ${className}`);
  if (ofClass.length === 0) {
    return {
      forGood: true,
      text:
        className === "" || isThere
          ? words(`there is no volume with ${of.en}`, `没有${of.zh}的卷`)
          : words(`there is no class ${className}`, `存储类 ${className} 不存在`),
      cause:
        className === "" || isThere
          ? words("Somebody has to make one: no provisioner does.", "要由人来创建：没有供应者会创建它。")
          : words("Its name may be misspelled.", "名字可能写错了。"),
      command: isThere || className === "" ? "kubectl get pv" : "kubectl get storageclass",
    };
  }
  const free = ofClass.filter((volume) => volume.status?.phase === "Available");
  const reasons = free.map((volume) => {
    const reason = whyUnfit(volume, claim) ?? words("may fit", "也许合适");
    return words(`${fullName(volume)} ${reason.en}`, `${fullName(volume)} ${reason.zh}`);
  });
  const taken = ofClass.length - free.length;
  const rest = words(`${taken} are in use or Released`, `${taken} 个已被占用或处于 Released`);
  const more = free.length - MOST;
  return {
    text: words(`no volume with ${of.en} fits`, `${of.zh}的卷中没有合适的`),
    cause: joined([
      ...reasons.slice(0, MOST),
      ...(more > 0 ? [words(`${more} more`, `还有 ${more} 个`)] : []),
      ...(taken > 0 ? [rest] : []),
    ]),
    command: "kubectl get pv",
  };
}

/** Why a volume cannot be the claim's, as the end of a sentence; undefined where it could. */
function whyUnfit(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): Words | undefined {
  const { capacity, accessModes = [], claimRef, storageClassName = "" } = volume.spec ?? {};
  const { resources, accessModes: wanted = [], storageClassName: className = "" } = claim.spec ?? {};
  if (claimRef?.name && `${claimRef.namespace}/${claimRef.name}` !== fullName(claim)) {
    const other = `${claimRef.namespace}/${claimRef.name}`;
    return words(`is reserved for ${other}`, `已预留给 ${other}`);
  }
  if (storageClassName !== className) {
    return words(
      `is of class "${storageClassName}", and not "${className}"`,
      `的存储类是“${storageClassName}”，不是“${className}”`,
    );
  }
  const [size = "", least = ""] = [capacity?.storage, resources?.requests?.storage];
  if ((parseQuantity(size) ?? 0n) < (parseQuantity(least) ?? 0n))
    return words(`is too small (${size} < ${least})`, `太小（${size} < ${least}）`);
  const lacking = wanted.filter((mode) => !accessModes.includes(mode));
  if (lacking.length > 0) return words(`does not offer ${lacking.join(", ")}`, `不提供 ${lacking.join("、")}`);
  return undefined;
}

function deletionFindings(index: ObjectIndex, claim: V1PersistentVolumeClaim): Finding[] {
  if (!claim.metadata?.deletionTimestamp) return [];
  const { namespace, name, finalizers = [] } = claim.metadata;
  const pods = (index.podsOf.get(fullName(claim)) ?? []).map(({ metadata }) => metadata?.name);
  return [
    {
      id: "ending",
      severity: "warning",
      text: words(`Claim ${namespace}/${name} is being deleted.`, `声明 ${namespace}/${name} 正在删除。`),
      cause:
        pods.length > 0
          ? words(
              `It goes once ${pods.join(", ")} is gone, which uses it.`,
              `等使用它的 ${pods.join("、")} 消失后才会删除。`,
            )
          : words(
              `It is held by ${finalizers.join(", ") || "nothing"}.`,
              `它被 ${finalizers.join("、") || "无"} 保留。`,
            ),
      command: `kubectl get pvc ${name} -n ${namespace} -o jsonpath='{.metadata.finalizers}'`,
    },
  ];
}
