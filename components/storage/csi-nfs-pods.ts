import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { CsiNfsImages } from "./csi-nfs-images";

type PodSpec = k8s.types.input.core.v1.PodSpec;
type Container = k8s.types.input.core.v1.Container;
type VolumeMount = k8s.types.input.core.v1.VolumeMount;
type Args = pulumi.Input<pulumi.Input<string>[]>;

/** The images as they are used: all but the last have a default. */
export type PodImages = Required<Omit<CsiNfsImages, "livenessProbe">> & Pick<CsiNfsImages, "livenessProbe">;

const SOCKET_DIR: VolumeMount = { name: "socket-dir", mountPath: "/csi" };
const REGISTRATION_DIR: VolumeMount = { name: "registration-dir", mountPath: "/registration" };
const SOCKET = "/csi/csi.sock";

/** Ports that each node's liveness probes listen on, on localhost: upstream's. */
const PROBE_PORTS = { controller: 29652, node: 29653 };

/**
 * Both pods use the host's network: a mount lives in the network namespace that made it, and pods' own traffic to the NFS
 * server can be forbidden.
 */
const ON_HOST = {
  hostNetwork: true,
  dnsPolicy: "ClusterFirstWithHostNet",
  nodeSelector: { "kubernetes.io/os": "linux" },
  securityContext: { seccompProfile: { type: "RuntimeDefault" } },
};

export interface ControllerSettings {
  images: PodImages;
  serviceAccountName: pulumi.Input<string>;
  /** What all sidecars are told about the API server and their leader. */
  clientArgs: pulumi.Output<string[]>;
}

/** The driver's Controller service, and next to it what calls it for objects of the API server. */
export function controllerPod({ images, serviceAccountName, clientArgs }: ControllerSettings): PodSpec {
  const client = (name: string, image: pulumi.Input<string>, args: string[]) => {
    const common = ["-v=2", `--csi-address=${SOCKET}`];
    return sidecar(
      name,
      image,
      clientArgs.apply((more) => [...common, ...args, ...more]),
      "400Mi",
    );
  };
  const gates = "--feature-gates=VolumeAttributesClass=false";
  return {
    ...ON_HOST,
    serviceAccountName,
    priorityClassName: "system-cluster-critical",
    containers: [
      client("csi-provisioner", images.provisioner, [
        // What `subDir` has variables for.
        "--extra-create-metadata=true",
        gates,
        "--timeout=1200s",
        "--retry-interval-max=30m",
      ]),
      client("csi-attacher", images.attacher, []),
      client("csi-resizer", images.resizer, ["--handle-volume-inuse-error=false", gates]),
      ...driver(images, PROBE_PORTS.controller, [], []),
    ],
    volumes: [{ name: SOCKET_DIR.name, emptyDir: {} }],
  };
}

export interface NodeSettings {
  images: PodImages;
  serviceAccountName: pulumi.Input<string>;
  /** The kubelet's folder. */
  kubeletDir: pulumi.Output<string>;
  /** Whether a registrar registers the driver, or it does so itself. */
  registrar: boolean;
  tolerations: k8s.types.input.core.v1.PodSpec["tolerations"];
}

/** The driver's Node service, which mounts volumes where the kubelet says, and what makes it known there. */
export function nodePod({ images, serviceAccountName, kubeletDir, registrar, tolerations }: NodeSettings): PodSpec {
  const plugin = pulumi.interpolate`${kubeletDir}/plugins/csi-nfsplugin`;
  const pods = pulumi.interpolate`${kubeletDir}/pods`;
  const registration = pulumi.interpolate`--kubelet-registration-path=${plugin}/csi.sock`;
  const mounted = { name: "pods-mount-dir", mountPath: pods, mountPropagation: "Bidirectional" };
  const containers = registrar
    ? [
        sidecar(
          "node-driver-registrar",
          images.registrar,
          ["--v=2", `--csi-address=${SOCKET}`, registration],
          "100Mi",
          [REGISTRATION_DIR],
        ),
        ...driver(images, PROBE_PORTS.node, [], [mounted]),
      ]
    : driver(images, PROBE_PORTS.node, [registration], [mounted, REGISTRATION_DIR]);
  return {
    ...ON_HOST,
    serviceAccountName,
    priorityClassName: "system-node-critical",
    tolerations,
    containers,
    volumes: [
      { name: SOCKET_DIR.name, hostPath: { path: plugin, type: "DirectoryOrCreate" } },
      { name: mounted.name, hostPath: { path: pods, type: "Directory" } },
      {
        name: REGISTRATION_DIR.name,
        hostPath: { path: pulumi.interpolate`${kubeletDir}/plugins_registry`, type: "Directory" },
      },
    ],
  };
}

/** The driver's container, and the one that asks whether it lives, if any. */
function driver(
  images: PodImages,
  probePort: number,
  args: pulumi.Input<string>[],
  volumeMounts: VolumeMount[],
): Container[] {
  const container: Container = {
    name: "nfs",
    image: images.driver,
    args: ["-v=5", "--nodeid=$(NODE_ID)", `--endpoint=unix://${SOCKET}`, ...args],
    env: [{ name: "NODE_ID", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
    volumeMounts: [SOCKET_DIR, ...volumeMounts],
    resources: small("300Mi"),
    // It mounts.
    securityContext: { privileged: true },
  };
  if (images.livenessProbe === undefined) return [container];
  const listen = `--http-endpoint=localhost:${probePort}`;
  return [
    sidecar(
      "liveness-probe",
      images.livenessProbe,
      ["--v=2", `--csi-address=${SOCKET}`, "--probe-timeout=3s", listen],
      "100Mi",
    ),
    {
      ...container,
      livenessProbe: {
        httpGet: { host: "localhost", path: "/healthz", port: probePort },
        failureThreshold: 5,
        initialDelaySeconds: 30,
        timeoutSeconds: 10,
        periodSeconds: 30,
      },
    },
  ];
}

function sidecar(
  name: string,
  image: pulumi.Input<string>,
  args: Args,
  memory: string,
  volumeMounts: VolumeMount[] = [],
): Container {
  return {
    name,
    image,
    args,
    volumeMounts: [SOCKET_DIR, ...volumeMounts],
    resources: small(memory),
    securityContext: { capabilities: { drop: ["ALL"] } },
  };
}

/** Upstream's requests, and its bounds of memory. */
function small(memory: string) {
  return { requests: { cpu: "10m", memory: "20Mi" }, limits: { memory } };
}
