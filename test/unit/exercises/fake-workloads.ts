import type { V1Container, V1Deployment, V1Pod, V1StatefulSet, V1Volume } from "@kubernetes/client-node";
import type { Kind, Kinds } from "../../../exercises/cluster/kinds";
import { FakeCluster } from "./fake-cluster";

interface Made {
  name: string;
  namespace: string;
  replicas: number;
  mountPath: string;
}

/** A cluster in memory whose StatefulSets and Deployments keep their pods, all Ready at once. */
export class FakeWorkloads extends FakeCluster {
  /** What the scripts of a pod act on: the files of its claim, or those of its emptyDir. */
  readonly files = new Map<string, Map<string, string>>();
  private made = 0;

  constructor() {
    super();
    this.onPatch = (kind, object) => this.keep(kind, object);
    this.onRemove = (kind) => kind === "Pod" && this.keepAll();
  }

  /** A StatefulSet with a template `data`, or on one claim for all. */
  statefulSet({ name, namespace, replicas, mountPath }: Made, claim?: string): this {
    const labels = { app: name };
    const set: V1StatefulSet = {
      metadata: { name, namespace },
      spec: {
        serviceName: name,
        replicas,
        selector: { matchLabels: labels },
        template: template(
          labels,
          mountPath,
          claim === undefined ? undefined : { persistentVolumeClaim: { claimName: claim } },
        ),
        ...(claim === undefined && { volumeClaimTemplates: [{ metadata: { name: "data" } }] }),
      },
    };
    if (claim) this.claim(claim, namespace);
    this.add("StatefulSet", set);
    this.keep("StatefulSet", set);
    return this;
  }

  deployment({ name, namespace, replicas, mountPath }: Made, source: Omit<V1Volume, "name">): this {
    const labels = { app: name };
    const deployment: V1Deployment = {
      metadata: { name, namespace },
      spec: { replicas, selector: { matchLabels: labels }, template: template(labels, mountPath, source) },
    };
    this.add("Deployment", deployment);
    this.keep("Deployment", deployment);
    return this;
  }

  /** The files that a pod has mounted: they are its claim's, or go with the pod. */
  filesOf(podName: string): Map<string, string> {
    const pod = this.objects.find(({ kind, object }) => kind === "Pod" && object.metadata?.name === podName)?.object;
    const place = (pod as V1Pod).spec?.volumes?.[0]?.persistentVolumeClaim?.claimName ?? pod?.metadata?.uid ?? "";
    const files = this.files.get(place) ?? new Map<string, string>();
    this.files.set(place, files);
    return files;
  }

  private keepAll(): void {
    for (const { kind, object } of [...this.objects]) this.keep(kind, object);
  }

  /** What the workload's controller does: makes the pods that are missing, and ends those that are too many. */
  private keep(kind: Kind, object: Kinds[Kind]): void {
    if (kind !== "StatefulSet" && kind !== "Deployment") return;
    const { metadata, spec } = object as V1StatefulSet | V1Deployment;
    const { name = "", namespace = "" } = metadata ?? {};
    const pods = this.objects
      .filter((entry) => entry.kind === "Pod" && entry.object.metadata?.labels?.app === name)
      .map((entry) => entry.object.metadata?.name ?? "");
    const replicas = spec?.replicas ?? 1;
    if (kind === "StatefulSet") {
      const wanted = Array.from({ length: replicas }, (_, index) => `${name}-${index}`);
      for (const pod of pods.filter((each) => !wanted.includes(each)).reverse()) this.drop(pod);
      for (const pod of wanted.filter((each) => !pods.includes(each))) this.pod(pod, namespace, spec, `data-${pod}`);
    } else {
      for (const pod of pods.slice(replicas)) this.drop(pod);
      for (let missing = replicas - pods.length; missing > 0; missing--) {
        this.pod(`${name}-5d9c-${String(this.made).padStart(5, "x")}`, namespace, spec);
      }
    }
  }

  private pod(
    name: string,
    namespace: string,
    spec: V1StatefulSet["spec"] | V1Deployment["spec"],
    ownClaim?: string,
  ): void {
    const fromTemplate = !!spec && "volumeClaimTemplates" in spec;
    if (fromTemplate && ownClaim) this.claim(ownClaim, namespace);
    const started = new Date(Date.UTC(2026, 0, 1, 0, 0, this.made++));
    this.add("Pod", {
      metadata: {
        name,
        namespace,
        uid: `pod-${this.made}`,
        labels: spec?.template.metadata?.labels,
        creationTimestamp: started,
      },
      spec: {
        nodeName: "node1",
        containers: spec?.template.spec?.containers ?? [],
        volumes: fromTemplate
          ? [{ name: "data", persistentVolumeClaim: { claimName: ownClaim ?? "" } }]
          : spec?.template.spec?.volumes,
      },
      status: {
        podIP: `10.244.1.${this.made}`,
        conditions: [{ type: "Ready", status: "True" }],
        containerStatuses: [
          {
            name: "main",
            image: "",
            imageID: "",
            ready: true,
            restartCount: 0,
            state: { running: { startedAt: started } },
          },
        ],
      },
    });
  }

  private drop(name: string): void {
    const at = this.objects.findIndex(({ kind, object }) => kind === "Pod" && object.metadata?.name === name);
    if (at >= 0) this.objects.splice(at, 1);
  }

  /** A claim on NFS, unless it is there. */
  claim(name: string, namespace: string): void {
    if (this.names("PersistentVolumeClaim").includes(name)) return;
    const uid = `claim-${this.made}-${name}`;
    this.add("PersistentVolumeClaim", {
      metadata: { name, namespace, uid },
      spec: { volumeName: `pv-${name}`, storageClassName: "nfs-client" },
      status: { phase: "Bound" },
    });
    this.add("PersistentVolume", {
      metadata: { name: `pv-${name}` },
      spec: { claimRef: { namespace, name, uid }, nfs: { server: "nas", path: `/nfs/${name}` } },
      status: { phase: "Bound" },
    });
  }
}

function template(labels: Record<string, string>, mountPath: string, source?: Omit<V1Volume, "name">) {
  const container: V1Container = { name: "main", volumeMounts: [{ name: "data", mountPath }] };
  return {
    metadata: { labels },
    spec: { containers: [container], volumes: source && [{ name: "data", ...source }] },
  };
}
