import type { V1Container, V1Deployment, V1PodSpec, V1StatefulSet } from "@kubernetes/client-node";

/** What somebody added to a controller's pods. */
export interface Added {
  /** Each in words: "spec.template.spec.containers[redis].command was added". */
  lines: string[];
  /** The strategic merge patch that takes it away. */
  patch: Record<string, unknown>;
}

/**
 * Fields for which the API server has no default: where the program does not set one, a person has. Pulumi, which compares
 * what the program did set, neither sees them nor takes them away.
 */
const POD_FIELDS = [
  "activeDeadlineSeconds",
  "affinity",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "nodeName",
  "nodeSelector",
  "runtimeClassName",
  "tolerations",
  "topologySpreadConstraints",
];
const CONTAINER_FIELDS = [
  "args",
  "command",
  "envFrom",
  "lifecycle",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "stdin",
  "tty",
  "workingDir",
];

/** Lists whose members the API server tells apart by a key. */
const POD_LISTS = { initContainers: "name", volumes: "name" };
const CONTAINER_LISTS = { env: "name", volumeMounts: "mountPath", volumeDevices: "devicePath" };

type Fields = Record<string, unknown>;

/** What somebody added to a Deployment or StatefulSet; undefined where that is nothing. */
export function addedFields(wanted: Fields, { spec }: V1Deployment | V1StatefulSet): Added | undefined {
  const wish = (wanted.spec ?? {}) as Fields & { template?: { spec?: V1PodSpec } };
  const live = (spec ?? {}) as Fields & { template?: { spec?: V1PodSpec } };
  const controller = added(wish, live, ["paused"], {}, "spec");
  const pod = addedToPod(wish.template?.spec, live.template?.spec);
  const lines = [...controller.lines, ...pod.lines];
  if (lines.length === 0) return undefined;
  const template = pod.lines.length > 0 && { template: { spec: pod.patch } };
  return { lines, patch: { spec: { ...controller.patch, ...template } } };
}

function addedToPod(wanted: V1PodSpec | undefined, live: V1PodSpec | undefined): Added {
  if (!wanted || !live) return { lines: [], patch: {} };
  const path = "spec.template.spec";
  const pod = added(wanted as unknown as Fields, live as unknown as Fields, POD_FIELDS, POD_LISTS, path);
  const containers = live.containers.map((container) => {
    const wish = wanted.containers.find(({ name }) => name === container.name);
    return addedToContainer(wish, container, `${path}.containers[${container.name}]`);
  });
  const changed = containers.filter(({ lines }) => lines.length > 0);
  return {
    lines: [...pod.lines, ...changed.flatMap(({ lines }) => lines)],
    patch: { ...pod.patch, ...(changed.length > 0 && { containers: changed.map(({ patch }) => patch) }) },
  };
}

function addedToContainer(wanted: V1Container | undefined, live: V1Container, path: string): Added {
  const { name } = live;
  if (!wanted) return { lines: [`${path} was added`], patch: { name, $patch: "delete" } };
  const found = added(wanted as unknown as Fields, live as unknown as Fields, CONTAINER_FIELDS, CONTAINER_LISTS, path);
  return { lines: found.lines, patch: { name, ...found.patch } };
}

function added(wanted: Fields, live: Fields, fields: string[], lists: Record<string, string>, path: string): Added {
  const single = fields.filter((field) => isSet(live[field]) && !isSet(wanted[field]));
  const members = Object.entries(lists).map(([list, key]) => {
    const of = (object: Fields) => (object[list] ?? []) as Fields[];
    const known = of(wanted).map((member) => member[key]);
    return { list, key, names: of(live).flatMap((member) => (known.includes(member[key]) ? [] : [member[key]])) };
  });
  const some = members.filter(({ names }) => names.length > 0);
  return {
    lines: [
      ...single.map((field) => `${path}.${field} was added`),
      ...some.flatMap(({ list, names }) => names.map((name) => `${path}.${list}[${String(name)}] was added`)),
    ],
    patch: Object.fromEntries<unknown>([
      ...single.map((field) => [field, null] as const),
      ...some.map(({ list, key, names }) => [list, names.map((name) => ({ [key]: name, $patch: "delete" }))] as const),
    ]),
  };
}

/** The API server keeps an empty list or object, and false, no different from none. */
function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
