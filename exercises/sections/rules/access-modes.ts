import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { nodesForPods, onNode, scheduling } from "../../cluster/nodes";
import { ownClass } from "../../cluster/own-class";
import { ownClaim } from "../../cluster/own-volume";
import { ownName, exerciseNamespace } from "../../cluster/owned";
import { claimInPhase, eventAbout } from "../../cluster/volume-phases";
import { createHelper, mountedAt, readyPod } from "../../cluster/pods";

const id = "access-modes";

/** The short names of the modes, used as names of the claims. */
const modes = { rwo: "ReadWriteOnce", rox: "ReadOnlyMany", rwx: "ReadWriteMany", rwop: "ReadWriteOncePod" };

type Mode = keyof typeof modes;

/** What a pod could do with a volume. */
interface Tried {
  wrote: boolean;
  /** The error, if it could not write. */
  words: string;
  /** Whether it read the other pod's file. */
  readOther: boolean;
}

/**
 * Two pods on two nodes, each with one claim of every mode. For these in-tree NFS volumes nothing is attached, so only the
 * scheduler refuses (ReadWriteOncePod; for CSI volumes the kubelet would, too), and the kernel, if the pod requests a
 * read-only mount.
 */
export const accessModes: Exercise = {
  id,
  section: "rules",
  covers: ["access-modes"],
  title: "Access modes with pods on two nodes: which can mount, which can write, and which stay Pending",
  proves:
    "an access mode is enforced by attaching or scheduling, for CSI volumes also by the kubelet; NFS itself enforces none",
  readOnly: false,
  timeoutSeconds: 480,
  touches: () => [`Namespace ${ownName(id)}`, scheduling],
  async run(context) {
    const [first = "", second = ""] = await nodesForPods(context, 2);
    const namespace = await exerciseNamespace(context);
    const storageClassName = await ownClass(context);
    await Promise.all(
      Object.entries(modes).map(async ([name, mode]) => {
        const spec = { storageClassName, accessModes: [mode] };
        await context.cluster.create("PersistentVolumeClaim", ownClaim(id, name, { spec }));
        await claimInPhase(context, { namespace, name }, "Bound");
      }),
    );

    const pod = (name: string, node: string, claims: Mode[], readOnly: Mode[] = []) =>
      createHelper(context, {
        ...{ name, namespace, nodeSelector: onNode(node) },
        volumes: Object.fromEntries(
          claims.map((claimName) => [
            claimName,
            { persistentVolumeClaim: { claimName, readOnly: readOnly.includes(claimName) } },
          ]),
        ),
      });
    await pod("first", first, ["rwo", "rox", "rwx", "rwop"]);
    await readyPod(context, namespace, "first");
    await pod("second", second, ["rwo", "rox", "rwx"], ["rox"]);
    const third = await pod("third", second, ["rwop"]);
    await readyPod(context, namespace, "second");

    const byFirst = await tryAll(context, "first", ["rwo", "rox", "rwx", "rwop"]);
    const bySecond = await tryAll(context, "second", ["rwo", "rox", "rwx"]);
    for (const mode of ["rwo", "rox", "rwx"] as const) {
      const readOnly = mode === "rox" ? " with readOnly" : "";
      context.saw(
        modes[mode],
        `pod on ${first}: ${told(byFirst[mode])}; pod on ${second}${readOnly}: ${told(bySecond[mode])}${remarks[mode]}`,
      );
    }
    for (const mode of ["rwo", "rwx"] as const) mustWrite(mode, byFirst[mode], bySecond[mode]);
    mustRefuse(byFirst.rox, bySecond.rox);
    context.saw(modes.rwop, `pod on ${first}: ${told(byFirst.rwop)}`);
    const words = await eventAbout(context, third, ["FailedScheduling"]);
    context.saw(`${modes.rwop}, a second pod`, words);
    const waiting = await context.cluster.find("Pod", "third", namespace);
    if (waiting?.spec?.nodeName || !words.includes(modes.rwop)) {
      throw new Failure(`the second pod should stay Pending because of ${modes.rwop}, but: ${words}`);
    }
  },
};

/** What would enforce a mode, and why it is not enforced here. */
const remarks = {
  rwo: ": two nodes, because an NFS volume is not attached, so nothing counts its nodes",
  rox: ": the mode itself forbids nothing; with readOnly in the pod, the node's kernel refuses",
  rwx: "",
};

/** Writes a file through each mount, and reads the other pod's, all in one script. */
async function tryAll(context: Context, pod: string, volumes: string[]): Promise<Partial<Record<string, Tried>>> {
  const script = volumes.map((volume) => {
    const at = mountedAt(volume);
    return (
      `words=$( (echo ${pod} > ${at}/by-${pod}) 2>&1 ); ` +
      `echo "${volume}|$?|$(ls ${at} | grep -v '^by-${pod}$' | head -n 1)|$words"`
    );
  });
  const lines = (await context.shell(ownName(id), pod, script.join("\n"))).split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [volume = "", status, other, words = ""] = line.split("|");
      return [volume, { wrote: status === "0", readOther: !!other, words: words.replace(/^.*: /, "") }];
    }),
  );
}

function told(tried: Tried | undefined): string {
  if (!tried) return "not mounted";
  const wrote = tried.wrote ? "mounted, wrote" : `mounted, could not write (${tried.words})`;
  return tried.readOther ? `${wrote}, saw the other pod's file` : wrote;
}

function mustWrite(mode: Mode, first: Tried | undefined, second: Tried | undefined): void {
  if (first?.wrote && second?.wrote && second.readOther) return;
  throw new Failure(
    `on NFS both pods can write into a volume of mode ${modes[mode]}, but the first ${told(first)}, and the second ${told(second)}`,
  );
}

/** Without readOnly a pod writes into a ReadOnlyMany volume on NFS; with it, it only reads. */
function mustRefuse(plain: Tried | undefined, readOnly: Tried | undefined): void {
  if (plain?.wrote && readOnly && !readOnly.wrote && readOnly.readOther) return;
  throw new Failure(
    `on NFS only readOnly prevents a pod from writing into a volume of mode ${modes.rox}, but the pod without ${told(plain)}, and the pod with it ${told(readOnly)}`,
  );
}
