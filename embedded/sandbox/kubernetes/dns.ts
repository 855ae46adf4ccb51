import { join } from "node:path";
import { apiServer, clusterNetwork, hostNetwork, type LabPlaces } from "../plan";
import type { Pki } from "./pki";

/** Port of CoreDNS' plugin "ready". */
export const dnsReadyPort = 8181;

export function corefilePath(places: LabPlaces): string {
  return join(places.cluster, "Corefile");
}

/** Returns for the cluster only: there is no other DNS server that the sandbox could ask. */
export function corefile(pki: Pki): string {
  return `.:53 {
  errors
  ready :${dnsReadyPort}
  kubernetes ${clusterNetwork.domain} in-addr.arpa {
    endpoint ${apiServer}
    tls "${pki.dns.certificateFile}" "${pki.dns.keyFile}" "${pki.authority.certificateFile}"
  }
  cache 5
}
`;
}

/**
 * Cluster DNS under its usual name and address. CoreDNS runs next to the control plane, not in a pod, so its Service has no
 * selector and its EndpointSlice is written here.
 */
export function dnsObjects(): object[] {
  const metadata = { name: "kube-dns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
  const ports = [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, protocol: "TCP" },
  ];
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { type: "ClusterIP", clusterIP: clusterNetwork.dnsService, ports },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        ...metadata,
        labels: {
          "kubernetes.io/service-name": "kube-dns",
          "endpointslice.kubernetes.io/managed-by": "storage-lab",
        },
      },
      addressType: "IPv4",
      endpoints: [{ addresses: [hostNetwork.gateway], conditions: { ready: true } }],
      ports,
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "system:coredns" },
      rules: [
        { apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
        { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "system:coredns" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "system:coredns" }],
    },
  ];
}
