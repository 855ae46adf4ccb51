import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { type Metadata, objectMeta, podLabels } from "../metadata";
import { onceCreated } from "../once-created";
import { required } from "../required";
import { ownNamespace } from "../storage/own-namespace";
import { StaticVolume } from "../storage/static-volume";
import { tellError } from "../tell-error";
import { imageError } from "../workload/image-tag";
import { readyWithin, type ReadyWithin } from "../workload/workload-options";
import { mountPathError } from "./export-path";
import { nfsServerAddress, nfsServerError } from "./host-address";
import { proofFailure } from "./node-proof-failure";
import { proofPod } from "./node-proof-pod";
import { distinctSets, mountOptionsError, type MountOptionSet, optionSetsError } from "./mount-options";

const APP = "nfs-node-proof";

const SCRIPT = "node-proof.sh";
const script = readFileSync(join(__dirname, SCRIPT), "utf8");

/** Small, and at hand in most clusters. */
export const DEFAULT_PROOF_IMAGE = "docker.io/library/busybox:1.37";

export interface NfsNodeProofArgs extends ReadyWithin {
  /** The NFS server as the nodes reach it; an IPv6 address with or without brackets. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The export, as clients see it. Example: `/nfs`; `/`, the root of all exports of NFSv4. */
  path: pulumi.Input<string>;
  /** Its namespace, which has to admit pods that run as root. Its volumes, which are cluster-wide, begin with it. @default "nfs-node-proof" */
  namespace?: pulumi.Input<string>;
  /**
   * Whether the namespace is made here. `false` when it exists: give its name as text; and when the same program makes it,
   * give that resource's `metadata.name`. @default true
   */
  createNamespace?: boolean;
  /** An image with a shell and the usual small tools. @default docker.io/library/busybox:1.37 */
  image?: pulumi.Input<string>;
  /** Whether nodes are proven too that are kept for the control plane (taint `node-role.kubernetes.io/control-plane`). @default false */
  controlPlane?: boolean;
  /** Further taints whose nodes are proven; nodes with others are left out. Example: `[{ key: "gpu", operator: "Exists" }]`. @default none */
  tolerations?: pulumi.Input<pulumi.Input<k8s.types.input.core.v1.Toleration>[]>;
  /** Labels of the nodes that are proven. Example: `{ pool: "students" }`. @default all nodes */
  nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Mount options of the volumes that name none: the export is mounted and written to with these. Example: `["nfsvers=4.2"]`. @default the nodes' own */
  mountOptions?: string[];
  /** Other sets of mount options that volumes have: the export is mounted with each. @default none */
  mountOptionSets?: MountOptionSet[];
  /**
   * Whether it is an error that root of a node may not write to the export, because of `root_squash`, the folder's mode or an
   * export that is read-only. @default false: the mount alone is proven
   */
  mustWrite?: pulumi.Input<boolean>;
  /** `NfsServer.revision`: when it changes, every node proves the export again. @default never again by itself */
  revision?: pulumi.Input<string>;
  /** Raise it to prove again. @default 1 */
  generation?: pulumi.Input<number>;
  /** Labels and annotations for its objects. @default none */
  metadata?: Metadata;
}

/** Which pods prove the nodes. */
export interface NodeProof {
  namespace: string;
  daemonSet: string;
}

/**
 * Proves on every node, by a pod, that the export can be mounted there: for nodes that nobody logs in to, such as those of a
 * managed or autoscaled cluster, of Talos or of kind. The pod has the export as its volume, so that the node's own kubelet and
 * mount helper mount it; it writes, reads back, and is Ready as long as the server answers. It needs no rights of its own.
 *
 * The pods stay: a node that joins later is proven when it joins. Nodes with taints that the pods do not tolerate are left
 * out, as are nodes that are away: they are proven when they come back.
 *
 * A failure names its cause, as `NfsClient` does. A kubelet tells it in the pod's events, which some versions of Pulumi's
 * Kubernetes provider do not show: then the error says how to see it.
 */
export class NfsNodeProof extends pulumi.ComponentResource {
  /** Which pods prove the nodes, once all that are there are proven. */
  readonly proof: pulumi.Output<NodeProof>;
  /** Its namespace; `undefined` with `createNamespace: false`. */
  readonly namespace: k8s.core.v1.Namespace | undefined;
  /** The export with each set of mount options, that of the write first. */
  readonly volumes: StaticVolume[];
  /** What the pods run. */
  readonly script: k8s.core.v1.ConfigMap;
  readonly daemonSet: k8s.apps.v1.DaemonSet;

