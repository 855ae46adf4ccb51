import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { type Metadata, objectMeta } from "../metadata";
import { onceCreated } from "../once-created";
import { imageError } from "../workload/image-tag";
import { type CsiNfsImages, DEFAULT_CSI_NFS_IMAGES, driverImageError } from "./csi-nfs-images";
import { controllerPod, nodePod, type PodImages } from "./csi-nfs-pods";
import { grantSidecars } from "./csi-nfs-rights";
import { CSI_NFS_DRIVER } from "./csi-nfs-directory";
import { ownNamespace } from "./own-namespace";

export interface CsiNfsDriverArgs {
  /** Its namespace, which has to admit privileged pods. @default "csi-nfs" */
  namespace?: pulumi.Input<string>;
  /**
   * Whether the namespace is made here, labelled so that it admits privileged pods. `false` when it exists: give its name as
   * text; and when the same program makes it, give that resource's `metadata.name`. @default true
   */
  createNamespace?: boolean;
  /** Images of its containers. @default upstream's, see each */
  images?: CsiNfsImages;
  /**
   * Whether a container of its own registers the driver with the kubelet. `false` for a driver that registers itself: it is
   * given `--kubelet-registration-path`, and the kubelet's folder `plugins_registry` at `/registration`. Upstream's does not.
   * @default true
   */
  registrar?: boolean;
  /** The kubelet's folder on the nodes (its `--root-dir`). @default "/var/lib/kubelet" */
  kubeletDir?: pulumi.Input<string>;
  /** Pods of the controller. With several, one is the leader of each sidecar. @default 1 */
  replicas?: pulumi.Input<number>;
  /**
   * Requests a second that each sidecar may send to the API server, for a short while twice as many. With the 5 that a
   * sidecar takes otherwise, the claims of a whole class wait for it. @default 50
   */
  kubeApiQps?: pulumi.Input<number>;
  /** Taints that the node's pods tolerate; where they do not run, no pod can mount a volume. @default all */
  tolerations?: pulumi.Input<pulumi.Input<k8s.types.input.core.v1.Toleration>[]>;
  /** Start of the names of its ClusterRoles and ClusterRoleBindings. @default none */
  clusterRolePrefix?: pulumi.Input<string>;
  /** Labels and annotations for its objects; not for its pods, which a change of them would start again. @default none */
  metadata?: Metadata;
}

/**
 * csi-driver-nfs: the CSI driver `nfs.csi.k8s.io`, whose classes are `CsiStorageClass`es. A controller makes, enlarges and
 * deletes volumes, and a pod on every node mounts them. Names, arguments and rights are upstream's, so that its manuals hold.
 *
 * It differs in one thing: `attachRequired` is true, so that a pod waits for a VolumeAttachment of its volume and node. The
 * driver attaches nothing, so the attacher marks it as attached by itself. With that Kubernetes keeps a ReadWriteOnce volume
 * to one node: where a node is gone, a pod elsewhere waits until its attachment is given up, for six minutes by default.
 *
 * A cluster has one driver of a name: a CSIDriver that exists is an error, and nothing runs then. What mounts its volumes, and
 * the claims themselves, must go before it, or nobody can unmount and delete: let what makes them `dependsOn` it.
 */
export class CsiNfsDriver extends pulumi.ComponentResource {
  /** For `CsiStorageClass`, once controller and nodes are running. */
  readonly driverName: pulumi.Output<string>;
  /** Name of its namespace. */
  readonly namespaceName: pulumi.Output<string>;
  /** Name of the Deployment, once it is there. */
  readonly controllerName: pulumi.Output<string>;
  /** Name of the DaemonSet, once it is there. */
  readonly daemonSetName: pulumi.Output<string>;
  /** Its namespace; `undefined` with `createNamespace: false`. */
  readonly namespace: k8s.core.v1.Namespace | undefined;
  readonly csiDriver: k8s.storage.v1.CSIDriver;
  /** Whom the controller's pod acts as, for rights of your own. */
  readonly controllerAccount: k8s.core.v1.ServiceAccount;
  /** Whom the nodes' pods act as: it has no rights, and no token. */
  readonly nodeAccount: k8s.core.v1.ServiceAccount;
  readonly controller: k8s.apps.v1.Deployment;
  readonly daemonSet: k8s.apps.v1.DaemonSet;

