import * as pulumi from "@pulumi/pulumi";
import { bareAddress } from "../../components/index";
import { isAddress } from "../fields";
import type { HostLogin } from "../host-schema";
import { type DeployedInfrastructure, requireExport, requireInfrastructure } from "../infrastructure-reference";
import { type ClassroomConfig, storageClassOf } from "./classroom-schema";

const KEY = "storage-lab:classroom";

/** What a class uses of its infrastructure, all plain: none of it decides later. */
export interface ClassInfrastructure {
  nas: HostLogin;
  server: string;
  /** Of the export. */
  exportPath: string;
  mountOptions?: string[];
  /** The nodes whose firewall is set up; none without `podFirewall`. */
  nodes: HostLogin[];
  /** Addresses of every NFS server of it: pods are kept from all. */
  servers: string[];
  csiDriver?: string;
}

/** Throws, before anything is registered, one error of all that the infrastructure lacks for the class. */
export async function readClassInfrastructure(config: ClassroomConfig): Promise<ClassInfrastructure> {
  const { infrastructureStack: stack, export: name } = config;
  const made = await requireInfrastructure(KEY, stack);
  const { nas, nfs, mountOptions } = requireExport(KEY, stack, made, name);
  const errors = lacks(config, made);
  if (nas === undefined) {
    errors.push(
      `${KEY}.infrastructureStack: the export of the stack ${stack} existed before, and nobody logs in to its server: the ` +
        "students' directories and quotas cannot be made there. Name an infrastructure with nas and export.",
    );
  }
  if (errors.length > 0) {
    throw new pulumi.RunError(
      [
        `The infrastructure ${stack} lacks what the class needs; nothing was changed.`,
        ...errors.map((error) => `  - ${error}`),
      ].join("\n"),
    );
  }
  const exports = [made, ...Object.values(made.additional ?? {})];
  return {
    nas: nas as HostLogin,
    server: nfs.server,
    exportPath: nfs.path,
    mountOptions,
    nodes: config.podFirewall ? (made.nodes ?? []) : [],
    servers: [...new Set(exports.flatMap(addressesOf))],
    csiDriver: config.csiDriver ?? made.csi?.driver,
  };
}

/** Of an export's server. SSH may reach it under a name that no node knows, but an address is an address. */
function addressesOf({ nfs, nas }: Pick<DeployedInfrastructure, "nfs" | "nas">): string[] {
  const addresses = [nfs.server, ...(nas && isAddress(nas.host) ? [nas.host] : [])];
  return addresses.map(bareAddress);
}

function lacks(config: ClassroomConfig, made: DeployedInfrastructure): string[] {
  const { infrastructureStack: stack, dynamic, csiDriver, podFirewall } = config;
  const errors: string[] = [];
  if (dynamic && csiDriver === undefined && !made.csi) {
    errors.push(
      `${KEY}.dynamic is on, and the stack ${stack} has no CSI driver: set csi in its config (csi: {} for upstream's images) ` +
        `and run pulumi up -s ${stack}; name one that is in the cluster as csiDriver; or set dynamic: false.`,
    );
  }
  if (podFirewall && made.nodes === undefined) {
    errors.push(
      `${KEY}.podFirewall is on, and the stack ${stack} does not say yet how its nodes are logged in to: run pulumi up -s ${stack}.`,
    );
  } else if (podFirewall && made.nodes?.length === 0) {
    errors.push(
      `${KEY}.podFirewall is on, and the stack ${stack} has no nodes that are logged in to: list them as nodes in its config; ` +
        "or set podFirewall: false, and know that a pod with an NFS client of its own then reads every student's directory.",
    );
  }
  const classes = [...made.storageClasses, ...(made.csi?.storageClasses ?? [])];
  const own = storageClassOf(config);
  if (own !== undefined && classes.includes(own)) {
    errors.push(
      `${KEY}.storageClass (${JSON.stringify(own)}) is a class of the stack ${stack} already: name another one.`,
    );
  }
  return errors;
}
