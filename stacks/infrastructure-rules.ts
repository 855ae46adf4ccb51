import type { z } from "zod";
import { bareAddress, deletionError, pathPatternsOverlap, releaseOf, shareError } from "../components/index";
import { additionalWith } from "./additional-schema";
import { csiErrors } from "./csi-schema";
import { sourceError } from "./existing-schema";
import { fsids } from "./export-schema";
import { admits, clientOf, isAddress, isNetwork, unquoted } from "./fields";
import { placeOf } from "./host-schema";
import type { infrastructureFields } from "./infrastructure-schema";
import { repeated } from "./unique";

type Settings = z.output<typeof infrastructureFields>;
type Path = (string | number)[];

export interface ConfigError {
  path: Path;
  message: string;
}

/** An export as the rules see it: where its keys are, and what they say. */
interface Part extends Pick<
  ReturnType<typeof additionalWith>,
  "export" | "existing" | "provisioner" | "storageClasses"
> {
  at: Path;
  name?: string;
  host?: string;
}

/** What is wrong with an infrastructure whose keys are right, each for itself. */
export function infrastructureErrors(value: Settings): ConfigError[] {
  const parts = partsOf(value);
  const classes = [
    ...parts.flatMap(({ at, storageClasses }) =>
      storageClasses.map((each, index) => ({ each, path: [...at, "storageClasses", index] })),
    ),
    ...(value.csi?.storageClasses ?? []).map((each, index) => ({ each, path: ["csi", "storageClasses", index] })),
  ];
  const defaults = classes.filter(({ each }) => each.default);
  return [
    ...clientErrors(value, parts),
    ...hostErrors(value),
    ...additionalErrors(value, parts),
    ...fsidErrors(parts),
    ...repeated(classes, ({ each }) => each.name).map(({ index, value: name }) => ({
      path: [...(classes[index]?.path ?? []), "name"],
      message: `is used twice: ${name} is another class's already`,
    })),
    ...parts.flatMap(patternErrors),
    ...csiErrors(value.csi, parts),
    ...exportOfCsiErrors(value, parts),
    ...namespaceErrors(value, parts),
    ...parts.flatMap(deletionErrors),
    ...(defaults.length > 1
      ? [{ path: ["storageClasses"], message: `has ${defaults.length} default classes: one is the default` }]
      : []),
  ];
}

function partsOf({ nas, export: wanted, existing, provisioner, storageClasses, additional = [] }: Settings): Part[] {
  const first = { at: [], host: nas?.host, export: wanted, existing, provisioner, storageClasses };
  const further = additional.map((each, index) => ({
    ...additionalWith(each, provisioner),
    at: ["additional", index],
    host: each.nas === undefined ? nas?.host : each.nas.host,
  }));
  return [first, ...further];
}

/** Nodes that an export's clients do not admit, where all of these are addresses. */
function clientErrors({ nodes = [] }: Settings, parts: Part[]): ConfigError[] {
  return parts.flatMap(({ at, export: wanted }) => {
    const clients = (wanted?.clients ?? []).map(clientOf);
    if (clients.length === 0 || !clients.every((entry) => isNetwork(entry) || isAddress(entry))) return [];
    return nodes.flatMap((node, index) => {
      const key = node.address === undefined ? "host" : "address";
      const address = node[key];
      if (address === undefined || !isAddress(address) || clients.some((entry) => admits(entry, address))) return [];
      if (at.length > 0) {
        const message = `do not admit nodes[${index}].${key} (${JSON.stringify(address)}): add its network there`;
        return [{ path: [...at, "export", "clients"], message }];
      }
      const message = `is in none of the export's clients (${clients.join(", ")}): add its network there`;
      return [{ path: ["nodes", index, key], message }];
    });
  });
}

