import { CLASS_LABEL, REAL_NAME, STUDENT_LABEL } from "../../../components/index";
import type { Finding, Group } from "./line";
import type { ObjectIndex } from "./object-index";
import { podStarts } from "./pod-starts";
import { bytesText, words } from "./words";

/** How full a student's directory may be before somebody should know, and when nothing more fits. */
const NEARLY = 0.9;
const FULL = 0.985;

/** A namespace, whose it is, and what is wrong with all of it. */
export function groupOf(index: ObjectIndex, name: string): Group {
  const { labels, annotations } = index.namespaces.get(name)?.metadata ?? {};
  const { [CLASS_LABEL]: className, [STUDENT_LABEL]: student } = labels ?? {};
  const realName = annotations?.[REAL_NAME];
  const quota = index.facts.quotas.get(name);
  return {
    name,
    ...(className && { className }),
    ...(student && { student }),
    ...(realName && { realName }),
    ...quota,
    ...(student && { pods: podStarts(index.podsIn.get(name) ?? []) }),
    findings: quota ? spaceFindings(name, quota) : [],
  };
}

function spaceFindings(name: string, { used, limit }: { used: number; limit: number }): Finding[] {
  if (limit <= 0 || used < limit * NEARLY) return [];
  const full = used >= limit * FULL;
  return [
    {
      id: "full",
      severity: full ? "error" : "warning",
      text: words(
        `The directory of ${name} is ${full ? "full" : "nearly full"}: ${bytesText(used)} of ${bytesText(limit)}.`,
        `${name} 的目录${full ? "已满" : "快满了"}：${bytesText(limit)} 中已用 ${bytesText(used)}。`,
      ),
      cause: full
        ? words(
            "What is written to any of its volumes fails (Disk quota exceeded).",
            "向其中任何一个卷写入都会失败（Disk quota exceeded）。",
          )
        : words("Its volumes share what is left.", "它的各个卷共用剩余的空间。"),
      command: "storage-lab class status -s STACK --all",
    },
  ];
}
