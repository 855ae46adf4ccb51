import type { InfrastructureConfig } from "./config-schema";
import type { PlannedNamespace } from "./moved-namespaces";
import { storageParts } from "./storage-parts";

/** The namespaces that an infrastructure asks for. */
export function plannedNamespaces(config: InfrastructureConfig): PlannedNamespace[] {
  const { csi, nodePods } = config;
  const namespace = (key: string, resource: string, { namespace: name, createNamespace: create }: Settings) => ({
    resource,
    key: `${key}.namespace`,
    name,
    own: { key: `${key}.createNamespace`, create },
  });
  const ofParts = storageParts(config).flatMap(({ name, provisioner }) => [
    name === undefined
      ? namespace("provisioner", "provisioner-namespace", provisioner)
      : namespace(`additional ${name}: provisioner`, `provisioner-${name}-namespace`, provisioner),
    ...(name !== undefined && nodePods
      ? [
          namespace(`nodePods`, `nodes-${name}-namespace`, {
            namespace: `${nodePods.namespace}-${name}`,
            createNamespace: true,
          }),
        ]
      : []),
  ]);
  return [
    ...ofParts,
    ...(csi ? [namespace("csi", "csi-namespace", csi)] : []),
    ...(nodePods ? [namespace("nodePods", "nodes-namespace", nodePods)] : []),
  ];
}

interface Settings {
  namespace: string;
  createNamespace: boolean;
}
