import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { waitFor } from "../../../exercises/runner/wait";
import { Daemon, type Program } from "../hosts/daemon";
import { clusterNetwork, hostNetwork, type LabPlaces } from "../plan";
import { adminKubeconfig, ClusterApi } from "./api";
import type { Credential } from "./certificates";
import { corefile, corefilePath, dnsObjects, dnsReadyPort } from "./dns";
import { kubeconfig, writeIfChanged } from "./kubeconfig";
import { nodeObjects } from "./node";
import type { Pki } from "./pki";

export interface ClusterPrograms {
  /** Kubernetes and etcd in one executable. */
  kubelite: string;
  coredns: string;
}

/** Longest wait for each part, in milliseconds; 2 to 15 s are usual. */
const readyLimit = 90_000;
/** Longest time for a part to end by itself: etcd writes what is open, the others keep nothing of their own. */
const patience = { etcd: 20_000, others: 5000 };

/** etcd, the API server, controllers, scheduler and cluster DNS: daemons on this machine, in the lab's namespace. */
export class ControlPlane {
  /** In the order of their start. */
  readonly daemons: Daemon[];
  private readonly etcd: Daemon;
  private readonly apiServer: Daemon;
  private readonly controllerManager: Daemon;
  private readonly scheduler: Daemon;
  private readonly dns: Daemon;

  constructor(private readonly places: LabPlaces) {
    this.etcd = new Daemon("etcd", places);
    this.apiServer = new Daemon("kube-apiserver", places);
    this.controllerManager = new Daemon("kube-controller-manager", places);
    this.scheduler = new Daemon("kube-scheduler", places);
    this.dns = new Daemon("coredns", places);
    this.daemons = [this.etcd, this.apiServer, this.controllerManager, this.scheduler, this.dns];
  }

  /** Starts what does not run, and makes the cluster's own objects be there. `waiting` is told what is waited for. */
  async start(programs: ClusterPrograms, pki: Pki, waiting: (what: string) => void): Promise<ClusterApi> {
    const { places } = this;
    const api = new ClusterApi(places);
    const limit = { timeout: readyLimit, interval: 200, remedy: `Read the logs in ${places.logs}.` };
    await mkdir(join(places.cluster, "etcd"), { recursive: true, mode: 0o700 });
    await writeIfChanged(adminKubeconfig(places), kubeconfig("admin", pki.admin, pki.authority));
    await this.etcd.start(etcd(places, programs));
    await this.apiServer.start(apiServer(programs, places, pki));
    waiting("the API server to be ready");
    await waitFor("the API server", limit, async () => {
      await this.etcd.mustRun();
      await this.apiServer.mustRun();
      const missing = await api.unready();
      return missing === undefined ? { done: undefined } : { missing };
    });
    await this.controllerManager.start(await this.controllers(programs, pki));
    await this.scheduler.start(await this.scheduling(programs, pki));
    await writeIfChanged(corefilePath(places), corefile(pki));
    await this.dns.start({
      command: [programs.coredns, "-conf", corefilePath(places)],
      inputs: [corefile(pki), pki.dns.certificate, pki.authority.certificate],
    });
    waiting("the cluster's own objects");
    await waitFor("the cluster's own objects", limit, () =>
      api.apply(clusterObjects()).then(
        () => ({ done: undefined }),
        // The API server is ready a moment before the namespace kube-system exists.
        (error: Error) => ({ missing: error.message }),
      ),
    );
    waiting("cluster DNS to be ready");
    await waitFor("cluster DNS", limit, async () => {
      await this.dns.mustRun();
      const missing = await api.httpError(`http://127.0.0.1:${dnsReadyPort}`, "/ready");
      return missing === undefined ? { done: undefined } : { missing };
    });
    return api;
  }

  /** Ends everything, the API server after its clients and etcd last. */
  async stop(): Promise<void> {
    await Promise.all([this.dns, this.scheduler, this.controllerManager].map((daemon) => daemon.end(patience.others)));
    await this.apiServer.end(patience.others);
    await this.etcd.end(patience.etcd);
  }

