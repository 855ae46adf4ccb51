import { CSI_NFS_DRIVER } from "../../components/index";
import type { CourseConfig, InfrastructureConfig } from "../config-schema";
import type { CourseNames } from "../course/course-names";
import type { SectionName } from "../course/sections";
import { plannedNamespaces } from "../planned-namespaces";
import { storageParts } from "../storage-parts";

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
  const { csi } = config;
  const namespaces = plannedNamespaces(config).filter(({ own }) => own?.create);
  const parts = storageParts(config);
  const classes = [...parts.flatMap((part) => part.storageClasses), ...(csi?.storageClasses ?? [])];
  return [
    ...namespaceObjects(namespaces),
    ...classes.map(({ name }) => ({ ...STORAGE, kind: "StorageClass", name, resource: `${name}-class` })),
    ...parts.flatMap(({ name, provisioner: { clusterRolePrefix } }) => {
      const resource = name === undefined ? "provisioner" : `provisioner-${name}`;
      return [
        {
          ...RBAC,
          kind: "ClusterRole",
          name: `${clusterRolePrefix}nfs-client-provisioner-runner`,
          resource: `${resource}-runner`,
        },
        {
          ...RBAC,
          kind: "ClusterRoleBinding",
          name: `${clusterRolePrefix}run-nfs-client-provisioner`,
          resource: `${resource}-running`,
        },
      ];
    }),
    ...(csi ? [{ ...STORAGE, kind: "CSIDriver", name: CSI_NFS_DRIVER, resource: "csi-driver" }] : []),
    ...(csi ? CSI_SIDECARS : []).flatMap((sidecar) => [
      {
        ...RBAC,
        kind: "ClusterRole",
        name: `${csi?.clusterRolePrefix}nfs-external-${sidecar}-role`,
        resource: `csi-${sidecar}-role`,
      },
      {
        ...RBAC,
        kind: "ClusterRoleBinding",
        name: `${csi?.clusterRolePrefix}nfs-csi-${sidecar}-binding`,
        resource: `csi-${sidecar}-binding`,
      },
    ]),
  ];
}

const CSI_SIDECARS = ["provisioner", "attacher", "resizer"];

/** Those of the program `course`, but for its namespaces. */
export function courseObjects({ sections }: CourseConfig, names: CourseNames): PlannedObject[] {
  const { nfsShare, hostPath, localVolume } = names;
  const volumes: Partial<Record<SectionName, string[]>> = {
    staticPair: [names.staticPair.volume],
    redisExistingClaim: [names.redisExistingClaim.volume],
    nginx: [names.nginx.volume],
    nfsShare: [nfsShare.reserved.volume, nfsShare.unreserved.volume],
    hostPath: [hostPath.reserved.volume, hostPath.unreserved.volume],
    localVolume: [localVolume.volume],
  };
  const classes: Partial<Record<SectionName, string[]>> = {
    localVolume: [localVolume.storageClass],
    fastSsd: [names.fastSsd.storageClass],
  };
  const chosen = (bySection: typeof volumes) =>
    Object.entries(bySection).flatMap(([section, all]) => (sections[section as SectionName] ? all : []));
  return [
    ...chosen(volumes).map((name) => ({ ...V1, kind: "PersistentVolume", name, resource: name })),
    ...chosen(classes).map((name) => ({ ...STORAGE, kind: "StorageClass", name, resource: name })),
  ];
}

/** Namespaces that a stack makes. */
export function namespaceObjects(namespaces: { resource: string; name: string }[]): PlannedObject[] {
  return namespaces.map(({ resource, name }) => ({ ...V1, kind: "Namespace", name, resource }));
}

const V1 = { apiVersion: "v1" };
const STORAGE = { apiVersion: "storage.k8s.io/v1" };
const RBAC = { apiVersion: "rbac.authorization.k8s.io/v1" };
