import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { readyWithin, type ReadyWithin, SCALED_BY_HAND } from "../../../components/index";

export const DEFAULT_WORDPRESS_IMAGE = "wordpress:6-apache";

/** Where WordPress keeps what is uploaded. */
export const UPLOADS = "/var/www/html/wp-content/uploads";

export interface WordPressDeploymentArgs extends ReadyWithin {
  /** Name of the Deployment, the first part of its pods' names, and their label `app`. Example: `wordpress-claim`. */
  deploymentName: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /**
   * Where the uploads are: on an `emptyDir`, which goes with its pod, or on a claim, which outlives it and is shared by all
   * replicas (so that its access mode has to fit their number).
   */
  uploads: "emptyDir" | { claimName: pulumi.Input<string> };
  /** @default 1 */
  replicas?: pulumi.Input<number>;
  /** Any web server on port 80 shows the same. @default "wordpress:6-apache" */
  image?: pulumi.Input<string>;
}

/**
 * WordPress as the lesson needs it: its uploads on a volume, and no database, so that it never comes further than its
 * set-up page. A Deployment's pods have no name of their own; what they wrote is found again only on a claim.
 */
export class WordPressDeployment extends pulumi.ComponentResource {
  readonly deploymentName: pulumi.Output<string>;
  readonly deployment: k8s.apps.v1.Deployment;

  constructor(name: string, args: WordPressDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:workload:WordPressDeployment", name, args, opts);
    const { deploymentName, namespace, uploads } = args;
    const labels = { app: deploymentName };
    this.deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { name: deploymentName, namespace, labels, annotations: SCALED_BY_HAND },
        spec: {
          replicas: args.replicas ?? 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              // A request that is cut off is all that it can lose.
              terminationGracePeriodSeconds: 5,
              containers: [
                {
                  name: "wordpress",
                  image: args.image ?? DEFAULT_WORDPRESS_IMAGE,
                  ports: [{ containerPort: 80, name: "http" }],
                  resources: { requests: { memory: "32Mi", cpu: "20m" }, limits: { memory: "256Mi" } },
                  readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 10, timeoutSeconds: 5 },
                  volumeMounts: [{ name: "uploads", mountPath: UPLOADS }],
                },
              ],
              volumes: [
                {
                  name: "uploads",
                  ...(uploads === "emptyDir"
                    ? { emptyDir: {} }
                    : { persistentVolumeClaim: { claimName: uploads.claimName } }),
                },
              ],
            },
          },
        },
      },
      { parent: this, deleteBeforeReplace: true, customTimeouts: readyWithin(args) },
    );
    this.deploymentName = this.deployment.metadata.name;
    this.registerOutputs({ deploymentName: this.deploymentName });
  }
}
