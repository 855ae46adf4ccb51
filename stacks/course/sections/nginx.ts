import { StaticVolume } from "../../../components/index";
import { ClaimPod } from "../workloads/claim-pod";
import type { Section } from "../section";

/** The course's first example: a volume on a node's own disk, its claim, and a pod that has it at `/data`. */
export const nginx: Section = {
  make({ config, provider }) {
    const volume = new StaticVolume(
      "my",
      {
        volumeName: "my-pv",
        claimName: "my-pvc",
        namespace: "default",
        source: { type: "hostPath", path: "/mnt/data/my-pv" },
        capacity: "5Gi",
        accessModes: ["ReadWriteOnce"],
      },
      { provider },
    );
    const pod = new ClaimPod(
      "app",
      {
        podName: "app",
        namespace: "default",
        claimName: volume.claimName,
        image: config.nginxImage,
        nodeName: config.localNode,
        readyWithin: config.readyWithin,
        replaceWith: volume.persistentVolume,
      },
      { provider },
    );
    return { pod: pod.podName, claim: volume.claimName };
  },
};
