import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NodeDirectory, readyWithin, StaticVolume, VolumeClass } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";

/** A disk of one node: class, directory, volume, a claim that waits, and the pod that it waits for. */
export const localVolume: Section = {
  make(context) {
    const { config, exampleNamespace: namespace, provider, toolsImage: image } = context;
    const names = context.names.localVolume;
    const labels = { app: names.deployment };
    const path = config.localPath ?? names.path;
    const node = config.localNode;
    if (node === undefined)
      throw new pulumi.RunError("storage-lab:course.localNode is missing, which localVolume needs.");
    const storageClass = new VolumeClass(
      COURSE_NAMES.localVolume.storageClass,
      { className: names.storageClass },
      { provider },
    );
    const directory = new NodeDirectory(
      "local-01",
      { jobName: names.job, namespace: context.namespace, node, path, image },
      { provider },
    );
    const volume = new StaticVolume(
      "local-01",
      {
        volumeName: names.volume,
        claimName: names.claim,
        namespace,
        source: { type: "local", path, nodes: [node] },
        capacity: "10Gi",
        request: "5Gi",
        storageClassName: storageClass.className,
      },
      { provider, dependsOn: directory },
    );
    const reader = new k8s.apps.v1.Deployment(
      COURSE_NAMES.localVolume.deployment,
      {
        metadata: { name: names.deployment, namespace },
        spec: {
          replicas: 1,
          // ReadWriteOnce keeps pods to one node, not to one pod: the old one goes before the new one comes.
          strategy: { type: "Recreate" },
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              // As process 1 of its container, sleep hears no TERM.
              terminationGracePeriodSeconds: 1,
              containers: [
                {
                  name: "reader",
                  image,
                  command: ["sleep", "infinity"],
                  resources: { requests: { memory: "16Mi", cpu: "10m" }, limits: { memory: "64Mi" } },
                  volumeMounts: [{ name: "data", mountPath: "/data" }],
                },
              ],
              volumes: [{ name: "data", persistentVolumeClaim: { claimName: volume.claimName } }],
            },
          },
        },
      },
      {
        provider,
        deleteBeforeReplace: true,
        replaceWith: [volume.persistentVolume],
        customTimeouts: readyWithin(config),
      },
    );
    return { storageClass: storageClass.className, volume: volume.volumeName, deployment: reader.metadata.name };
  },
};

/** The class whose claims wait for a pod. Here they stay Pending: there is no volume for them. */
export const fastSsd: Section = {
  make({ names, provider }) {
    const { storageClass: className } = names.fastSsd;
    const storageClass = new VolumeClass(
      COURSE_NAMES.fastSsd.storageClass,
      { className },
      { provider, transformations: [withExpansion] },
    );
    return { storageClass: storageClass.className };
  },
};

/** As the course has it, to show that nothing comes of it; as the component's argument, each `pulumi up` would warn of that. */
const withExpansion: pulumi.ResourceTransformation = ({ type, props, opts }) =>
  type === "kubernetes:storage.k8s.io/v1:StorageClass"
    ? { props: { ...props, allowVolumeExpansion: true }, opts }
    : undefined;
