import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { onceCreated } from "../once-created";

/** Name that volumes and classes know upstream's provisioner by. */
export const DEFAULT_PROVISIONER_NAME = "k8s-sigs.io/nfs-subdir-external-provisioner";

/** Upstream's last image (2021). */
export const DEFAULT_PROVISIONER_IMAGE = "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2";

const APP = "nfs-client-provisioner";

export interface NfsProvisionerArgs {
  /** The NFS server as the nodes reach it. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The export in which it makes a directory for every claim. Example: `/nfs`. */
  path: pulumi.Input<string>;
  /** Its namespace. @default "nfs-provisioner" */
  namespace?: pulumi.Input<string>;
  /** Whether the namespace is made here; `false` when it exists. @default true */
  createNamespace?: boolean;
  /** Its image. @default upstream's, registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2 */
  image?: pulumi.Input<string>;
  /** Name that StorageClasses refer to it by. @default "k8s-sigs.io/nfs-subdir-external-provisioner" */
  provisionerName?: pulumi.Input<string>;
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

  constructor(name: string, args: NfsProvisionerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("storage-lab:storage:NfsProvisioner", name, {}, opts);
    const child = { parent: this };
    const provisionerName = pulumi.output(args.provisionerName ?? DEFAULT_PROVISIONER_NAME);
    const namespace =
      args.createNamespace === false
        ? pulumi.output(args.namespace ?? "nfs-provisioner")
        : new k8s.core.v1.Namespace(
            `${name}-namespace`,
            { metadata: { name: args.namespace ?? "nfs-provisioner" } },
            child,
          ).metadata.name;
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata: { name: APP, namespace } }, child);
    const rights = this.grant(name, namespace, account);

    const deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: { name: APP, namespace, labels: { app: APP } },
        spec: {
          replicas: 1,
          // Two of them would argue over the same claims for the length of a lease.
          strategy: { type: "Recreate" },
          selector: { matchLabels: { app: APP } },
          template: {
            metadata: { labels: { app: APP } },
            spec: {
              serviceAccountName: account.metadata.name,
              containers: [
                {
                  name: APP,
                  image: args.image ?? DEFAULT_PROVISIONER_IMAGE,
                  env: [
                    { name: "PROVISIONER_NAME", value: provisionerName },
                    { name: "NFS_SERVER", value: args.server },
                    { name: "NFS_PATH", value: args.path },
                  ],
                  volumeMounts: [{ name: "nfs-client-root", mountPath: "/persistentvolumes" }],
                },
              ],
              volumes: [{ name: "nfs-client-root", nfs: { server: args.server, path: args.path } }],
            },
          },
        },
      },
      { parent: this, dependsOn: rights },
    );
    this.provisionerName = onceCreated(provisionerName, deployment);
    this.registerOutputs({ provisionerName: this.provisionerName });
  }

  private grant(
    name: string,
    namespace: pulumi.Output<string>,
    account: k8s.core.v1.ServiceAccount,
  ): pulumi.Resource[] {
    const child = { parent: this };
    const subjects = [{ kind: "ServiceAccount", name: account.metadata.name, namespace }];
    const runner = new k8s.rbac.v1.ClusterRole(
      `${name}-runner`,
      {
        metadata: { name: `${APP}-runner` },
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
        metadata: { name: `run-${APP}` },
        subjects,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: runner.metadata.name },
      },
      child,
    );
    const verbs = ["get", "list", "watch", "create", "update", "patch"];
    const leader = new k8s.rbac.v1.Role(
      `${name}-leader`,
      {
        metadata: { name: `leader-locking-${APP}`, namespace },
        // Upstream's image takes its lock on Endpoints, newer libraries take it on Leases.
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
        metadata: { name: `leader-locking-${APP}`, namespace },
        subjects,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: leader.metadata.name },
      },
      child,
    );
    return [running, leading];
  }
}
