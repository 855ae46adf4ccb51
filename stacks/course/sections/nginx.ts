import { StaticVolume } from "../../../components/index";
import { ClaimPod } from "../workloads/claim-pod";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

/** The course's first example: a volume on a node's own disk, its claim, and a pod that has it at `/data`. */
export const nginx: Section = {
  make({ config, names: { nginx: names }, exampleNamespace: namespace, provider }) {
    const volume = new StaticVolume(
      "my",
      {
        volumeName: names.volume,
        claimName: names.claim,
        namespace,
        source: { type: "hostPath", path: names.path },
        capacity: "5Gi",
        accessModes: ["ReadWriteOnce"],
      },
      { provider },
    );
    const pod = new ClaimPod(
      COURSE_NAMES.nginx.pod,
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