  constructor(name: string, args: CsiNfsDriverArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:storage:CsiNfsDriver", name, args, opts);
    const { metadata, clusterRolePrefix = "", registrar = true, tolerations = [{ operator: "Exists" }] } = args;
    const what = (argument: string) => `${argument} of CsiNfsDriver ${name}`;
    const images = this.images(what, args.images);
    const replicas = checked(this, what("replicas"), args.replicas ?? 1, replicasError);
    const kubeletDir = checked(this, what("kubeletDir"), args.kubeletDir ?? "/var/lib/kubelet", kubeletDirError);
    const qps = checked(this, what("kubeApiQps"), args.kubeApiQps ?? 50, qpsError);

    this.csiDriver = new k8s.storage.v1.CSIDriver(
      `${name}-driver`,
      {
        metadata: objectMeta({ name: CSI_NFS_DRIVER }, metadata),
        spec: { attachRequired: true, volumeLifecycleModes: ["Persistent"], fsGroupPolicy: "File" },
      },
      { parent: this },
    );
    const { made, namespaceName } = ownNamespace(this, name, {
      namespace: args.namespace ?? "csi-nfs",
      createNamespace: args.createNamespace,
      metadata,
      labels: { "pod-security.kubernetes.io/enforce": "privileged" },
    });
    this.namespace = made;
    this.namespaceName = namespaceName;
    const placed: Placed = { namespace: namespaceName, metadata };
    this.controllerAccount = this.account(name, "controller", true, placed);
    this.nodeAccount = this.account(name, "node", false, placed);
    const rights = grantSidecars(this, name, { account: this.controllerAccount, clusterRolePrefix, ...placed });

    const controller = workload(
      "csi-nfs-controller",
      placed,
      controllerPod({
        images,
        serviceAccountName: this.controllerAccount.metadata.name,
        clientArgs: clientArgs({ replicas, qps, namespace: namespaceName }),
      }),
    );
    this.controller = new k8s.apps.v1.Deployment(
      `${name}-controller`,
      // A single pod asks for no lock, so no second one may run next to it.
      { ...controller, spec: { replicas, strategy: { type: "Recreate" }, ...controller.spec } },
      { parent: this, dependsOn: [this.csiDriver, ...rights] },
    );
    const serviceAccountName = this.nodeAccount.metadata.name;
    this.daemonSet = new k8s.apps.v1.DaemonSet(
      `${name}-node`,
      workload("csi-nfs-node", placed, nodePod({ images, serviceAccountName, kubeletDir, registrar, tolerations })),
      { parent: this, dependsOn: this.csiDriver },
    );
    this.driverName = onceCreated(onceCreated(CSI_NFS_DRIVER, this.controller), this.daemonSet);
    this.controllerName = onceCreated(this.controller.metadata.name, this.controller);
    this.daemonSetName = onceCreated(this.daemonSet.metadata.name, this.daemonSet);
    this.registerOutputs({
      driverName: this.driverName,
      namespaceName: this.namespaceName,
      controllerName: this.controllerName,
      daemonSetName: this.daemonSetName,
    });
  }

  private account(
    name: string,
    role: string,
    automountServiceAccountToken: boolean,
    { namespace, metadata }: Placed,
  ): k8s.core.v1.ServiceAccount {
    return new k8s.core.v1.ServiceAccount(
      `${name}-${role}-account`,
      {
        metadata: objectMeta({ name: `csi-nfs-${role}-sa`, namespace }, metadata),
        automountServiceAccountToken,
      },
      { parent: this },
    );
  }

  private images(what: (argument: string) => string, given: CsiNfsImages = {}): PodImages {
    const image = (key: keyof CsiNfsImages, value: pulumi.Input<string>) =>
      checked(this, what(`images.${key}`), value, key === "driver" ? driverImageError : imageError);
    const used = (key: keyof typeof DEFAULT_CSI_NFS_IMAGES) => image(key, given[key] ?? DEFAULT_CSI_NFS_IMAGES[key]);
    const { livenessProbe } = given;
    return {
      driver: used("driver"),
      provisioner: used("provisioner"),
      attacher: used("attacher"),
      resizer: used("resizer"),
      registrar: used("registrar"),
      livenessProbe: livenessProbe === undefined ? undefined : image("livenessProbe", livenessProbe),
    };
  }
}

/** Where an object is, and what the program adds to it. */
interface Placed {
  namespace: pulumi.Output<string>;
  metadata: Metadata | undefined;
}

/** What Deployment and DaemonSet have in common. */
function workload(app: string, { namespace, metadata }: Placed, spec: k8s.types.input.core.v1.PodSpec) {
  return {
    metadata: objectMeta({ name: app, namespace, labels: { app } }, metadata),
    spec: { selector: { matchLabels: { app } }, template: { metadata: { labels: { app } }, spec } },
  };
}

interface ClientSettings {
  replicas: pulumi.Output<number>;
  qps: pulumi.Output<number>;
  namespace: pulumi.Output<string>;
}

/** What all sidecars are told about the API server and their leader. */
function clientArgs({ replicas, qps, namespace }: ClientSettings): pulumi.Output<string[]> {
  return pulumi
    .all([replicas, qps, namespace])
    .apply(([pods, rate, inNamespace]) => [
      `--kube-api-qps=${rate}`,
      `--kube-api-burst=${2 * rate}`,
      ...(pods > 1 ? ["--leader-election", `--leader-election-namespace=${inNamespace}`] : []),
    ]);
}

function replicasError(replicas: number): string | undefined {
  return Number.isInteger(replicas) && replicas > 0
    ? undefined
    : `${replicas} is no number of pods: give 1, or more for a controller that survives the loss of a node`;
}

/** Why this cannot be the kubelet's folder; `undefined` when it can. */
export function kubeletDirError(path: string): string | undefined {
  return /^(\/[\w.-]*[\w-][\w.-]*)+$/.test(path)
    ? undefined
    : `"${path}" is no folder of a node: give the kubelet's --root-dir, such as /var/lib/kubelet`;
}

function qpsError(qps: number): string | undefined {
  return Number.isInteger(qps) && qps > 0 ? undefined : `${qps} is no rate: give a whole number, such as 20`;
}
