import type { ClusterObject } from "./object-marks";

/** How to give an object another name, or another place, when one of its name is there and not this stack's. */
export function infrastructureRemedy({ kind, resource }: Omit<ClusterObject, "name">): string {
  const key = keyOf(resource);
  switch (kind) {
    case "Namespace":
      // It is made in any case.
      if (/^nodes-.+-namespace$/.test(resource)) return `Name another place as ${key}.namespace, or delete it.`;
      return `Set ${key}.createNamespace: false to work inside it, name another one as ${key}.namespace, or delete it.`;
    case "StorageClass":
      return "Give the class another name in storageClasses, or delete it.";
    case "CSIDriver":
      return "A cluster has one driver of a name: take csi out of the config, or remove that driver first.";
    case "ClusterRole":
    case "ClusterRoleBinding":
      return `Set ${key}.clusterRolePrefix for another name, or delete it.`;
    default:
      return `Delete it, or run pulumi destroy and name another place as ${key}.namespace.`;
  }
}

/** The config key of a resource, by what it is called. */
function keyOf(resource: string): string {
  // With mount options, the export is a volume of the provisioner's.
  const ofProvisioner = resource.replace(/-root-(volume|claim)$/, "-root");
  const further = /^provisioner-(.+)-\w+$/.exec(ofProvisioner)?.[1];
  if (further !== undefined) return `additional ${further}: provisioner`;
  const keys = { "csi-": "csi", "nodes-": "nodePods" };
  return Object.entries(keys).find(([start]) => resource.startsWith(start))?.[1] ?? "provisioner";
}
