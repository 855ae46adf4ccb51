import type { V1PersistentVolume, V1PersistentVolumeClaim, V1StorageClass } from "@kubernetes/client-node";
import type { Patch } from "../../../exercises/cluster/kubernetes-cluster";
import type { Kind, Kinds } from "../../../exercises/cluster/kinds";
import { FakeCluster } from "./fake-cluster";

const provisioner = "k8s-sigs.io/nfs-subdir-external-provisioner";
const defaultMark = "storageclass.kubernetes.io/is-default-class";

/** What can go wrong in this cluster, each against what Kubernetes does. */
export interface Errors {
  /** Claims get volumes that are kept for others. */
  ignoresClaimRefs?: boolean;
  /** A bound volume, and a claim in use, go at once when they are deleted. */
  unprotected?: boolean;
  /** Directories of deleted claims stay, whatever the class says. */
  keepsDirectories?: boolean;
  /** Claims with an empty class get the default one, too. */
  fillsEmptyClasses?: boolean;
  /** A claim without a class is given one, although there is no default class. */
  namesClasses?: boolean;
  /** A claim of a class that waits for its first consumer is bound at once. */
  bindsAtOnce?: boolean;
}

/** A cluster in memory with the controllers of volumes, claims and pods, all of them done at once. */
export class FakeVolumes extends FakeCluster {
  /** Directories below the export. */
  readonly directories = new Set<string>();
  private uids = 0;

  constructor(private readonly errors: Errors = {}) {
    super();
    for (const name of ["node1", "node2"]) {
      this.add("Node", { metadata: { name }, spec: {}, status: { conditions: [{ type: "Ready", status: "True" }] } });
    }
    this.add("StorageClass", storageClass("nfs-client", "Delete", { onDelete: "delete" }));
    this.add("StorageClass", storageClass("nfs-client-retain", "Retain", { archiveOnDelete: "true" }));
    // The course's static pair, from which exercises read where the NAS is.
    const pair = { namespace: "shiqi", name: "pvc-shiqi-redis" };
    this.add("PersistentVolume", {
      metadata: { name: "pv-shiqi-redis" },
      spec: { nfs: { server: "nas", path: "/nfs/shiqi-redis" }, storageClassName: "", claimRef: pair },
    });
    this.add("PersistentVolumeClaim", { metadata: { ...pair, uid: "pair" }, spec: { storageClassName: "" } });
    this.reconcile();
  }

