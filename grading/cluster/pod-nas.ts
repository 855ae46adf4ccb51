import { randomUUID } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "../../exercises/cluster/kubernetes-cluster";
import { Failure } from "../../exercises/runner/failure";
import { poll } from "../../exercises/runner/poll";
import type { Place } from "../runner/place";
import { GRADING_PREFIX } from "../runner/work";
import { lookScript, type Nas, type NasDirectory, type NasLook, readLook } from "./nas";

/** Label of the pods that look; what a run that was killed has left is found by it. */
export const GRADING_LABEL = "storage-lab.example/grading";

const MOUNT = "/volume";

/** How long such a pod may take, in seconds: it is scheduled, mounts and ends. */
const LIMIT = 90;

/** The NAS's own clock: that of a file which it has just made. */
const CLOCK =
  `f=.${GRADING_PREFIX}clock; ` + 'if : 2>/dev/null >"$f"; then stat -c %Y "$f"; rm -f "$f"; else date +%s; fi';

/** Looks by a pod in the student's namespace that mounts the claim: where nobody can log in to the NAS, and for students. */
export class PodNas implements Nas {
  /** Why no pod came to its end: the next one would not either, and each is waited for long. */
  private stuck?: string;

  constructor(
    private readonly cluster: Cluster,
    private readonly place: Place,
  ) {}

  async look({ claim }: NasDirectory, value: string, signal: AbortSignal): Promise<NasLook> {
    if (this.stuck !== undefined) throw new Failure(this.stuck);
    const { namespace } = this.place;
    const name = `${GRADING_PREFIX}${randomUUID().slice(0, 8)}`;
    try {
      await this.cluster.create("Pod", this.pod(name, claim, lookScript(value, CLOCK)));
      let state = "it does not run";
      const ended = await poll(
        { seconds: LIMIT },
        async () => {
          const pod = await this.cluster.find("Pod", name, namespace);
          const [status] = pod?.status?.containerStatuses ?? [];
          const phase = status?.state?.waiting?.reason ?? pod?.status?.phase ?? "it was deleted";
          state = `${phase} on ${pod?.spec?.nodeName ?? "no node"}`;
          return status?.state?.terminated;
        },
        signal,
      );
      if (!ended) {
        this.stuck = `Pod ${namespace}/${name}, which looks at ${claim}, did not end in ${LIMIT} s: ${state}`;
        throw new Failure(this.stuck);
      }
      const look = readLook(await this.cluster.log(namespace, name));
      if (!look) throw new Failure(`Pod ${namespace}/${name} could not look at ${claim}: exit code ${ended.exitCode}`);
      return look;
    } finally {
      await this.cluster.remove("Pod", name, namespace).catch(() => {});
    }
  }

  private pod(name: string, claim: string, script: string): V1Pod {
    const { namespace, image, uid } = this.place;
    return {
      metadata: { name, namespace, labels: { [GRADING_LABEL]: "look" } },
      spec: {
        restartPolicy: "Never",
        activeDeadlineSeconds: LIMIT,
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        securityContext: {
          runAsNonRoot: true,
          runAsUser: uid,
          runAsGroup: uid,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [
          {
            name: "look",
            image,
            imagePullPolicy: "IfNotPresent",
            command: ["sh", "-c", `cd ${MOUNT} || exit 1\n${script}`],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { cpu: "100m", memory: "64Mi" } },
            volumeMounts: [{ name: "volume", mountPath: MOUNT }],
          },
        ],
        volumes: [{ name: "volume", persistentVolumeClaim: { claimName: claim } }],
      },
    };
  }
}

/** Removes the pods that a run which was killed has left. */
export async function removeLookingPods(cluster: Cluster, namespace: string): Promise<void> {
  for (const { metadata } of await cluster.list("Pod", { namespace, labels: GRADING_LABEL })) {
    // Students may put the label on pods of their own.
    if (metadata?.name?.startsWith(GRADING_PREFIX)) await cluster.remove("Pod", metadata.name, namespace, metadata.uid);
  }
}
