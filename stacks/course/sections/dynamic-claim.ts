import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode } from "../../../components/storage/static-volume";
import type { Stage } from "../section";

/** A claim of the course's size, whose volume the provisioner makes. */
export function dynamicClaim(
  { config, provider }: Stage,
  claimName: string,
  namespace: pulumi.Input<string>,
  accessMode: AccessMode,
): k8s.core.v1.PersistentVolumeClaim {
  return new k8s.core.v1.PersistentVolumeClaim(
    claimName,
    {
      metadata: { name: claimName, namespace },
      spec: {
        accessModes: [accessMode],
        resources: { requests: { storage: "64Mi" } },
        storageClassName: config.storageClass,
      },
    },
    { provider },
  );
}
