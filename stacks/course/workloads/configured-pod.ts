import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked, readyWithin, type ReadyWithin } from "../../../components/index";

export interface ConfiguredPodArgs extends ReadyWithin {
  /** Name of the Pod. Example: `projected-volume`. */
  podName: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** Its labels, which the projected volume has in the file `labels`. */
  labels: Record<string, pulumi.Input<string>>;
  /** An image with a shell. */
  image: pulumi.Input<string>;
  /** What is put together in the one folder `/projected-volume`, next to the pod's labels and name. */
  projected: {
    secretNames: pulumi.Input<string>[];
    configMapNames: pulumi.Input<string>[];
    /** Lifetime of the service account's token, in seconds; Kubernetes gives none for less than 600. @default 3600 */
    tokenExpirationSeconds?: pulumi.Input<number>;
  };
  /** A Secret by itself: a folder that follows its changes, and variables that keep what they were at the start. */
  secret: {
    name: pulumi.Input<string>;
    mountPath: pulumi.Input<string>;
    /** Variable to key of the Secret. Example: `{ MY_SECRET_USER: "user" }`. */
    env: Record<string, string>;
  };
}

/**
 * A Pod with each way by which configuration reaches a container: a projected volume of Secrets, ConfigMaps, the downward
 * API and a service account's token; a Secret as a volume and as variables; and, next to them, an emptyDir at `/cache`.
 */
export class ConfiguredPod extends pulumi.ComponentResource {
  readonly podName: pulumi.Output<string>;
  readonly pod: k8s.core.v1.Pod;

  constructor(name: string, args: ConfiguredPodArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:workload:ConfiguredPod", name, args, opts);
    const { projected, secret } = args;
    const expirationSeconds = checked(
      this,
      `tokenExpirationSeconds of ConfiguredPod ${name}`,
      projected.tokenExpirationSeconds ?? 3600,
      (seconds) => (seconds < 600 ? `${seconds} seconds are less than the 600 that Kubernetes asks for` : undefined),
    );
    this.pod = new k8s.core.v1.Pod(
      `${name}-pod`,
      {
        metadata: { name: args.podName, namespace: args.namespace, labels: args.labels },
        spec: {
          // Nothing in it heeds a signal, and nothing is to be saved.
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: "shell",
              image: args.image,
              command: ["sleep", "infinity"],
              resources: { requests: { memory: "8Mi", cpu: "10m" }, limits: { memory: "64Mi" } },
              env: Object.entries(secret.env).map(([variable, key]) => ({
                name: variable,
                valueFrom: { secretKeyRef: { name: secret.name, key } },
              })),
              volumeMounts: [
                { name: "projected", mountPath: "/projected-volume", readOnly: true },
                { name: "secret", mountPath: secret.mountPath, readOnly: true },
                { name: "cache", mountPath: "/cache" },
              ],
            },
          ],
          volumes: [
            {
              name: "projected",
              projected: {
                sources: [
                  ...projected.secretNames.map((each) => ({ secret: { name: each } })),
                  ...projected.configMapNames.map((each) => ({ configMap: { name: each } })),
                  {
                    downwardAPI: {
                      items: [
                        { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
                        { path: "name", fieldRef: { fieldPath: "metadata.name" } },
                      ],
                    },
                  },
                  { serviceAccountToken: { path: "token", expirationSeconds } },
                ],
              },
            },
            { name: "secret", secret: { secretName: secret.name } },
            { name: "cache", emptyDir: {} },
          ],
        },
      },
      { parent: this, deleteBeforeReplace: true, customTimeouts: readyWithin(args) },
    );
    this.podName = this.pod.metadata.name;
    this.registerOutputs({ podName: this.podName });
  }
}
