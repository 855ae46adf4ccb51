import { createHash } from "node:crypto";
import type { V1CSINodeDriver, V1PersistentVolumeClaim, V1Pod, V1VolumeAttachment } from "@kubernetes/client-node";
import type { Patch } from "../../../exercises/cluster/kubernetes-cluster";
import type { Kind, Kinds } from "../../../exercises/cluster/kinds";
import { FakeCluster } from "./fake-cluster";

const driver = "nfs.csi.k8s.io";
const namespace = "csi-nfs";
const controller = "csi-nfs-controller-1";

/** What can go wrong in this cluster. */
export interface CsiErrors {
  /** The driver's log has upstream's two lines for a call. */
  upstream?: boolean;
  /** Calls that are not logged. */
  silent?: string[];
  /** By how much the clock of node1 is ahead, in milliseconds. */
  skew?: number;
  /** Volumes are of another driver. */
  foreignDriver?: boolean;
  /** Nothing marks attachments as attached. */
  noAttacher?: boolean;
  /** Attachments stay when their pods go. */
  keepsAttachments?: boolean;
  /** Attachments that the controller manager did not make are deleted with the others. */
  deletesForeign?: boolean;
  /** Claims do not grow. */
  noResizer?: boolean;
  /** A claim's pods are replaced when it grows. */
  replacesPods?: boolean;
  /** A node plugin stays when it is deleted. */
  keepsPlugin?: boolean;
  /** A deleted node plugin is not replaced. */
  noPlugin?: boolean;
  /** A new node plugin does not register. */
  unregistered?: boolean;
  /** Directories of deleted claims are deleted, whatever the class says. */
  deletesAll?: boolean;
}

/** A cluster in memory with the CSI driver for NFS, its sidecars and kubelets, all of them done at once. */
export class FakeCsi extends FakeCluster {
  /** Directories below the share, each with the text in its file. */
  readonly directories = new Map<string, string>();
  readonly logs = new Map<string, string[]>();
  private uids = 0;

  constructor(readonly errors: CsiErrors = {}) {
    super();
    this.add("CSIDriver", {
      metadata: { name: driver },
      spec: { attachRequired: true, volumeLifecycleModes: ["Persistent"], fsGroupPolicy: "File" },
    });
    this.add("StorageClass", {
      metadata: { name: "nfs-csi" },
      provisioner: driver,
      allowVolumeExpansion: true,
      parameters: { server: "nas", share: "/nfs", onDelete: "delete" },
    });
    this.driverPod(controller, "node1", "csi-nfs-controller", ["csi-provisioner", "csi-attacher", "csi-resizer"]);
    for (const call of ["GetPluginInfo", "GetPluginCapabilities", "ControllerGetCapabilities"]) {
      this.called(controller, "Identity", call);
    }
    for (const name of ["node1", "node2"]) {
      this.add("Node", { metadata: { name }, spec: {}, status: { conditions: [{ type: "Ready", status: "True" }] } });
      this.add("CSINode", { metadata: { name }, spec: { drivers: [{ name: driver, nodeID: name }] } });
      this.plugin(name);
    }
    this.onLog = (pod, { timestamps, container }) =>
      (container === "nfs" ? (this.logs.get(pod) ?? []) : [])
        .map((line) => (timestamps ? line : line.replace(/^\S+ /, "")))
        .join("\n");
    this.onScript = (script) => this.answer(script);
  }

  override async create<K extends Kind>(kind: K, object: Kinds[K]): Promise<Kinds[K]> {
    const made = structuredClone(object);
    made.metadata = { ...made.metadata, uid: `uid-${++this.uids}`, creationTimestamp: wholeSecond() };
    this.add(kind, made);
    const { name, namespace: inside } = made.metadata;
    if (kind === "Namespace") this.add("ServiceAccount", { metadata: { name: "default", namespace: name } });
    if (kind === "PersistentVolumeClaim") await this.provision(made as Kinds["PersistentVolumeClaim"]);
    if (kind === "Pod") this.start(made as V1Pod);
    if (kind === "VolumeAttachment") this.attach(made as V1VolumeAttachment);
    return (await this.find(kind, name ?? "", inside)) as Kinds[K];
  }

  override async patch(kind: Kind, name: string, inside: string | undefined, patch: Patch): Promise<void> {
    await super.patch(kind, name, inside, patch);
    const claim = kind === "PersistentVolumeClaim" ? await this.find(kind, name, inside) : undefined;
    if (!claim || this.errors.noResizer) return;
    const storage = claim.spec?.resources?.requests?.storage ?? "";
    claim.status = { ...claim.status, capacity: { storage } };
    this.called(controller, "Controller", "ControllerExpandVolume", this.handleOf(claim));
    this.happens(claim, "VolumeResizeSuccessful", "Resize volume succeeded");
    if (!this.errors.replacesPods) return;
    for (const entry of this.objects.filter(({ object }) => object.metadata?.namespace === inside)) {
      if (entry.kind !== "Pod") continue;
      const { metadata } = entry.object;
      entry.object = { ...entry.object, metadata: { ...metadata, uid: `uid-${++this.uids}` } };
    }
  }

