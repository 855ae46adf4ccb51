import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta, podLabels, type Metadata } from "../metadata";
import { dnsLabelError, labelValueError, shortLabelError } from "../object-name";
import { sizeError } from "../storage/quantity";
import { HeadlessService, type ServiceArgs } from "./headless-service";
import {
  claimTemplates,
  DEFAULT_CAPACITY,
  flatStorage,
  podVolumes,
  replicasError,
  storageKindError,
  storageKinds,
  volumeNameOf,
  type StatefulStorage,
} from "./stateful-storage";
import { readyWithin, SCALED_BY_HAND, type ReadyWithin } from "./workload-options";

/** Arguments of every component of a StatefulSet and its headless Service. */
export interface StatefulServiceArgs extends ReadyWithin {
  /** Name of the StatefulSet, the first part of its pods' names; at most 52 characters. Example: `statefulset-redis-exist-pvc`. */
  statefulSetName: pulumi.Input<string>;
  /** Name of the headless Service, and a part of the pods' DNS names. Example: `redis-exist-pvc`. */
  serviceName: pulumi.Input<string>;
  /** The label `app`, by which Service and StatefulSet know their pods. @default the Service's name */
  app?: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  storage: StatefulStorage;
  /** @default 1 */
  replicas?: pulumi.Input<number>;
  /**
   * Labels and annotations of StatefulSet, Service and Secret; the labels also of the pods, which other ones restart. The
   * claims of a template do not get them: Kubernetes changes no template in place. @default none
   */
  metadata?: Metadata;
}

/** What the program of the pods adds. */
export interface Program {
  port: { name: string; port: number };
  /** Labels next to `app`. */
  labels?: Record<string, pulumi.Input<string>>;
  /** Annotations of the pods: a change of them restarts these. */
  podAnnotations?: Record<string, pulumi.Input<string>>;
  /** The one container, which mounts the storage under the given name. */
  container: (dataVolume: string) => k8s.types.input.core.v1.Container;
  /** Volumes next to the storage. */
  volumes?: k8s.types.input.core.v1.Volume[];
  /** How long a pod gets to end, in seconds. @default Kubernetes' own, 30 */
  graceSeconds?: number;
  /** Whether the pods start and end one after the other, or side by side. @default "OrderedReady" */
  podManagementPolicy?: "OrderedReady" | "Parallel";
  /** What else their spec says. */
  podSpec?: Partial<k8s.types.input.core.v1.PodSpec>;
}

/** What was made, and what it is called. */
export interface StatefulService {
  statefulSet: k8s.apps.v1.StatefulSet;
  service: k8s.core.v1.Service;
  statefulSetName: pulumi.Output<string>;
  serviceName: pulumi.Output<string>;
  /** DNS name of the first pod inside the cluster. */
  host: pulumi.Output<string>;
}

/**
 * Makes, below `parent`, a headless Service and a StatefulSet whose `serviceName` is that very Service, so that
 * `<pod>.<serviceName>` resolves.
 */
export function statefulService(
  parent: pulumi.ComponentResource,
  name: string,
  args: StatefulServiceArgs,
  program: Program,
): StatefulService {
  const made = statefulSet(parent, name, args, program, (service) => new HeadlessService(name, service, { parent }));
  const statefulSetName = made.statefulSet.metadata.name;
  const { service, serviceName } = made.headless;
  const host = pulumi.interpolate`${statefulSetName}-0.${serviceName}.${args.namespace}.svc.cluster.local`;
  return { statefulSet: made.statefulSet, service, statefulSetName, serviceName, host };
}

/**
 * Makes a StatefulSet below `parent`, and its headless Service as `makeService` does it.
 *
 * @param options Of the StatefulSet, next to its own.
 */
export function statefulSet<Headless extends { serviceName: pulumi.Output<string> }>(
  parent: pulumi.ComponentResource,
  name: string,
  args: StatefulServiceArgs,
  program: Program,
  makeService: (args: ServiceArgs) => Headless,
  options: pulumi.CustomResourceOptions = {},
): { statefulSet: k8s.apps.v1.StatefulSet; headless: Headless } {
  const { namespace, metadata } = args;
  const component = `${parent.constructor.name} ${name}`;
  checked(parent, `storage of ${component}`, storageKinds(args.storage), storageKindError);
  const storage = flatStorage(args.storage);
  const ownVolumes = (program.volumes ?? []).map((volume) => volume.name);
  const dataVolume = volumeNameOf(name, storage);
  checked(parent, `storage of ${component}`, dataVolume, (volumeName) =>
    ownVolumes.includes(volumeName)
      ? `"${volumeName}" is another volume of its pods: give it another name`
      : dnsLabelError(volumeName),
  );
  const asked = ("template" in storage && storage.template.capacity) || DEFAULT_CAPACITY;
  const capacity = checked(parent, `capacity of the template of ${component}`, asked, sizeError);
  const setName = checked(parent, `statefulSetName of ${component}`, args.statefulSetName, statefulSetNameError);
  const what = `replicas of ${component}`;
  const settings = { count: args.replicas ?? 1, accessModes: ("accessModes" in storage && storage.accessModes) || [] };
  const { count: replicas } = checked(parent, what, settings, ({ count, accessModes }) =>
    replicasError(count, storage, accessModes),
  );
  const app = checked(parent, `app of ${component}`, args.app ?? args.serviceName, labelValueError);
  const selector = { app };
  const labels = { ...selector, ...program.labels };
  const headless = makeService({ serviceName: args.serviceName, namespace, selector, port: program.port, metadata });
  const made = new k8s.apps.v1.StatefulSet(
    `${name}-statefulset`,
    {
      metadata: objectMeta({ name: setName, namespace, labels, annotations: SCALED_BY_HAND }, metadata),
      spec: {
        serviceName: headless.serviceName,
        replicas,
        podManagementPolicy: program.podManagementPolicy,
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: podLabels(labels, metadata), annotations: program.podAnnotations },
          spec: {
            containers: [program.container(dataVolume)],
            restartPolicy: "Always",
            terminationGracePeriodSeconds: program.graceSeconds,
            volumes: [...podVolumes(name, storage), ...(program.volumes ?? [])],
            ...program.podSpec,
          },
        },
        ...claimTemplates(storage, capacity),
      },
    },
    {
      ...options,
      parent,
      deleteBeforeReplace: true,
      replaceWith: "template" in storage || !storage.replaceWith ? undefined : [storage.replaceWith],
      customTimeouts: readyWithin(args),
    },
  );
  return { statefulSet: made, headless };
}

/** Its controller makes a label of the name and up to 11 characters more, which the API server refuses on every pod. */
function statefulSetNameError(name: string): string | undefined {
  return shortLabelError(name, 52, "its pods get it, with a dash and 10 characters, as a label, which holds 63");
}