  constructor(name: string, args: NfsNodeProofArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:nfs:NfsNodeProof",
      name,
      required(`NfsNodeProof ${name}`, args, { server: true, path: true }),
      opts,
    );
    const { metadata, mountOptions = [], mountOptionSets = [] } = args;
    const what = (argument: string) => `${argument} of NfsNodeProof ${name}`;
    const server = checked(this, what("server"), args.server, nfsServerError).apply(nfsServerAddress);
    const path = checked(this, what("path"), args.path, mountPathError);
    const image = checked(this, what("image"), args.image ?? DEFAULT_PROOF_IMAGE, imageError);
    void checked(this, what("mountOptions"), mountOptions, mountOptionsError);
    void checked(this, what("mountOptionSets"), mountOptionSets, optionSetsError);
    const { made, namespaceName: namespace } = ownNamespace(this, name, {
      namespace: args.namespace ?? APP,
      createNamespace: args.createNamespace,
      metadata,
    });
    this.namespace = made;

    const sets = distinctSets([{ usedBy: "all volumes that name none", options: mountOptions }, ...mountOptionSets]);
    this.volumes = sets.map(({ options }) => {
      const id = options.length === 0 ? "plain" : shortHash(options.join());
      return new StaticVolume(
        `${name}-${id}`,
        {
          volumeName: pulumi.interpolate`${namespace}-${id}`,
          claimName: `export-${id}`,
          namespace,
          source: { type: "nfs", server, path },
          // Nothing is stored there, and nothing enforces it.
          capacity: "1Mi",
          mountOptions: atOnce(options),
          metadata,
        },
        { parent: this },
      );
    });
    // Its name says what is in it, so that another script is another template of the pods.
    this.script = new k8s.core.v1.ConfigMap(
      `${name}-script`,
      {
        metadata: objectMeta({ name: `${APP}-${shortHash(script)}`, namespace }, metadata),
        data: { [SCRIPT]: script },
      },
      { parent: this },
    );
    const labels = { app: APP };
    this.daemonSet = new k8s.apps.v1.DaemonSet(
      `${name}-pods`,
      {
        metadata: objectMeta({ name: APP, namespace, labels }, metadata),
        spec: {
          selector: { matchLabels: labels },
          // Nobody uses them, so none has to wait for another.
          updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
          template: {
            metadata: { labels: podLabels(labels, metadata) },
            spec: proofPod({
              image,
              script: this.script.metadata.name,
              claimNames: this.volumes.map(({ claimName }) => claimName),
              env: {
                SERVER: server,
                EXPORT_PATH: path,
                MUST_WRITE: pulumi.output(args.mustWrite ?? false).apply(String),
                REVISION: args.revision ?? "",
                GENERATION: pulumi.output(args.generation ?? 1).apply(String),
              },
              controlPlane: args.controlPlane ?? false,
              tolerations: args.tolerations,
              nodeSelector: args.nodeSelector,
            }),
          },
        },
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        replaceWith: this.volumes.map(({ persistentVolume }) => persistentVolume),
        customTimeouts: readyWithin({ readyWithin: args.readyWithin ?? "5m" }),
        hooks: { onError: [explainFailure(name, sets, namespace)] },
      },
    );
    this.proof = onceCreated({ namespace, daemonSet: this.daemonSet.metadata.name }, this.daemonSet);
    this.registerOutputs({ proof: this.proof });
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** So that a mount which is not answered fails once, with its cause, where mount would try again for two minutes. */
function atOnce(options: string[]): string[] {
  return options.some((option) => /(^|,)retry=/.test(option)) ? options : [...options, "retry=0"];
}

/** Adds the plain causes to the provider's error. */
function explainFailure(name: string, sets: MountOptionSet[], namespace: pulumi.Output<string>): pulumi.ErrorHook {
  return new pulumi.ErrorHook(`${name}-explained`, async ({ errors, failedOperation }) => {
    const where = await new Promise<string>((resolve) => namespace.apply(resolve));
    if (failedOperation !== "delete") await tellError(proofFailure(errors.join("\n"), sets, where));
    return false;
  });
}
