import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type Metadata, objectMeta } from "../metadata";

const READ = ["get", "list", "watch"];
const EVENTS = { apiGroups: [""], resources: ["events"], verbs: ["list", "watch", "create", "update", "patch"] };

/**
 * What each sidecar of the controller may do, as its own manifests have it, without what this driver gives it no reason to:
 * to read Secrets, snapshots and classes of attributes, and for the resizer pods.
 */
const SIDECAR_RULES = {
  provisioner: [
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...READ, "create", "patch", "delete"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: [...READ, "update"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses", "csinodes"], verbs: READ },
    { apiGroups: [""], resources: ["nodes"], verbs: READ },
    EVENTS,
  ],
  attacher: [
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...READ, "patch"] },
    { apiGroups: ["storage.k8s.io"], resources: ["csinodes"], verbs: READ },
    { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments"], verbs: [...READ, "patch"] },
    { apiGroups: ["storage.k8s.io"], resources: ["volumeattachments/status"], verbs: ["patch"] },
  ],
  resizer: [
    { apiGroups: [""], resources: ["persistentvolumes"], verbs: [...READ, "patch"] },
    { apiGroups: [""], resources: ["persistentvolumeclaims"], verbs: READ },
    { apiGroups: [""], resources: ["persistentvolumeclaims/status"], verbs: ["patch"] },
    EVENTS,
  ],
};

interface Grantee {
  account: k8s.core.v1.ServiceAccount;
  namespace: pulumi.Output<string>;
  /** Start of the names of ClusterRoles and their bindings. */
  clusterRolePrefix: pulumi.Input<string>;
  metadata?: Metadata;
}

/** Gives the controller's account what its sidecars need; returns what its pod has to wait for. */
export function grantSidecars(parent: pulumi.ComponentResource, name: string, grantee: Grantee): pulumi.Resource[] {
  const { account, namespace, clusterRolePrefix, metadata } = grantee;
  const child = { parent };
  const subjects = [{ kind: "ServiceAccount", name: account.metadata.name, namespace }];
  const apiGroup = "rbac.authorization.k8s.io";
  const bindings = Object.entries(SIDECAR_RULES).map(([sidecar, rules]) => {
    const named = (own: string) => objectMeta({ name: pulumi.interpolate`${clusterRolePrefix}${own}` }, metadata);
    const role = new k8s.rbac.v1.ClusterRole(
      `${name}-${sidecar}-role`,
      { metadata: named(`nfs-external-${sidecar}-role`), rules },
      child,
    );
    return new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-${sidecar}-binding`,
      {
        metadata: named(`nfs-csi-${sidecar}-binding`),
        subjects,
        roleRef: { apiGroup, kind: "ClusterRole", name: role.metadata.name },
      },
      child,
    );
  });
  const leader = new k8s.rbac.v1.Role(
    `${name}-leader`,
    {
      metadata: objectMeta({ name: "leader-locking-csi-nfs-controller", namespace }, metadata),
      rules: [
        { apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: [...READ, "create", "update", "patch"] },
      ],
    },
    child,
  );
  const leading = new k8s.rbac.v1.RoleBinding(
    `${name}-leading`,
    {
      metadata: objectMeta({ name: "leader-locking-csi-nfs-controller", namespace }, metadata),
      subjects,
      roleRef: { apiGroup, kind: "Role", name: leader.metadata.name },
    },
    child,
  );
  return [...bindings, leading];
}
