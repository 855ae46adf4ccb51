import { Failure } from "../../../exercises/runner/failure";
import { notNow, waitFor } from "../../../exercises/runner/wait";
import { unit, type SeedFile } from "../hosts/seed";
import { clusterNetwork, nodes, type NodePlan } from "../plan";
import type { NodeState } from "../types";
import type { ClusterApi } from "./api";
import { kubeconfig } from "./kubeconfig";
import type { Pki } from "./pki";

const readyLimit = 120_000;
/** A kubelet renews its lease every 10 s; the controllers give a node up after 40 s. */
const leaseLimit = 40_000;

/** What makes a host a Kubernetes node, on its disk before it boots: it joins by itself, after a power cycle too. */
export function nodeFiles(node: NodePlan, pki: Pki): SeedFile[] {
  const kubelet = pki.kubelets[node.name];
  if (!kubelet) throw new Error(`no certificate was made for ${node.name}`);
  const kubernetes = "etc/kubernetes";
  return [
    { path: `${kubernetes}/ca.crt`, content: pki.authority.certificate },
    { path: `${kubernetes}/kubelet.crt`, content: kubelet.certificate },
    { path: `${kubernetes}/kubelet.key`, content: kubelet.key, mode: 0o600 },
    {
      path: `${kubernetes}/kubelet.kubeconfig`,
      content: kubeconfig("kubelet", kubelet, pki.authority),
      mode: 0o600,
    },
    {
      path: `${kubernetes}/kube-proxy.kubeconfig`,
      content: kubeconfig("kube-proxy", pki.proxy, pki.authority),
      mode: 0o600,
    },
    { path: `${kubernetes}/kubelet.yaml`, content: json(kubeletConfiguration()) },
    { path: `${kubernetes}/kube-proxy.yaml`, content: json(proxyConfiguration(node)) },
    { path: "etc/cni/net.d/10-lab.conflist", content: json(podNetwork(node)) },
    {
      path: "etc/modules-load.d/lab-node.conf",
      content: "overlay\nbr_netfilter\niptable_nat\niptable_filter\nip6table_nat\nip6table_filter\n",
    },
    {
      path: "etc/sysctl.d/90-lab-node.conf",
      content: "net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n",
    },
    ...unit("lab-masquerade.service", masqueradeUnit()),
    ...unit("kubelet.service", kubeletUnit(node)),
    ...unit("kube-proxy.service", proxyUnit()),
  ];
}

/** The Node objects, made before their kubelets register them, because they say which range each node's pods have. */
export function nodeObjects(): object[] {
  return nodes.map((node) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: node.hostname },
    spec: { podCIDR: node.podCidr, podCIDRs: [node.podCidr] },
  }));
}

/** What of a Node object matters here. */
export interface Node {
  metadata: { name: string; labels?: Record<string, string> };
  spec?: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status?: {
    conditions?: { type: string; status: string; message?: string; lastHeartbeatTime?: string }[];
    nodeInfo?: { architecture?: string };
  };
}

interface Lease {
  metadata: { name: string };
  spec?: { renewTime?: string };
}

/**
 * Which nodes are Ready, judged at `now`. The API server keeps what a kubelet said before its host was switched off, so
 * Ready counts only with a lease renewed of late and a heartbeat since the start of its host or kubelet (`since`, by node).
 */
export function judgeNodes(
  objects: Node[],
  leases: Lease[],
  now: number,
  since: Record<string, number> = {},
): NodeState[] {
  return nodes.map(({ name, hostname }) => {
    const conditions = objects.find((node) => node.metadata.name === hostname)?.status?.conditions ?? [];
    const ready = conditions.find((condition) => condition.type === "Ready");
    const renewed = Date.parse(leases.find((lease) => lease.metadata.name === hostname)?.spec?.renewTime ?? "");
    const heartbeat = Date.parse(ready?.lastHeartbeatTime ?? "");
    const reason =
      ready === undefined
        ? "its kubelet has not registered yet"
        : !(now - renewed < leaseLimit)
          ? "its kubelet has not renewed its lease for 40 s"
          : !(heartbeat >= (since[name] ?? 0))
            ? "its kubelet has not reported since its start"
            : ready.status !== "True"
              ? (ready.message ?? "its kubelet says that it is not Ready")
              : undefined;
    return { name, ready: reason === undefined, reason };
  });
}

