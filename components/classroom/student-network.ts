import { isIPv6 } from "node:net";
import type * as k8s from "@pulumi/kubernetes";

const NAMESPACE_NAME = "kubernetes.io/metadata.name";
/** Where clusters keep their DNS server. */
const DNS_NAMESPACE = "kube-system";
const DNS_PORT = 53;

/** Pods of a student reach each other and DNS, and nobody else reaches them, where the cluster's network enforces it. */
export function networkPolicySpec(dnsServers: string[]): k8s.types.input.networking.v1.NetworkPolicySpec {
  const own = { podSelector: {} };
  const servers = dnsServers.map((address) => ({ ipBlock: { cidr: `${address}/${isIPv6(address) ? 128 : 32}` } }));
  return {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [own] }],
    egress: [
      { to: [own] },
      {
        to: [{ namespaceSelector: { matchLabels: { [NAMESPACE_NAME]: DNS_NAMESPACE } } }, ...servers],
        ports: ["UDP", "TCP"].map((protocol) => ({ protocol, port: DNS_PORT })),
      },
    ],
  };
}