  override async remove(kind: Kind, name: string, inside?: string): Promise<void> {
    if (kind === "Pod" && inside === namespace && this.errors.keepsPlugin) return;
    const object = await this.find(kind, name, inside);
    await super.remove(kind, name, inside);
    if (kind === "PersistentVolumeClaim" && object) await this.delete(object as V1PersistentVolumeClaim);
    if (kind !== "Pod" || !object) return;
    const { nodeName = "" } = (object as V1Pod).spec ?? {};
    if (inside !== namespace) await this.end(object as V1Pod);
    else if (!this.errors.noPlugin) this.plugin(nodeName, !this.errors.unregistered);
  }

  private driverPod(name: string, nodeName: string, app: string, sidecars: string[]): void {
    const containers = ["nfs", ...sidecars].map((container) => ({ name: container }));
    this.add("Pod", {
      metadata: { name, namespace, uid: `uid-${++this.uids}`, labels: { app } },
      spec: { nodeName, containers },
      status: {
        conditions: [{ type: "Ready", status: "True" }],
        containerStatuses: containers.map((each) => ({
          ...each,
          image: "",
          imageID: "",
          ready: true,
          restartCount: 0,
        })),
      },
    });
  }

  private plugin(node: string, registers = true): void {
    const name = `csi-nfs-node-${node}-${this.uids}`;
    this.driverPod(name, node, "csi-nfs-node", []);
    this.called(name, "Node", "NodeGetInfo");
    const found = this.every("CSINode").find(({ metadata }) => metadata?.name === node);
    if (found && !registers) found.spec.drivers = null as unknown as V1CSINodeDriver[]; // as the API server returns it
  }

  private pluginOn(node: string | undefined): string {
    const found = this.every("Pod").find(
      ({ metadata, spec }) => metadata?.labels?.app === "csi-nfs-node" && spec?.nodeName === node,
    );
    return found?.metadata?.name ?? "";
  }

  /** Writes what the driver logs of a call, in its own form or in upstream's. */
  private called(pod: string, service: string, call: string, volume = ""): void {
    if (this.errors.silent?.includes(call)) return;
    const texts = this.errors.upstream
      ? [`GRPC call: /csi.v1.${service}/${call}`, `GRPC request: {"volume_id":"${volume}"}`]
      : [`${call} ${volume} → done (0.01 s)`];
    const skew = pod.includes("node1") ? (this.errors.skew ?? 0) : 0;
    const lines = texts.map(
      (text) => `${new Date(Date.now() + skew).toISOString()} I1126 07:51:47.1 1 utils.go:110] ${text}`,
    );
    this.logs.set(pod, [...(this.logs.get(pod) ?? []), ...lines]);
  }

  private async provision(claim: V1PersistentVolumeClaim): Promise<void> {
    const found = await this.find("StorageClass", claim.spec?.storageClassName ?? "");
    if (found?.provisioner !== driver) return;
    const { namespace: inside = "", name: claimName = "", uid } = claim.metadata ?? {};
    const name = `pvc-${uid}`;
    const { subDir = "${pv.metadata.name}", onDelete = "delete" } = found.parameters ?? {};
    const directory = subDir
      .replace("${pvc.metadata.namespace}", inside)
      .replace("${pvc.metadata.name}", claimName)
      .replace("${pv.metadata.name}", name);
    this.directories.set(directory, "");
    const volumeHandle = `nas#nfs#${directory}##${onDelete === "delete" ? "" : onDelete}`;
    this.called(controller, "Controller", "CreateVolume", name);
    this.add("PersistentVolume", {
      metadata: { name, creationTimestamp: wholeSecond() },
      spec: {
        csi: { driver: this.errors.foreignDriver ? "other" : driver, volumeHandle },
        persistentVolumeReclaimPolicy: "Delete",
        claimRef: { namespace: inside, name: claimName, uid },
      },
      status: { phase: "Bound", lastPhaseTransitionTime: wholeSecond() },
    });
    claim.spec = { ...claim.spec, volumeName: name };
    claim.status = { phase: "Bound", capacity: { ...claim.spec.resources?.requests } };
  }

  private async delete(claim: V1PersistentVolumeClaim): Promise<void> {
    const [, , directory = "", , onDelete] = this.handleOf(claim).split("#");
    this.called(controller, "Controller", "DeleteVolume", this.handleOf(claim));
    await super.remove("PersistentVolume", claim.spec?.volumeName ?? "");
    const text = this.directories.get(directory) ?? "";
    if (onDelete !== "retain" || this.errors.deletesAll) this.directories.delete(directory);
    if (onDelete === "archive" && !this.errors.deletesAll) this.directories.set(`archived-${directory}`, text);
  }

