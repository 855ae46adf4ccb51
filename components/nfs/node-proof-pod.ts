import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Where the pods have the script. */
const SCRIPT = { folder: "/proof", name: "node-proof.sh" };
const command = (action: string) => ["sh", `${SCRIPT.folder}/${SCRIPT.name}`, action];

const STATE = "/state";

/** Taints of nodes that have a control plane. */
const CONTROL_PLANE = ["control-plane", "master"].map((role) => ({
  key: `node-role.kubernetes.io/${role}`,
  operator: "Exists",
  effect: "NoSchedule",
}));

export interface ProofPodSettings {
  image: pulumi.Input<string>;
  /** Name of the ConfigMap that has the script. */
  script: pulumi.Input<string>;
  /** The claims that the export is mounted by, that of the write first. */
  claimNames: pulumi.Input<string>[];
  /** Values of the script. */
  env: Record<string, pulumi.Input<string>>;
  controlPlane: boolean;
  tolerations: pulumi.Input<pulumi.Input<k8s.types.input.core.v1.Toleration>[]> | undefined;
  nodeSelector: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** A pod that has the export as its volumes, which the node's own kubelet mounts, and needs no rights. */
export function proofPod(settings: ProofPodSettings): k8s.types.input.core.v1.PodSpec {
  const { image, claimNames, controlPlane, nodeSelector } = settings;
  const mounts = claimNames.map((_, index) => ({ name: `export-${index}`, mountPath: `/export/${index}` }));
  const values = { ...settings.env, MOUNTS: mounts.map(({ mountPath }) => mountPath).join(" "), STATE };
  const container = (action: "write" | "watch") => ({
    name: action,
    image,
    command: command(action),
    env: Object.entries(values).map(([name, value]) => ({ name, value })),
    // What it says at its end is in the pod's status.
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
    securityContext: {
      // As the provisioner, and as root of a node over SSH.
      runAsUser: 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
    volumeMounts: [...mounts, { name: "script", mountPath: SCRIPT.folder }, { name: "state", mountPath: STATE }],
  });
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    nodeSelector,
    tolerations: pulumi
      .output(settings.tolerations ?? [])
      .apply((given) => [...(controlPlane ? CONTROL_PLANE : []), ...given]),
    terminationGracePeriodSeconds: 5,
    initContainers: [container("write")],
    containers: [
      {
        ...container("watch"),
        readinessProbe: {
          // The look itself never waits for the server, so that none is left behind.
          exec: { command: command("look") },
          initialDelaySeconds: 1,
          periodSeconds: 5,
          timeoutSeconds: 5,
          failureThreshold: 2,
        },
      },
    ],
    volumes: [
      ...claimNames.map((claimName, index) => ({ name: `export-${index}`, persistentVolumeClaim: { claimName } })),
      { name: "script", configMap: { name: settings.script } },
      { name: "state", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    ],
  };
}
