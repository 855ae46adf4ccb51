import * as k8s from "@pulumi/kubernetes";
import type { Section } from "./stage";

/** The example of a claim whose volume a provisioner makes; in `default`, as the course has it. */
export const dynamicExample: Section = {
  make({ config, provider }) {
    const claim = new k8s.core.v1.PersistentVolumeClaim(
      "pvc-dynamic-example",
      {
        metadata: { name: "pvc-dynamic-example", namespace: "default" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "64Mi" } },
          storageClassName: config.storageClass,
        },
      },
      { provider },
    );
    return { claim: claim.metadata.name };
  },
};