  private start(pod: V1Pod): void {
    const nodeName = pod.spec?.nodeName ?? pod.spec?.nodeSelector?.["kubernetes.io/hostname"] ?? "node1";
    pod.spec = { containers: [], ...pod.spec, nodeName };
    const conditions = [{ type: "PodScheduled", status: "True", lastTransitionTime: wholeSecond() }];
    const volume = this.volumeOf(pod);
    if (volume) this.use(pod, volume, nodeName);
    pod.status = {
      phase: "Running",
      conditions: [...conditions, { type: "Ready", status: "True" }],
      containerStatuses: [
        {
          ...{ name: "tools", image: "", imageID: "", ready: true, restartCount: 0 },
          state: { running: { startedAt: wholeSecond() } },
        },
      ],
    };
  }

  /** What the attach-detach controller, the attacher and the kubelet do for a pod. */
  private use(pod: V1Pod, volume: Kinds["PersistentVolume"], nodeName: string): void {
    const handle = volume.spec?.csi?.volumeHandle ?? "";
    const name = `csi-${createHash("sha256").update(`${handle}${driver}${nodeName}`).digest("hex")}`;
    if (!this.names("VolumeAttachment").includes(name)) {
      const made: V1VolumeAttachment = {
        metadata: { name, uid: `uid-${++this.uids}`, creationTimestamp: wholeSecond() },
        spec: { attacher: driver, nodeName, source: { persistentVolumeName: volume.metadata?.name } },
      };
      this.add("VolumeAttachment", made);
      this.attach(made);
    }
    this.happens(pod, "SuccessfulAttachVolume", `AttachVolume.Attach succeeded for volume "${volume.metadata?.name}"`);
    this.called(this.pluginOn(nodeName), "Node", "NodePublishVolume", handle);
  }

  private attach(made: V1VolumeAttachment): void {
    if (this.errors.noAttacher) return;
    made.status = { attached: true };
    made.metadata = {
      ...made.metadata,
      managedFields: [{ manager: "csi-attacher", subresource: "status", time: wholeSecond() }],
    };
  }

  private async end(pod: V1Pod): Promise<void> {
    const volume = this.volumeOf(pod);
    if (!volume) return;
    this.called(this.pluginOn(pod.spec?.nodeName), "Node", "NodeUnpublishVolume", volume.spec?.csi?.volumeHandle);
    if (this.errors.keepsAttachments) return;
    for (const { metadata, spec } of this.every("VolumeAttachment")) {
      const foreign = metadata?.labels !== undefined;
      if (foreign ? this.errors.deletesForeign : spec.nodeName === pod.spec?.nodeName) {
        await super.remove("VolumeAttachment", metadata?.name ?? "");
      }
    }
  }

  private volumeOf(pod: V1Pod): Kinds["PersistentVolume"] | undefined {
    const claimName = pod.spec?.volumes?.[0]?.persistentVolumeClaim?.claimName;
    return this.every("PersistentVolume").find(
      ({ spec }) => spec?.claimRef?.name === claimName && spec?.claimRef?.namespace === pod.metadata?.namespace,
    );
  }

  private handleOf({ spec }: V1PersistentVolumeClaim): string {
    const volume = this.every("PersistentVolume").find(({ metadata }) => metadata?.name === spec?.volumeName);
    return volume?.spec?.csi?.volumeHandle ?? "";
  }

  private happens({ metadata }: V1PersistentVolumeClaim | V1Pod, reason: string, message: string): void {
    const involvedObject = { uid: metadata?.uid };
    const event = { metadata: { namespace: metadata?.namespace }, involvedObject, reason, message };
    // As the client leaves it.
    const lastTimestamp = wholeSecond().toISOString() as unknown as Date;
    this.add("Event", { ...event, lastTimestamp });
  }

  /** What the shell in a helper pod prints: of mounts, or of the files on the share. */
  private answer(script: string): string {
    if (script === "cat /proc/mounts") {
      return `nas:/nfs/${[...this.directories.keys()].at(-1)} /mnt/volume nfs4 rw,vers=4.2 0 0`;
    }
    for (const [, text = "", directory = ""] of script.matchAll(/echo '([^']+)' > \/mnt\/volume\/([^/]+)\//g)) {
      this.directories.set(directory, text);
    }
    const read = [...script.matchAll(/^cat \/mnt\/volume\/([^/]+)\//gm)];
    return [...read.map(([, directory = ""]) => this.directories.get(directory) ?? ""), "end"].join("\n");
  }

  private every<K extends Kind>(kind: K): Kinds[K][] {
    return this.objects.filter((entry) => entry.kind === kind).map(({ object }) => object as Kinds[K]);
  }
}

/** Now, as objects have it. */
function wholeSecond(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}
