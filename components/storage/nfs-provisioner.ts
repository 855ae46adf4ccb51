import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Metadata, objectMeta } from "../metadata";
import { nfsServerAddress } from "../nfs/host-address";
import { asMounted, mountOptionsError } from "../nfs/mount-options";
import { onceCreated } from "../once-created";
import { checked } from "../checked";
import { required } from "../required";
import { ownNamespace } from "./own-namespace";
import { StaticVolume } from "./static-volume";

/** Name that volumes and classes know upstream's provisioner by. */
export const DEFAULT_PROVISIONER_NAME = "k8s-sigs.io/nfs-subdir-external-provisioner";

/** Upstream's last image (2021). */
export const DEFAULT_PROVISIONER_IMAGE = "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2";

const APP = "nfs-client-provisioner";

/** The annotation of its pod with the options of its mount. */
const OPTIONS_MARK = "storage-lab.example/mount-options";

export interface NfsProvisionerArgs {
  /** The NFS server as the nodes reach it. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The export in which it makes a directory for every claim. Example: `/nfs`. */
  path: pulumi.Input<string>;
  /** Its namespace. @default "nfs-provisioner" */
  namespace?: pulumi.Input<string>;
  /**
   * Whether the namespace is made here. `false` when it exists: give its name as text; and when the same program makes it,
   * give that resource's `metadata.name`. One that was made here stays, with all that is in it, when `false` comes with its
   * name as text. @default true
   */
  createNamespace?: boolean;
  /** Its image; `NfsStorageClass` takes it as well, for what its release cannot delete. @default upstream's, registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2 */
  image?: pulumi.Input<string>;
  /** Name that StorageClasses refer to it by. @default "k8s-sigs.io/nfs-subdir-external-provisioner" */
  provisionerName?: pulumi.Input<string>;
  /** Start of the names of its ClusterRole and ClusterRoleBinding, which another provisioner in the cluster has too. @default none */
  clusterRolePrefix?: pulumi.Input<string>;
  /**
   * Mount options of its own mount of the export, which its classes' volumes do not get. With them it has a volume and a claim
   * (`pv-<namespace>-nfs-client-provisioner`, `pvc-nfs-client-provisioner`), as in upstream's chart: a volume in a pod has no
   * options. Example: `["nfsvers=4.2"]`. @default the node's own
   */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
  /** Labels and annotations for its objects; not for its pod, which a change of them would start again. @default none */
  metadata?: Metadata;
}

/**
 * nfs-subdir-external-provisioner: makes a directory of the export, and a volume of it, for every claim of its classes.
 * Names and rights are upstream's, so that its manuals and the course's commands hold.
 *
 * It deletes, archives or keeps a directory only after the claim is gone, so it and its classes must outlive the claims:
 * let what makes claims in the same stack `dependsOn` it, and destroy stacks that make claims first.
 */
export class NfsProvisioner extends pulumi.ComponentResource {
  /** For `NfsStorageClass`, once the provisioner is running. */
  readonly provisionerName: pulumi.Output<string>;
  /** Its namespace; `undefined` with `createNamespace: false`. */
  readonly namespace: k8s.core.v1.Namespace | undefined;
  /** Whom its pod acts as, for rights of your own. */
  readonly account: k8s.core.v1.ServiceAccount;
  readonly deployment: k8s.apps.v1.Deployment;
  /** The export as its volume and claim; `undefined` without `mountOptions`. */
  readonly root: StaticVolume | undefined;

