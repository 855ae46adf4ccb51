import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { clusterNetwork, hostNetwork, nodes, type LabPlaces } from "../plan";
import {
  ensureAuthority,
  ensureCertificate,
  ensureServiceAccountKey,
  type Credential,
  type Identity,
} from "./certificates";

export interface Pki {
  authority: Credential;
  apiServer: Credential;
  /** The API server's own identity towards the kubelets. */
  apiServerKubeletClient: Credential;
  admin: Credential;
  controllerManager: Credential;
  scheduler: Credential;
  proxy: Credential;
  dns: Credential;
  /** The kubelet of each node, by the node's name: server and client in one. */
  kubelets: Record<string, Credential>;
  /** Private key that signs ServiceAccount tokens. */
  serviceAccountKeyFile: string;
}

/** The subjects that Kubernetes' Node and RBAC authorizers know, see its "PKI certificates and requirements". */
const identities = {
  apiServer: {
    commonName: "kube-apiserver",
    dns: [
      "kubernetes",
      "kubernetes.default",
      "kubernetes.default.svc",
      `kubernetes.default.svc.${clusterNetwork.domain}`,
      "localhost",
    ],
    addresses: ["127.0.0.1", hostNetwork.gateway, clusterNetwork.apiService],
  },
  apiServerKubeletClient: { commonName: "kube-apiserver-kubelet-client" },
  admin: { commonName: "admin", organization: "system:masters" },
  controllerManager: { commonName: "system:kube-controller-manager" },
  scheduler: { commonName: "system:kube-scheduler" },
  proxy: { commonName: "system:kube-proxy" },
  dns: { commonName: "system:coredns" },
} satisfies Record<string, Identity>;

/** Reads the lab's certificates, making those that are missing, end soon, or were not signed by its authority. */
export async function ensurePki(places: LabPlaces): Promise<Pki> {
  const folder = join(places.cluster, "pki");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await ensureAuthority(folder);
  const issue = (name: string, identity: Identity) => ensureCertificate(folder, name, identity, authority);
  const kubelets: Pki["kubelets"] = {};
  for (const node of nodes) {
    kubelets[node.name] = await issue(`kubelet-${node.name}`, {
      commonName: `system:node:${node.hostname}`,
      organization: "system:nodes",
      dns: [node.hostname],
      addresses: [node.address],
    });
  }
  return {
    authority,
    apiServer: await issue("kube-apiserver", identities.apiServer),
    apiServerKubeletClient: await issue("kube-apiserver-kubelet-client", identities.apiServerKubeletClient),
    admin: await issue("admin", identities.admin),
    controllerManager: await issue("kube-controller-manager", identities.controllerManager),
    scheduler: await issue("kube-scheduler", identities.scheduler),
    proxy: await issue("kube-proxy", identities.proxy),
    dns: await issue("coredns", identities.dns),
    kubelets,
    serviceAccountKeyFile: await ensureServiceAccountKey(folder),
  };
}
