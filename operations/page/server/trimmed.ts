import type { CoreV1Event, KubernetesObject, V1Deployment, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { REAL_NAME } from "../../../components/index";
import { SECTION_MARK } from "../../../stacks/mark-names";

/** The annotations that are read. */
const KEPT = [REAL_NAME, SECTION_MARK];

/**
 * Takes away from an object what the map has no use for: of a class of a thousand, that is most of the memory. The object
 * itself is changed, because whoever follows the cluster keeps it.
 */
export function trim(kind: string, object: KubernetesObject): void {
  const { metadata } = object;
  if (!metadata) return;
  delete metadata.managedFields;
  const kept = Object.entries(metadata.annotations ?? {}).filter(([name]) => KEPT.includes(name));
  if (kept.length === 0) delete metadata.annotations;
  else metadata.annotations = Object.fromEntries(kept);
  if (kind === "Pod") trimPod(object);
  if (kind === "StatefulSet" || kind === "Deployment") trimWorkload(object);
  if (kind === "Event") trimEvent(object as CoreV1Event);
}

function trimPod({ spec, status }: V1Pod): void {
  if (spec) {
    const { volumes = [], containers, nodeName } = spec;
    const kept = volumes.filter(({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral);
    const names = kept.map(({ name }) => name);
    replace(spec, {
      nodeName,
      volumes: kept.map(({ name, persistentVolumeClaim, ephemeral }) => ({
        name,
        ...(persistentVolumeClaim && { persistentVolumeClaim }),
        ...(ephemeral && { ephemeral: {} }),
      })),
      containers: containers.map(({ name, volumeMounts }) => ({
        name,
        volumeMounts: volumeMounts?.filter((mount) => names.includes(mount.name)),
      })),
    });
  }
  if (status) {
    const { phase, reason, conditions, containerStatuses, initContainerStatuses } = status;
    const states = (list: typeof containerStatuses) =>
      list?.map(({ name, ready, restartCount, state, lastState }) => ({ name, ready, restartCount, state, lastState }));
    replace(status, {
      phase,
      reason,
      conditions: conditions?.filter(({ type }) => type === "Ready" || type === "PodScheduled"),
      containerStatuses: states(containerStatuses),
      initContainerStatuses: states(initContainerStatuses),
    });
  }
}

function trimWorkload({ spec, ...rest }: V1StatefulSet | V1Deployment): void {
  delete rest.status;
  if (!spec) return;
  const { replicas, template } = spec;
  const volumes = (template.spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim }) =>
    persistentVolumeClaim ? [{ name, persistentVolumeClaim }] : [],
  );
  const own =
    "volumeClaimTemplates" in spec || "serviceName" in spec
      ? {
          serviceName: spec.serviceName,
          volumeClaimTemplates: spec.volumeClaimTemplates?.map(({ metadata }) => ({
            metadata: { name: metadata?.name },
          })),
        }
      : {};
  replace(spec, { replicas, template: { spec: { volumes } }, ...own });
}

function trimEvent(event: CoreV1Event): void {
  const { metadata, involvedObject, type, reason, message, lastTimestamp, eventTime } = event;
  replace(event, {
    metadata: {
      name: metadata.name,
      namespace: metadata.namespace,
      resourceVersion: metadata.resourceVersion,
      creationTimestamp: metadata.creationTimestamp,
    },
    involvedObject: { uid: involvedObject.uid },
    type,
    reason,
    message,
    lastTimestamp,
    eventTime,
  });
}

function replace(object: object, fields: object): void {
  for (const key of Object.keys(object)) delete (object as Record<string, unknown>)[key];
  Object.assign(object, fields);
}
