import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta, podLabels, type Metadata } from "../metadata";
import { dnsLabelError } from "../object-name";
import { required } from "../required";

export interface NodeDirectoryArgs {
  /** Name of the Job. Example: `prepare-pv-local-01`. */
  jobName: pulumi.Input<string>;
  /** The Job's namespace; it must admit pods with hostPath volumes. */
  namespace: pulumi.Input<string>;
  /** The node (label `kubernetes.io/hostname`). Example: `k8s-worker-1`. */
  node: pulumi.Input<string>;
  /** Absolute path of the directory on the node. Example: `/mnt/disks/ssd1`. */
  path: pulumi.Input<string>;
  /** An image that has `ls`; it is all that runs. */
  image: pulumi.Input<string>;
  /** Labels of the Job and its pod, annotations of the Job; other labels run it again. @default none */
  metadata?: Metadata;
}

/**
 * A directory on a node, made by the kubelet for a Job that mounts it as `hostPath` with `DirectoryOrCreate`. For local
 * volumes, whose directory must be there first, where nobody wants to log in to the node. The directory and what is in it
 * stay when this is deleted.
 *
 * A volume on it `dependsOn` it, and does not take the path from it: a Job that is made again, for another image, would
 * take the volume along.
 */
export class NodeDirectory extends pulumi.ComponentResource {
  readonly jobName: pulumi.Output<string>;
  readonly job: k8s.batch.v1.Job;

  constructor(name: string, args: NodeDirectoryArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:storage:NodeDirectory",
      name,
      required(`NodeDirectory ${name}`, args, { jobName: true, namespace: true, node: true, path: true, image: true }),
      opts,
    );
    const labels = podLabels(undefined, args.metadata);
    // Its pod gets it as a label.
    const jobName = checked(this, `jobName of NodeDirectory ${name}`, args.jobName, (text) => dnsLabelError(text));
    this.job = new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: objectMeta({ name: jobName, namespace: args.namespace }, args.metadata),
        spec: {
          backoffLimit: 3,
          template: {
            metadata: labels && { labels },
            spec: {
              nodeSelector: { "kubernetes.io/hostname": args.node },
              restartPolicy: "Never",
              containers: [
                {
                  name: "directory",
                  image: args.image,
                  command: ["ls", "-ld", "/directory"],
                  volumeMounts: [{ name: "directory", mountPath: "/directory" }],
                },
              ],
              volumes: [{ name: "directory", hostPath: { path: args.path, type: "DirectoryOrCreate" } }],
            },
          },
        },
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.jobName = this.job.metadata.name;
    this.registerOutputs({ jobName: this.jobName });
  }
}