  constructor(name: string, args: NfsProvisionerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:storage:NfsProvisioner",
      name,
      required(`NfsProvisioner ${name}`, args, { server: true, path: true }),
      opts,
    );
    const child = { parent: this };
    const server = pulumi.output(args.server).apply(nfsServerAddress);
    const provisionerName = pulumi.output(args.provisionerName ?? DEFAULT_PROVISIONER_NAME);
    const { made, namespaceName: namespace } = ownNamespace(this, name, {
      namespace: args.namespace ?? "nfs-provisioner",
      createNamespace: args.createNamespace,
      metadata: args.metadata,
    });
    this.namespace = made;
    this.account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata: objectMeta({ name: APP, namespace }, args.metadata) },
      child,
    );
    const rights = this.grant(name, namespace, args);
    const options =
      args.mountOptions &&
      checked(this, `mountOptions of NfsProvisioner ${name}`, args.mountOptions, mountOptionsError).apply(asMounted);
    this.root = options && this.rootVolume(name, { ...args, mountOptions: options }, namespace);
    const root =
      this.root === undefined
        ? { nfs: { server, path: args.path } }
        : { persistentVolumeClaim: { claimName: this.root.claimName } };

    this.deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: objectMeta({ name: APP, namespace, labels: { app: APP } }, args.metadata),
        spec: {
          replicas: 1,
          // Two of them would argue over the same claims for the length of a lease.
          strategy: { type: "Recreate" },
          selector: { matchLabels: { app: APP } },
          template: {
            metadata: {
              labels: { app: APP },
              // A mount keeps the options that it was made with, so others need another pod.
              ...(options && { annotations: { [OPTIONS_MARK]: options.apply((known) => known.join()) } }),
            },
            spec: {
              serviceAccountName: this.account.metadata.name,
              containers: [
                {
                  name: APP,
                  image: args.image ?? DEFAULT_PROVISIONER_IMAGE,
                  env: [
                    { name: "PROVISIONER_NAME", value: provisionerName },
                    { name: "NFS_SERVER", value: server },
                    { name: "NFS_PATH", value: args.path },
                  ],
                  volumeMounts: [{ name: "nfs-client-root", mountPath: "/persistentvolumes" }],
                },
              ],
              volumes: [{ name: "nfs-client-root", ...root }],
            },
          },
        },
      },
      {
        parent: this,
        dependsOn: rights,
        ...(this.root && { deleteBeforeReplace: true, replaceWith: [this.root.persistentVolume] }),
      },
    );
    this.provisionerName = onceCreated(provisionerName, this.deployment);
    this.registerOutputs({ provisionerName: this.provisionerName });
  }

  private rootVolume(name: string, args: NfsProvisionerArgs, namespace: pulumi.Output<string>): StaticVolume {
    return new StaticVolume(
      `${name}-root`,
      {
        volumeName: pulumi.interpolate`pv-${namespace}-${APP}`,
        claimName: `pvc-${APP}`,
        namespace,
        source: { type: "nfs", server: args.server, path: args.path },
        // As upstream's chart; nothing enforces it.
        capacity: "10Mi",
        mountOptions: args.mountOptions,
        metadata: args.metadata,
      },
      { parent: this },
    );
  }

  private grant(name: string, namespace: pulumi.Output<string>, args: NfsProvisionerArgs): pulumi.Resource[] {
    const { metadata, clusterRolePrefix = "" } = args;
    const child = { parent: this };
    const subjects = [{ kind: "ServiceAccount", name: this.account.metadata.name, namespace }];
    const runner = new k8s.rbac.v1.ClusterRole(
      `${name}-runner`,
      {
        metadata: objectMeta({ name: pulumi.interpolate`${clusterRolePrefix}${APP}-runner` }, metadata),
        rules: [
          { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
          // patch: newer libraries put a finalizer on the volumes that they must delete.
          {
            apiGroups: [""],
            resources: ["persistentvolumes"],
            verbs: ["get", "list", "watch", "create", "delete", "update", "patch"],
          },
          { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: ["get", "list", "watch", "update"] },
          { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
          { apiGroups: [""], resources: ["events"], verbs: ["create", "update", "patch"] },
        ],
      },
      child,
    );
    const running = new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-running`,
      {
        metadata: objectMeta({ name: pulumi.interpolate`${clusterRolePrefix}run-${APP}` }, metadata),
        subjects,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: runner.metadata.name },
      },
      child,
    );
    const verbs = ["get", "list", "watch", "create", "update", "patch"];
    const leader = new k8s.rbac.v1.Role(
      `${name}-leader`,
      {
        metadata: objectMeta({ name: `leader-locking-${APP}`, namespace }, metadata),
        // Upstream's image takes its lock on Endpoints (deprecated since Kubernetes 1.33, and served), newer libraries on Leases.
        rules: [
          { apiGroups: [""], resources: ["endpoints"], verbs },
          { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs },
        ],
      },
      child,
    );
    const leading = new k8s.rbac.v1.RoleBinding(
      `${name}-leading`,
      {
        metadata: objectMeta({ name: `leader-locking-${APP}`, namespace }, metadata),
        subjects,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: leader.metadata.name },
      },
      child,
    );
    return [running, leading];
  }
}
