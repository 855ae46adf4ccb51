import { StaticVolume } from "../../../components/index";
import { ClaimPod } from "../workloads/claim-pod";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

const names = COURSE_NAMES.nginx;
const namespace = COURSE_NAMES.exampleNamespace;

/** The course's first example: a volume on a node's own disk, its claim, and a pod that has it at `/data`. */
export const nginx: Section = {
  make({ config, provider }) {
    const volume = new StaticVolume(
      "my",
      {
        volumeName: names.volume,
        claimName: names.claim,
        namespace,
        source: { type: "hostPath", path: "/mnt/data/my-pv" },
        capacity: "5Gi",
        accessModes: ["ReadWriteOnce"],
      },
      { provider },
    );
    const pod = new ClaimPod(
      names.pod,
      {
        podName: names.pod,
        namespace,
        claim: volume,
        image: config.nginxImage,
        nodeName: config.localNode,
        readyWithin: config.readyWithin,
      },
      { provider },
    );
    return { pod: pod.podName, claim: volume.claimName };
  },
};