function hostErrors({ nas, nodes = [], additional = [], ssh }: Settings): ConfigError[] {
  const named = [
    ...(nas ? [{ name: nas.name, path: ["nas", "name"] as Path }] : []),
    ...nodes.map(({ name }, index) => ({ name, path: ["nodes", index, "name"] as Path })),
    ...additional.flatMap((each, index) =>
      each.nas ? [{ name: each.nas.name, path: ["additional", index, "nas", "name"] as Path }] : [],
    ),
  ];
  return [
    ...repeated(named, ({ name }) => name).map(({ index, value: name }) => ({
      path: named[index]?.path ?? [],
      message: `is used twice: ${name} names another host already`,
    })),
    ...repeated(nodes, (each) => placeOf(each, ssh)).map(({ index, value: address }) => ({
      path: ["nodes", index, "host"],
      message: `is used twice: ${address} is another node's already`,
    })),
  ];
}

/** Exports of a host that one client could not tell from each other; the server takes them without a word. */
function fsidErrors(parts: Part[]): ConfigError[] {
  const all = parts.flatMap(({ at, host, export: wanted }) =>
    wanted && host ? fsids(wanted).map((each) => ({ ...each, at, host: bareAddress(host) })) : [],
  );
  return repeated(all, (each) => `${each.host} ${each.client} ${each.fsid}`).flatMap(({ index }) => {
    const { at, client, fsid } = all[index]!;
    const message = `give ${client} the fsid ${fsid}, which another export of the host has: give each one of its own`;
    return [{ path: [...at, "export", "options"], message }];
  });
}

/** What two exports of one stack would take from each other. */
function additionalErrors({ nas, nodes = [], additional = [] }: Settings, parts: Part[]): ConfigError[] {
  const hosts = [nas, ...nodes, ...additional.map((each) => each.nas)].flatMap((host) => host?.name ?? []);
  const taken = (key: Path, of: (part: Part) => string | undefined, what: string) =>
    repeated(
      parts.map((part, index) => ({ part, value: of(part) ?? `none of ${index}` })),
      ({ value }) => value,
    ).map(({ index, value }) => ({
      path: [...(parts[index]?.at ?? []), ...key],
      message: `${what} is ${value}, as another export's: name another one`,
    }));
  return [
    ...additional.flatMap(({ name }, index) =>
      hosts.includes(name)
        ? [{ path: ["additional", index, "name"], message: `is used twice: ${name} names a host already` }]
        : [],
    ),
    // What proves an export on a node is called by the names of both.
    ...additional.flatMap(({ name }, index) => {
      const [node] = nodes.filter((each) => nodes.some((other) => other.name === `${each.name}-${name}`));
      if (!node) return [];
      const message = `makes ${node.name}-${name} of the node ${node.name}, and that is another node's name: name another one`;
      return [{ path: ["additional", index, "name"], message }];
    }),
    ...additional.flatMap((each, index) => {
      const error = sourceError({ ...each, nas: each.nas ?? (each.existing ? undefined : nas) });
      return error ? [{ path: ["additional", index, ...error.path], message: error.message }] : [];
    }),
    ...taken(["name"], ({ name }) => name, "the name"),
    ...taken(["provisioner", "namespace"], ({ provisioner }) => provisioner.namespace, "the namespace"),
    ...taken(["provisioner", "name"], ({ provisioner }) => provisioner.name, "the provisioner's name"),
    ...taken(
      ["provisioner", "clusterRolePrefix"],
      ({ provisioner }) => `"${provisioner.clusterRolePrefix}"`,
      "the prefix",
    ),
    ...taken(
      ["export", "path"],
      ({ export: wanted, host }) => wanted && host && `${bareAddress(host)}:${wanted.path}`,
      "the folder",
    ),
    ...taken(
      ["existing", "path"],
      ({ existing }) => existing && `${bareAddress(existing.server)}:${existing.path}`,
      "the export",
    ),
  ];
}

