import { clusterObjects } from "../../../../embedded/sandbox/kubernetes/controlplane";
import { dnsObjects } from "../../../../embedded/sandbox/kubernetes/dns";
import { kubeconfig } from "../../../../embedded/sandbox/kubernetes/kubeconfig";
import { nodeFiles, nodeObjects } from "../../../../embedded/sandbox/kubernetes/node";
import type { Credential } from "../../../../embedded/sandbox/kubernetes/certificates";
import type { Pki } from "../../../../embedded/sandbox/kubernetes/pki";
import { sshCommand } from "../../../../embedded/sandbox/hosts/ssh";
import { nas, nodes, placesOf } from "../../../../embedded/sandbox/plan";

const credential = (name: string): Credential => ({
  certificate: `certificate of ${name}`,
  key: `key of ${name}`,
  certificateFile: `/pki/${name}.crt`,
  keyFile: `/pki/${name}.key`,
});
const pki = {
  authority: credential("ca"),
  proxy: credential("proxy"),
  kubelets: { node1: credential("node1"), node2: credential("node2") },
} as Partial<Pki> as Pki;

const filesOf = (index: number) => {
  const node = nodes[index];
  if (!node) throw new Error("no such node");
  return nodeFiles(node, pki);
};
const contents = (index: number) =>
  new Map(filesOf(index).flatMap((file) => ("content" in file ? [[file.path, file.content]] : [])));
const parsed = (index: number, path: string) => JSON.parse(contents(index).get(path) ?? "null") as unknown;

test("each node gives its pods addresses from the range that its Node object says", () => {
  const ranges = nodeObjects().map((object) => (object as { spec: { podCIDR: string } }).spec.podCIDR);
  expect(ranges).toEqual(["10.244.1.0/24", "10.244.2.0/24"]);
  ranges.forEach((subnet, index) =>
    expect(parsed(index, "etc/cni/net.d/10-lab.conflist")).toMatchObject({
      plugins: [{ ipam: { ranges: [[{ subnet }]] } }, { type: "portmap" }],
    }),
  );
});

test("every start makes the cluster's own objects again", () => {
  const names = clusterObjects().map((object) => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    return `${kind} ${metadata.name}`;
  });
  expect(names.sort()).toEqual([
    "ClusterRole system:coredns",
    "ClusterRoleBinding storage-lab:kubelet-api",
    "ClusterRoleBinding system:coredns",
    "EndpointSlice kube-dns",
    "Namespace kube-node-lease",
    "Node node1",
    "Node node2",
    "Service kube-dns",
  ]);
});

test("pods ask the DNS server that the Service kube-dns leads to", () => {
  expect(parsed(0, "etc/kubernetes/kubelet.yaml")).toMatchObject({ clusterDNS: ["10.96.0.10"] });
  const [service, slice] = dnsObjects();
  expect(service).toMatchObject({ kind: "Service", spec: { clusterIP: "10.96.0.10" } });
  expect(slice).toMatchObject({
    kind: "EndpointSlice",
    metadata: { labels: { "kubernetes.io/service-name": "kube-dns" } },
    endpoints: [{ addresses: ["192.168.110.1"] }],
  });
});

test("cluster DNS may read what it answers for, and nothing else", () => {
  const role = dnsObjects().find((object) => (object as { kind: string }).kind === "ClusterRole");
  const { rules } = role as { rules: { resources: string[]; verbs: string[] }[] };
  expect(rules.flatMap((rule) => rule.resources).sort()).toEqual(["endpointslices", "namespaces", "pods", "services"]);
  expect(new Set(rules.flatMap((rule) => rule.verbs))).toEqual(new Set(["list", "watch"]));
});

test("a node has its own certificate and address, and its keys are for root only", () => {
  expect(contents(1).get("etc/kubernetes/kubelet.crt")).toBe("certificate of node2");
  expect(contents(1).get("etc/systemd/system/kubelet.service")).toContain("--node-ip=192.168.110.12");
  const secret = filesOf(1).filter((file) => "content" in file && /key of|client-key-data/.test(file.content));
  expect(secret.map((file) => ("mode" in file ? file.mode : undefined))).toEqual([0o600, 0o600, 0o600]);
});

test("a kubeconfig carries everything in it", () => {
  const config = JSON.parse(kubeconfig("admin", credential("admin"), credential("ca"))) as Record<string, unknown>;
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  expect(config).toMatchObject({
    clusters: [
      {
        cluster: {
          server: "https://192.168.110.1:6443",
          "certificate-authority-data": base64("certificate of ca"),
        },
      },
    ],
    users: [
      {
        user: {
          "client-certificate-data": base64("certificate of admin"),
          "client-key-data": base64("key of admin"),
        },
      },
    ],
    "current-context": "lab",
  });
});

test("ssh runs in the lab's namespace, with the lab's key and known hosts only", () => {
  const places = placesOf("/srv/my lab");
  const command = sshCommand(places, nas, ["uptime"]);
  expect(command.slice(0, 7)).toEqual([
    "nsenter",
    `--net=/run/netns/${places.namespace}`,
    "ssh",
    "-F",
    "none",
    "-i",
    "/srv/my lab/ssh/id_ed25519",
  ]);
  expect(command).toContain("StrictHostKeyChecking=yes");
  expect(command).toContain('UserKnownHostsFile="/srv/my lab/ssh/known_hosts"');
  expect(command.slice(-3)).toEqual(["root@192.168.110.168", "--", "uptime"]);
});