export async function nodeStates(api: ClusterApi, since: Record<string, number> = {}): Promise<NodeState[]> {
  const [objects, leases] = await Promise.all([
    api.list<Node>("nodes", "kube-node-lease"),
    api.list<Lease>("leases", "kube-node-lease"),
  ]);
  return judgeNodes(objects, leases, Date.now(), since);
}

/** Waits until all nodes are Ready; `alive` throws when that cannot happen any more. */
export async function waitForNodes(
  api: ClusterApi,
  since: Record<string, number>,
  alive: () => Promise<void>,
): Promise<void> {
  const remedy =
    "Look on the node itself (./lab ssh node1, then: journalctl -u kubelet); ./lab down and ./lab up boot it again.";
  await waitFor("all nodes Ready", { timeout: readyLimit, interval: 500, remedy }, async () => {
    await alive();
    const states = await nodeStates(api, since).catch(notNow);
    if (states instanceof Failure) return { missing: states.message };
    const missing = states.filter((node) => !node.ready);
    if (missing.length === 0) return { done: undefined };
    return { missing: missing.map((node) => `${node.name}: ${node.reason}`).join("; ") };
  });
}

function kubeletConfiguration(): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: "/etc/kubernetes/ca.crt" },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: "/etc/kubernetes/kubelet.crt",
    tlsPrivateKeyFile: "/etc/kubernetes/kubelet.key",
    cgroupDriver: "systemd",
    // A guest counts the time that the machine takes from it as time its processes have used: with quotas enforced, the
    // course's limit of 100m stops Redis for seconds on a busy machine, and its probes time out.
    cpuCFSQuota: false,
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    clusterDomain: clusterNetwork.domain,
    clusterDNS: [clusterNetwork.dnsService],
    failSwapOn: false,
    // One pod does not take the process ids of all. A database takes fifty.
    podPidsLimit: 512,
  };
}

function proxyConfiguration(node: NodePlan): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    clientConnection: { kubeconfig: "/etc/kubernetes/kube-proxy.kubeconfig" },
    hostnameOverride: node.hostname,
    mode: "iptables",
    clusterCIDR: clusterNetwork.pods,
    // The guests' kernel does not let these be set.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: "0s", tcpCloseWaitTimeout: "0s" },
  };
}

function podNetwork(node: NodePlan): object {
  return {
    cniVersion: "0.4.0",
    name: "lab",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isDefaultGateway: true,
        hairpinMode: true,
        ipam: { type: "host-local", ranges: [[{ subnet: node.podCidr }]] },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  };
}

/** Pods see each other by their own addresses; whatever is not a pod sees their node's. */
function masqueradeUnit(): string {
  const rule = `POSTROUTING -s ${clusterNetwork.pods} ! -d ${clusterNetwork.pods} -j MASQUERADE`;
  return `[Unit]
Description=Pods reach other networks by their node's address
After=systemd-modules-load.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/iptables -w -t nat -A ${rule}
ExecStop=/usr/sbin/iptables -w -t nat -D ${rule}

[Install]
WantedBy=multi-user.target
`;
}

function kubeletUnit(node: NodePlan): string {
  const flags = [
    "--config=/etc/kubernetes/kubelet.yaml",
    "--kubeconfig=/etc/kubernetes/kubelet.kubeconfig",
    `--hostname-override=${node.hostname}`,
    `--node-ip=${node.address}`,
  ];
  return service("kubelet", "containerd.service", flags);
}

function proxyUnit(): string {
  return service("kube-proxy", "lab-masquerade.service", ["--config=/etc/kubernetes/kube-proxy.yaml"]);
}

function service(component: string, after: string, flags: string[]): string {
  return `[Unit]
Description=Kubernetes ${component}
Wants=${after}
After=${after} systemd-sysctl.service
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/local/bin/kubelite ${component} ${flags.join(" ")}
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