  /** Throws, with its last words, when one of the parts has ended by itself. */
  async mustRun(): Promise<void> {
    for (const daemon of this.daemons) await daemon.mustRun();
  }

  private async controllers({ kubelite }: ClusterPrograms, pki: Pki): Promise<Program> {
    const client = await this.client("kube-controller-manager", pki.controllerManager, pki);
    return {
      command: [
        ...[kubelite, "kube-controller-manager", `--kubeconfig=${client.file}`],
        `--service-account-private-key-file=${pki.serviceAccountKeyFile}`,
        `--root-ca-file=${pki.authority.certificateFile}`,
        "--use-service-account-credentials",
        "--leader-elect=false",
        // A namespace takes a hundred requests to go, and a class has hundreds of them: with 20 a second it would take an hour.
        "--kube-api-qps=200",
        "--kube-api-burst=400",
      ],
      inputs: [client.content],
    };
  }

  private async scheduling({ kubelite }: ClusterPrograms, pki: Pki): Promise<Program> {
    const client = await this.client("kube-scheduler", pki.scheduler, pki);
    return {
      command: [kubelite, "kube-scheduler", `--kubeconfig=${client.file}`, "--leader-elect=false"],
      inputs: [client.content],
    };
  }

  private async client(user: string, credential: Credential, pki: Pki): Promise<{ file: string; content: string }> {
    const file = join(this.places.cluster, `${user}.kubeconfig`);
    const content = kubeconfig(user, credential, pki.authority);
    await writeIfChanged(file, content);
    return { file, content };
  }
}

/** Without TLS: it listens on the loopback of a namespace that only root enters. */
function etcd(places: LabPlaces, { kubelite }: ClusterPrograms): Program {
  const client = "http://127.0.0.1:2379";
  return {
    command: [
      ...[kubelite, "etcd", `--data-dir=${join(places.cluster, "etcd")}`],
      ...[`--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
      "--listen-peer-urls=http://127.0.0.1:2380",
    ],
  };
}

function apiServer({ kubelite }: ClusterPrograms, places: LabPlaces, pki: Pki): Program {
  return {
    command: [
      ...[kubelite, "kube-apiserver", "--etcd-servers=http://127.0.0.1:2379"],
      ...[`--advertise-address=${hostNetwork.gateway}`, "--secure-port=6443"],
      `--cert-dir=${join(places.cluster, "pki")}`,
      `--tls-cert-file=${pki.apiServer.certificateFile}`,
      `--tls-private-key-file=${pki.apiServer.keyFile}`,
      `--client-ca-file=${pki.authority.certificateFile}`,
      `--kubelet-certificate-authority=${pki.authority.certificateFile}`,
      `--kubelet-client-certificate=${pki.apiServerKubeletClient.certificateFile}`,
      `--kubelet-client-key=${pki.apiServerKubeletClient.keyFile}`,
      // Names of nodes do not resolve on this machine.
      "--kubelet-preferred-address-types=InternalIP",
      ...["--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction"],
      `--service-cluster-ip-range=${clusterNetwork.services}`,
      `--service-account-issuer=https://kubernetes.default.svc.${clusterNetwork.domain}`,
      `--service-account-key-file=${pki.serviceAccountKeyFile}`,
      `--service-account-signing-key-file=${pki.serviceAccountKeyFile}`,
      "--allow-privileged=true",
    ],
    inputs: [pki.authority, pki.apiServer, pki.apiServerKubeletClient].map((credential) => credential.certificate),
  };
}

/** The cluster's own objects, made at every start and so made again where somebody has deleted one. */
export function clusterObjects(): object[] {
  // Of the namespaces of the cluster itself the one that can be deleted; the API server makes it again after a minute.
  const leases = { apiVersion: "v1", kind: "Namespace", metadata: { name: "kube-node-lease" } };
  return [leases, ...nodeObjects(), ...accessObjects(), ...dnsObjects()];
}

/** What the bootstrap policy leaves to the cluster's maker: the API server's right to a kubelet's logs and exec. */
function accessObjects(): object[] {
  return [
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: "storage-lab:kubelet-api" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:kubelet-api-admin" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "kube-apiserver-kubelet-client" }],
    },
  ];
}
