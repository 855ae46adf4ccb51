import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { readyWithin, type ReadyWithin, type StaticVolume } from "../../../components/index";

export const DEFAULT_NGINX_IMAGE = "nginx:1.27";

export interface ClaimPodArgs extends ReadyWithin {
  /** Name of the Pod. Example: `app`. */
  podName: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** The volume and claim, in the same namespace; when they have to be replaced, the pod is replaced with them, and first. */
  claim: StaticVolume;
  /** Where the container has it. @default "/data" */
  mountPath?: pulumi.Input<string>;
  /** Needs no arguments, and runs until it is stopped. @default "nginx:1.27" */
  image?: pulumi.Input<string>;
  /** Node that the pod has to be on, as `kubectl get nodes` shows it. Without it, a hostPath volume is another one on every node. @default any */
  nodeName?: pulumi.Input<string>;
}

/** A Pod by itself that mounts a claim, as the course's first example has it. No controller makes it again when it is deleted. */
export class ClaimPod extends pulumi.ComponentResource {
  readonly podName: pulumi.Output<string>;
  readonly pod: k8s.core.v1.Pod;

  constructor(name: string, args: ClaimPodArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:workload:ClaimPod", name, args, opts);
    this.pod = new k8s.core.v1.Pod(
      `${name}-pod`,
      {
        metadata: { name: args.podName, namespace: args.namespace, labels: { app: args.podName } },
        spec: {
          nodeSelector: args.nodeName === undefined ? undefined : { "kubernetes.io/hostname": args.nodeName },
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: "my-container",
              image: args.image ?? DEFAULT_NGINX_IMAGE,
              resources: { requests: { memory: "16Mi", cpu: "10m" }, limits: { memory: "128Mi" } },
              volumeMounts: [{ name: "my-volume", mountPath: args.mountPath ?? "/data" }],
            },
          ],
          volumes: [{ name: "my-volume", persistentVolumeClaim: { claimName: args.claim.claimName } }],
        },
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        replaceWith: [args.claim.persistentVolume],
        customTimeouts: readyWithin(args),
      },
    );
    this.podName = this.pod.metadata.name;
    this.registerOutputs({ podName: this.podName });
  }
}
