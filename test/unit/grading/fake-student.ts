import { randomUUID } from "node:crypto";
import type { V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import type { Kind, Kinds } from "../../../exercises/cluster/kinds";
import type { Nas, NasLook } from "../../../grading/cluster/nas";
import type { Place } from "../../../grading/runner/place";
import { FakeCluster } from "../exercises/fake-cluster";

export const place: Place = {
  className: "school",
  student: "bob",
  namespace: "school-bob",
  server: "10.0.0.9",
  directory: "/nfs/school/school-bob",
  volumes: ["own-1", "own-2", "own-3"],
  storageClass: "school-csi",
  image: "redis:7",
  uid: 20001,
};

/** Seconds since 1970 at which the student began; every object is made a while after the one before. */
const BEGIN = 1_800_000_000;

interface File {
  text: string;
  changed: number;
}

type Source = { claim: string } | "emptyDir" | undefined;

/** A student's namespace in memory, with Redis in pods and directories on a NAS. */
export class FakeStudent extends FakeCluster {
  /** By directory: of the NAS, and of a pod that has none there by its uid. */
  readonly disks = new Map<string, Map<string, File>>();
  /** What Redis holds, by the pod's uid. */
  readonly memory = new Map<string, Map<string, string>>();
  /** How far the NAS's clock is ahead, in seconds. */
  ahead = 0;
  /** Redis reads and writes here. */
  data = "/data";
  /** What the NAS says instead of an answer. */
  nasError?: string;
  /** Names that DNS knows, beyond those of the Service `store`. */
  readonly dnsNames = new Map<string, string>();
  now = BEGIN;

  constructor() {
    super();
    this.onScript = (script, pod) => this.run(script, this.pod(pod));
    this.onDryRun = (kind, object) => this.wouldSay(kind, object);
    this.onRemove = (kind, name) => {
      if (kind === "Pod") this.replace(name);
    };
    this.add("ResourceQuota", {
      metadata: { name: "student", namespace: place.namespace },
      status: { hard: { "requests.storage": "200Mi" }, used: { "requests.storage": "176Mi" } },
    });
  }

  readonly nas: Nas = {
    look: ({ directory }, value): Promise<NasLook> => {
      if (this.nasError !== undefined) return Promise.reject(new Error(this.nasError));
      const files = [...this.disk(directory)];
      return Promise.resolve({
        now: this.now + this.ahead,
        holding: files.filter(([, { text }]) => text.includes(value)).map(([path]) => path),
        files: files.map(([path, { text, changed }]) => ({
          ...{ path, size: text.length, uid: place.uid },
          modified: changed + this.ahead,
          changed: changed + this.ahead,
        })),
      });
    },
  };

  /** The moment after. */
  later(seconds = 10): this {
    this.now += seconds;
    return this;
  }

  /** An object of the namespace, made now. */
  put<K extends Kind>(kind: K, object: Kinds[K]): Kinds[K] {
    const namespace = kind === "PersistentVolume" ? undefined : place.namespace;
    const creationTimestamp = new Date(this.now * 1000);
    const made = { ...object, metadata: { namespace, uid: randomUUID(), creationTimestamp, ...object.metadata } };
    this.add(kind, made);
    this.later();
    return made;
  }

  volume(own: string, claim: string): Kinds["PersistentVolume"] {
    return this.put("PersistentVolume", {
      metadata: { name: `${place.namespace}.${own}` },
      spec: {
        claimRef: { namespace: place.namespace, name: claim },
        nfs: { server: place.server, path: `${place.directory}/${own}` },
      },
      status: { phase: "Available" },
    });
  }

  /** A claim for an own volume, which it gets where that is reserved for it. */
  claim(own: string, name: string): Kinds["PersistentVolumeClaim"] {
    const volumeName = `${place.namespace}.${own}`;
    const claim = this.put("PersistentVolumeClaim", {
      metadata: { name },
      spec: { storageClassName: "", volumeName },
      status: { phase: "Pending" },
    });
    const volume = this.every("PersistentVolume").find(({ metadata }) => metadata?.name === volumeName);
    if (volume?.spec?.claimRef?.name !== name || volume.spec.claimRef.uid) return claim;
    volume.spec.claimRef.uid = claim.metadata?.uid;
    volume.status = { phase: "Bound" };
    claim.status = { phase: "Bound" };
    return claim;
  }

  dynamicClaim(name: string, storageClassName = place.storageClass): void {
    this.put("PersistentVolumeClaim", { metadata: { name }, spec: { storageClassName }, status: { phase: "Bound" } });
  }

  /** A pod with something at a path; it is Ready. */
  podWith(name: string, path: string, source: Source, more: Partial<V1Pod> = {}): V1Pod {
    const mounts = source === undefined ? [] : [{ name: "data", mountPath: path }];
    const volume =
      source === "emptyDir" ? { emptyDir: {} } : { persistentVolumeClaim: { claimName: source?.claim ?? "" } };
    const pod = this.put("Pod", {
      metadata: { name, ...more.metadata },
      spec: {
        containers: [{ name: "main", volumeMounts: mounts }],
        volumes: source === undefined ? [] : [{ name: "data", ...volume }],
      },
      status: { podIP: `10.1.0.${this.objects.length}`, conditions: [{ type: "Ready", status: "True" }] },
    });
    // Redis reads its file when it starts.
    const saved = this.mountedDisk(pod, this.data).get("dump.rdb")?.text ?? "{}";
    this.memory.set(pod.metadata?.uid ?? "", new Map(Object.entries(JSON.parse(saved) as Record<string, string>)));
    return pod;
  }

  /** A StatefulSet with its pods. */
  set(name: string, replicas: number, sourceOf: (index: number) => Source, spec: object = {}): V1StatefulSet {
    const set = this.put("StatefulSet", {
      metadata: { name },
      spec: { serviceName: name, replicas, selector: {}, template: {}, ...spec },
    });
    for (let index = 0; index < replicas; index++) this.podOf(set, `${name}-${index}`, sourceOf(index));
    return set;
  }

  every<K extends Kind>(kind: K): Kinds[K][] {
    return this.objects.filter((entry) => entry.kind === kind).map(({ object }) => object as Kinds[K]);
  }

  pod(name: string): V1Pod {
    const pod = this.every("Pod").find(({ metadata }) => metadata?.name === name);
    if (!pod) throw new Error(`there is no Pod ${name}`);
    return pod;
  }

  /** A directory of the NAS, below the student's. */
  disk(directory: string): Map<string, File> {
    const disk = this.disks.get(directory) ?? new Map<string, File>();
    this.disks.set(directory, disk);
    return disk;
  }

  private podOf({ metadata }: V1StatefulSet, name: string, source: Source): void {
    const owner = { apiVersion: "apps/v1", kind: "StatefulSet", controller: true };
    const ownerReferences = [{ ...owner, name: metadata?.name ?? "", uid: metadata?.uid ?? "" }];
    this.podWith(name, "/data", source, { metadata: { name, ownerReferences } });
  }

  /** What a StatefulSet does for a pod of its own that went. */
  private replace(name: string): void {
    const set = this.every("StatefulSet").find(({ metadata }) => name.startsWith(`${metadata?.name}-`));
    const source = this.sources.get(name);
    if (set && source !== "none") this.podOf(set, name, source);
  }

  private readonly sources = new Map<string, Source | "none">();

  override async remove(kind: Kind, name: string, namespace?: string): Promise<void> {
    if (kind === "Pod") {
      const pod = this.every("Pod").find(({ metadata }) => metadata?.name === name);
      const [volume] = pod?.spec?.volumes ?? [];
      const claim = volume?.persistentVolumeClaim?.claimName;
      const source = claim === undefined ? (volume ? "emptyDir" : undefined) : { claim };
      this.memory.delete(pod?.metadata?.uid ?? "");
      this.sources.set(name, pod?.metadata?.ownerReferences ? source : "none");
    }
    await super.remove(kind, name, namespace);
  }

  /** The disk behind a path of a pod: the claim's on the NAS, or one that goes with the pod. */
  private mountedDisk(pod: V1Pod, path: string): Map<string, File> {
    const mount = pod.spec?.containers[0]?.volumeMounts?.find(({ mountPath }) => mountPath === path);
    const volume = pod.spec?.volumes?.find(({ name }) => name === mount?.name);
    const claim = volume?.persistentVolumeClaim?.claimName;
    if (claim === undefined) return this.disk(pod.metadata?.uid ?? "");
    const found = this.every("PersistentVolumeClaim").find(({ metadata }) => metadata?.name === claim);
    const own = found?.spec?.volumeName?.replace(`${place.namespace}.`, "");
    return this.disk(own ?? `claims/${claim}`);
  }

  private run(script: string, pod: V1Pod): string {
    const written = /printf %s (\S+) > (\S+)\/(\S+)$/.exec(script);
    const removed = /^rm -f (\S+)\/\.(\S+)\*/.exec(script);
    if (removed) {
      const disk = this.mountedDisk(pod, removed[1] ?? "");
      for (const path of disk.keys()) if (path.startsWith(`.${removed[2]}`)) disk.delete(path);
    }
    if (written) {
      const [, text = "", path = "", file = ""] = written;
      this.mountedDisk(pod, path).set(file, { text, changed: this.now });
    }
    if (script.includes("redis-cli")) return this.redis(script, pod);
    return [...script.matchAll(/^## (\d+)|getent ahostsv4 (\S+);/gm)].length > 0 || script.includes("getent")
      ? this.resolve(script)
      : "";
  }

  private redis(script: string, pod: V1Pod): string {
    const memory = this.memory.get(pod.metadata?.uid ?? "") ?? new Map<string, string>();
    if (script.includes("--scan")) {
      for (const key of memory.keys()) if (key.startsWith("storage-lab-grade-")) memory.delete(key);
    }
    const answers = [...script.matchAll(/redis-cli (PING|SET (\S+) (\S+)|GET (\S+)|SAVE)/g)].map(
      ([command, , key = "", value = "", asked = ""]) => {
        if (command.includes("PING")) return "PONG";
        if (command.includes("GET")) return memory.get(asked) ?? "";
        if (command.includes("SAVE")) {
          const text = JSON.stringify(Object.fromEntries(memory));
          this.mountedDisk(pod, this.data).set("dump.rdb", { text, changed: this.now });
        } else memory.set(key, value);
        return "OK";
      },
    );
    return `${answers.join("\n")}\n`;
  }

  private resolve(script: string): string {
    const names = [...script.matchAll(/getent ahostsv4 (\S+?);/g)].map(([, name = ""]) => name);
    const isNamed = this.every("Service").some(
      ({ metadata, spec }) => metadata?.name === "store" && spec?.clusterIP === "None",
    );
    return names
      .map((name, index) => {
        const pod = this.every("Pod").find(({ metadata }) => isNamed && name.startsWith(`${metadata?.name}.store.`));
        const address = this.dnsNames.get(name) ?? pod?.status?.podIP;
        return `## ${index}\n${address ? `${address} STREAM ${name}\n` : ""}`;
      })
      .join("");
  }

  private wouldSay(kind: Kind, object: Kinds[Kind]): { refused?: string } {
    if (kind === "ConfigMap") object.metadata = { ...object.metadata, creationTimestamp: new Date(this.now * 1000) };
    if (kind !== "PersistentVolumeClaim") return {};
    const [{ status } = {}] = this.every("ResourceQuota");
    const left =
      parseInt(status?.hard?.["requests.storage"] ?? "") - parseInt(status?.used?.["requests.storage"] ?? "");
    return left < 8 ? { refused: "exceeded quota: student, requested: requests.storage=8Mi" } : {};
  }
}
