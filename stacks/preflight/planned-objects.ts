import type { InfrastructureConfig } from "../config-schema";

/** A cluster-wide object that a stack makes under a name that another one may have. */
export interface PlannedObject {
  apiVersion: string;
  kind: string;
  name: string;
  /** What Pulumi calls it, for the way to give it another name. */
  resource: string;
}

/** Those of the program `infrastructure`. */
export function infrastructureObjects(config: InfrastructureConfig): PlannedObject[] {
  const { provisioner, csi } = config;
  const namespaces = [
    { ...provisioner, resource: "provisioner-namespace" },
    ...(csi ? [{ ...csi, resource: "csi-namespace" }] : []),
  ].filter(({ createNamespace }) => createNamespace);
  const classes = [...config.storageClasses, ...(csi?.storageClasses ?? [])];
  return [
    ...namespaces.map(({ namespace, resource }) => ({ ...V1, kind: "Namespace", name: namespace, resource })),
    ...classes.map(({ name }) => ({ ...STORAGE, kind: "StorageClass", name, resource: `${name}-class` })),
    {
      ...RBAC,
      kind: "ClusterRole",
      name: `${provisioner.clusterRolePrefix}nfs-client-provisioner-runner`,
      resource: "provisioner-runner",
    },
    {
      ...RBAC,
      kind: "ClusterRoleBinding",
      name: `${provisioner.clusterRolePrefix}run-nfs-client-provisioner`,
      resource: "provisioner-running",
    },
    ...(csi ? [{ ...STORAGE, kind: "CSIDriver", name: "nfs.csi.k8s.io", resource: "csi-driver" }] : []),
  ];
}

/** The namespaces of the program `course`. */
export function namespaceObjects(namespaces: { resource: string; name: string }[]): PlannedObject[] {
  return namespaces.map((each) => ({ ...V1, kind: "Namespace", ...each }));
}

const V1 = { apiVersion: "v1" };
const STORAGE = { apiVersion: "storage.k8s.io/v1" };
const RBAC = { apiVersion: "rbac.authorization.k8s.io/v1" };