/** Classes of one provisioner that can give two claims the same directory. */
function patternErrors({ at, storageClasses }: Part): ConfigError[] {
  return storageClasses.flatMap(({ name, pathPattern }, index) => {
    if (pathPattern === undefined) return [];
    const first = storageClasses.findIndex(
      (each) => each.pathPattern !== undefined && pathPatternsOverlap(each.pathPattern, pathPattern),
    );
    if (first === index) return [];
    const message =
      `can give a claim the directory of one in storageClasses[${first}].pathPattern ` +
      `(${JSON.stringify(storageClasses[first]?.pathPattern)}): a claim made again in the other class would get ` +
      `the data that the first one left. Let one begin with its class, such as ${name}_${pathPattern}`;
    return [{ path: [...at, "storageClasses", index, "pathPattern"], message }];
  });
}

function deletionErrors({ at, provisioner, storageClasses }: Part): ConfigError[] {
  const release = provisioner.release ?? releaseOf(provisioner.image);
  return storageClasses.flatMap(({ onDelete = "archive", ...rest }, index) => {
    const error = deletionError({ ...rest, onDelete, release })?.replace(`"${rest.pathPattern}" `, "");
    if (error === undefined) return [];
    const message = error.replace("provisionerRelease", "provisioner.release");
    return [{ path: [...at, "storageClasses", index, "pathPattern"], message }];
  });
}

/** Classes of the CSI driver are on one of the exports, whose path it can mount. */
function exportOfCsiErrors({ csi, additional = [] }: Settings, parts: Part[]): ConfigError[] {
  if (!csi) return [];
  const names = additional.map(({ name }) => name);
  const unknown = csi.storageClasses.flatMap(({ export: name }, index) => {
    if (name === undefined || names.includes(name)) return [];
    const all = names.length > 0 ? `additional has ${names.join(", ")}` : "there is none";
    return [{ path: ["csi", "storageClasses", index, "export"], message: `is no further export: ${all}` }];
  });
  const shares = parts.flatMap(({ at, name, export: wanted, existing }) => {
    const key = existing === undefined ? "export" : "existing";
    const path = (existing ?? wanted)?.path;
    if (path === undefined || !csi.storageClasses.some((each) => each.export === name)) return [];
    const message = unquoted(shareError)(path);
    return message === undefined ? [] : [{ path: [...at, key, "path"], message }];
  });
  return [...unknown, ...shares];
}

/** Namespaces that the stack would make twice, and those of pods that no name is left for. */
function namespaceErrors({ csi, nodePods }: Settings, parts: Part[]): ConfigError[] {
  const own = [
    ...parts.map(({ at: [list, index], provisioner }) => ({
      ...provisioner,
      key: list === undefined ? "provisioner" : `${list}[${index}].provisioner`,
      path: [...(list === undefined || index === undefined ? [] : [list, index]), "provisioner", "namespace"],
    })),
    ...(csi ? [{ ...csi, key: "csi", path: ["csi", "namespace"] }] : []),
    ...(nodePods ? [{ ...nodePods, key: "nodePods", path: ["nodePods", "namespace"] }] : []),
  ].filter(({ createNamespace }) => createNamespace);
  const twice = own.flatMap(({ key, namespace, path }, index) => {
    const other = own.slice(0, index).find((each) => each.namespace === namespace);
    // Of two provisioners that is told already.
    if (!other || (key.endsWith("provisioner") && other.key.endsWith("provisioner"))) return [];
    const message = `is ${other.key}.namespace already: name another one, or set ${key}.createNamespace: false`;
    return [{ path, message }];
  });
  const ofPods = (nodePods ? parts : []).flatMap(({ name }) => {
    if (name === undefined) return [];
    const namespace = `${nodePods?.namespace}-${name}`;
    const other = own.find((each) => each.namespace === namespace);
    if (namespace.length <= 63 && !other) return [];
    const wrong = other ? `which is ${other.key}.namespace already` : "which is longer than 63 characters";
    const message = `makes ${namespace} for the pods that prove the export ${name}, ${wrong}: name another one`;
    return [{ path: ["nodePods", "namespace"], message }];
  });
  return [...twice, ...ofPods];
}
