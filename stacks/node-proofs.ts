import * as pulumi from "@pulumi/pulumi";
import { isWritable, type MountOptionSet, NfsClient, NfsNodeProof } from "../components/index";
import type { InfrastructureConfig } from "./config-schema";
import { clientOptions, optionsFor } from "./export-schema";
import type { ExportSource } from "./export-source";
import { hostConnection } from "./host-connection";
import type { HostConfig } from "./host-schema";
import type { StoragePart } from "./storage-parts";

/** What proves on every node that an export can be mounted there. */
export interface NodeProofs {
  clients: NfsClient[];
  /** The pods; `undefined` where all is done over SSH. */
  proof?: NfsNodeProof;
  /** What has to be there before anything else is made on the export. */
  proven: pulumi.Resource[];
  /** Known once every node has mounted it. */
  done: pulumi.Output<unknown>;
}

/** Proves it over SSH on the nodes of the config, and by pods on all, as the config has it. */
export function proveNodes(
  part: StoragePart,
  { server, path, made }: ExportSource,
  { nodes, nodePods, generation, ...config }: InfrastructureConfig,
  provider: pulumi.ProviderResource,
): NodeProofs {
  const ofPart = (name: string) => (part.name === undefined ? name : `${name}-${part.name}`);
  const writers = nodes.filter((node) => mayWrite(node, part));
  warnOfReaders(part, nodes, writers);
  const shared = {
    server,
    path,
    revision: made?.revision,
    mountOptions: part.mountOptions,
    generation,
  };
  const mountOptionSets = optionSets(part, config.csi);
  const clients = nodes.map(
    (node) =>
      new NfsClient(ofPart(node.name), {
        connection: hostConnection(node),
        ...shared,
        // The provisioner writes as root, too.
        mustWrite: writers.includes(node),
        ...(mountOptionSets.length > 0 && { mountOptionSets }),
      }),
  );
  const proof =
    nodePods &&
    new NfsNodeProof(
      ofPart("nodes"),
      {
        ...nodePods,
        ...(part.name !== undefined && { namespace: ofPart(nodePods.namespace), createNamespace: true }),
        ...shared,
        mustWrite: nodes.length === 0 ? writersOf(part) === "all" : writers.length === nodes.length,
        mountOptionSets,
      },
      // A node that is set up over SSH is, by then.
      { provider, dependsOn: clients },
    );
  return {
    clients,
    proof,
    proven: [...clients, ...(proof ? [proof] : [])],
    done: pulumi.all([clients.map((each) => each.host), proof?.proof]),
  };
}

/** Whether the export's options let a node write; of one that exists they are not known, and it is tried. */
function mayWrite({ host, address = host }: HostConfig, { export: wanted }: StoragePart): boolean {
  return wanted === undefined || optionsFor(address, wanted).some(isWritable);
}

/** Which clients the export's options let write, where it is not known which of them the nodes are. */
function writersOf({ export: wanted }: StoragePart): "all" | "some" | "none" {
  if (wanted === undefined) return "all";
  const may = wanted.clients.map((entry) => isWritable(clientOptions(entry, wanted)));
  return may.every(Boolean) ? "all" : may.some(Boolean) ? "some" : "none";
}

function warnOfReaders(part: StoragePart, nodes: HostConfig[], writers: HostConfig[]): void {
  const { name, export: wanted } = part;
  if (!wanted || (nodes.length === 0 ? writersOf(part) !== "none" : writers.length > 0)) return;
  void pulumi.log.warn(
    `${name === undefined ? "export" : `additional export ${name}`}: no node may write to it (ro), so the provisioner can ` +
      "make no directories, and claims of its classes stay Pending.",
  );
}

/** Mount options of the part's volumes, where they are not the default ones: what is proven on nodes before they get them. */
function optionSets(
  { name, provisioner, storageClasses }: StoragePart,
  csi: InfrastructureConfig["csi"],
): MountOptionSet[] {
  const named = (usedBy: string, options: string[] = []) => (options.length > 0 ? [{ usedBy, options }] : []);
  const ofCsi = (csi?.storageClasses ?? []).filter((each) => each.export === name);
  return [
    ...named("the provisioner", provisioner.mountOptions),
    ...[...storageClasses, ...ofCsi].flatMap((each) => named(`StorageClass ${each.name}`, each.mountOptions)),
  ];
}