  override create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]> {
    const made = structuredClone(object);
    made.metadata = { ...made.metadata, uid: `uid-${++this.uids}` };
    this.add(kind, made);
    const { name = "", namespace } = made.metadata;
    if (kind === "Namespace") this.add("ServiceAccount", { metadata: { name: "default", namespace: name } });
    if (kind === "Pod") this.schedule(made as Kinds["Pod"]);
    if (kind === "PersistentVolume") made.metadata.finalizers = ["kubernetes.io/pv-protection"];
    if (kind === "PersistentVolumeClaim") {
      made.metadata.finalizers = ["kubernetes.io/pvc-protection"];
      this.assignDefaultClass(made as Kinds["PersistentVolumeClaim"]);
    }
    this.onCreate(kind, made);
    this.reconcile();
    return this.find(kind, name, namespace) as Promise<Kinds[K]>;
  }

  override async patch(kind: Kind, name: string, namespace: string | undefined, patch: Patch): Promise<void> {
    await super.patch(kind, name, namespace, patch);
    const object = await this.find(kind, name, namespace);
    if (object?.metadata?.deletionTimestamp && !object.metadata.finalizers) await super.remove(kind, name, namespace);
    this.reconcile();
  }

  override async remove(kind: Kind, name: string, namespace?: string): Promise<void> {
    const object = await this.find(kind, name, namespace);
    const held = !this.errors.unprotected && object && this.isHeld(kind, object);
    if (held) object.metadata = { ...object.metadata, deletionTimestamp: new Date() };
    else await super.remove(kind, name, namespace);
    if (kind === "Pod") await this.releaseClaims();
    this.reconcile();
  }

  private isHeld(kind: Kind, object: Kinds[Kind]): boolean {
    if (kind === "PersistentVolume") return (object as V1PersistentVolume).status?.phase === "Bound";
    if (kind !== "PersistentVolumeClaim") return false;
    return this.usersOf(object as V1PersistentVolumeClaim).length > 0;
  }

  private usersOf({ metadata }: V1PersistentVolumeClaim): Kinds["Pod"][] {
    return this.every("Pod").filter(
      (pod) =>
        pod.metadata?.namespace === metadata?.namespace &&
        pod.spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === metadata?.name),
    );
  }

  private async releaseClaims(): Promise<void> {
    for (const claim of this.every("PersistentVolumeClaim")) {
      const { name = "", namespace, deletionTimestamp } = claim.metadata ?? {};
      if (deletionTimestamp && this.usersOf(claim).length === 0)
        await super.remove("PersistentVolumeClaim", name, namespace);
    }
  }

  /** Every pod runs at once on the node it asks for, unless its claim is for one pod only and in use. */
  private schedule(pod: Kinds["Pod"]): void {
    const used = this.every("PersistentVolumeClaim").find(
      (claim) =>
        claim.spec?.accessModes?.includes("ReadWriteOncePod") &&
        this.usersOf(claim).includes(pod) &&
        this.usersOf(claim).some(({ spec }) => spec?.nodeName),
    );
    if (used) {
      const words = "node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode";
      this.happens(pod, "FailedScheduling", words);
      return;
    }
    const nodeName = pod.spec?.nodeName ?? pod.spec?.nodeSelector?.["kubernetes.io/hostname"] ?? "node1";
    pod.spec = { containers: [], ...pod.spec, nodeName };
    pod.status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
  }

  /** The volume controller and the provisioner, until nothing changes. */
  private reconcile(): void {
    for (const claim of this.every("PersistentVolumeClaim")) this.syncClaim(claim);
    for (const volume of this.every("PersistentVolume")) this.syncVolume(volume);
    for (const claim of this.every("PersistentVolumeClaim")) this.syncClaim(claim);
  }

  private syncClaim(claim: V1PersistentVolumeClaim): void {
    const { spec, metadata, status } = claim;
    if (!spec || !metadata) return;
    if (status?.phase === "Bound") {
      const volume = this.every("PersistentVolume").find((one) => one.metadata?.name === spec.volumeName);
      if (volume) bind(volume, claim);
      else {
        status.phase = "Lost";
        this.happens(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
      }
      return;
    }
    if (status?.phase === "Lost") return;
    claim.status = { phase: "Pending" };
    if (!this.every("PersistentVolume").some((one) => this.fits(one, claim))) this.assignDefaultClass(claim);
    const found = this.every("StorageClass").find((one) => one.metadata?.name === spec.storageClassName);
    const waits = found?.volumeBindingMode === "WaitForFirstConsumer" && !this.errors.bindsAtOnce;
    if (waits && this.usersOf(claim).length === 0) {
      return this.happens(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
    }
    if (found?.provisioner === provisioner) this.provision(claim, found);
    const volume = this.every("PersistentVolume").find((one) => this.fits(one, claim));
    if (volume) {
      bind(volume, claim);
      if (this.errors.namesClasses)
        claim.spec = { ...claim.spec, storageClassName: spec.storageClassName ?? "standard" };
    } else this.happens(claim, "FailedBinding", "no persistent volumes available for this claim");
  }

  /** What the API server does with a new claim, and the volume controller with one that no volume without a class fits. */
  private assignDefaultClass({ spec }: V1PersistentVolumeClaim): void {
    const empty = this.errors.fillsEmptyClasses ? !spec?.storageClassName : spec?.storageClassName === undefined;
    const standard = this.every("StorageClass").find((one) => one.metadata?.annotations?.[defaultMark] === "true");
    if (spec && empty && standard) spec.storageClassName = standard.metadata?.name;
  }

  private fits(
    { metadata, spec }: V1PersistentVolume,
    { metadata: claim, spec: asked }: V1PersistentVolumeClaim,
  ): boolean {
    const ref = spec?.claimRef;
    if (asked?.volumeName && asked.volumeName !== metadata?.name) return false;
    const sameClass = (spec?.storageClassName ?? "") === (asked?.storageClassName ?? "");
    if (!ref || this.errors.ignoresClaimRefs) return sameClass && !ref?.uid;
    return ref.namespace === claim?.namespace && ref.name === claim?.name && (!ref.uid || ref.uid === claim?.uid);
  }

  private provision(claim: V1PersistentVolumeClaim, { metadata, reclaimPolicy }: V1StorageClass): void {
    const { namespace, name, uid } = claim.metadata ?? {};
    const directory = `${namespace}-${name}-pvc-${uid}`;
    this.directories.add(directory);
    this.add("PersistentVolume", {
      metadata: { name: `pvc-${uid}`, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
      spec: {
        nfs: { server: "nas", path: `/nfs/${directory}` },
        persistentVolumeReclaimPolicy: reclaimPolicy,
        storageClassName: metadata?.name,
        claimRef: { namespace, name },
      },
    });
  }

  private syncVolume(volume: V1PersistentVolume): void {
    const { metadata, spec } = volume;
    const ref = spec?.claimRef;
    if (!ref?.uid) {
      volume.status = { phase: "Available" };
      return;
    }
    if (this.every("PersistentVolumeClaim").some((claim) => claim.metadata?.uid === ref.uid)) return;
    volume.status = { phase: "Released" };
    if (spec?.persistentVolumeReclaimPolicy !== "Delete") return;
    if (!metadata?.annotations) {
      volume.status = { phase: "Failed", message: "no deletable volume plugin matched" };
      return;
    }
    const directory = spec.nfs?.path.replace("/nfs/", "") ?? "";
    const found = this.every("StorageClass").find((one) => one.metadata?.name === spec.storageClassName);
    if (!this.errors.keepsDirectories) {
      this.directories.delete(directory);
      if (found?.parameters?.archiveOnDelete === "true") this.directories.add(`archived-${directory}`);
    }
    this.objects.splice(
      this.objects.findIndex(({ object }) => object === volume),
      1,
    );
  }

  private happens({ metadata }: V1PersistentVolumeClaim | Kinds["Pod"], reason: string, message: string): void {
    const involvedObject = { uid: metadata?.uid };
    const event = { metadata: { namespace: metadata?.namespace }, involvedObject, reason, message };
    const known = this.every("Event").some((one) => one.reason === reason && one.involvedObject.uid === metadata?.uid);
    if (!known) this.add("Event", event);
  }

  private every<K extends Kind>(kind: K): Kinds[K][] {
    return this.objects.filter((entry) => entry.kind === kind).map(({ object }) => object as Kinds[K]);
  }
}

function storageClass(name: string, reclaimPolicy: string, parameters: Record<string, string>): V1StorageClass {
  return { metadata: { name }, provisioner, reclaimPolicy, parameters };
}

function bind(volume: V1PersistentVolume, claim: V1PersistentVolumeClaim): void {
  const { namespace, name, uid } = claim.metadata ?? {};
  volume.spec = { ...volume.spec, claimRef: { namespace, name, uid } };
  volume.status = { phase: "Bound" };
  claim.spec = { ...claim.spec, volumeName: volume.metadata?.name };
  claim.status = { phase: "Bound" };
}
