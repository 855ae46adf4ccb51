import * as pulumi from "@pulumi/pulumi";
import { claimPathsError, type ProvisionedClaim } from "../components/index";
import type { HostLogin } from "./host-schema";
import type { ExportOutputs, InfrastructureOutputs } from "./infrastructure";
import { stackOutputs } from "./stack-outputs";

/** A config's key, as errors name it. */
type ConfigKey = `storage-lab:${string}`;

const KEY: ConfigKey = "storage-lab:course";

export interface InfrastructureReference {
  /** The NAS, without a secret. `undefined` with an export that exists, on whose server nothing is done. */
  nas?: HostLogin;
  /** Where pods that mount the whole export belong: out of students' reach. */
  provisionerNamespace: pulumi.Output<string>;
  /** Mount options of volumes that name none; `undefined` for the nodes' own. */
  mountOptions?: string[];
  server: pulumi.Output<string>;
  path: pulumi.Output<string>;
  /** Owner and mode of directories on the export; "" where they are left to the course. */
  directories: pulumi.Output<{ owner: string; mode: string }>;
  /** What deleting a claim of the class does to its data. */
  deletionEffect: pulumi.Output<string>;
}

/** What a stack is about to put below the export. */
export interface PlannedDirectories {
  /** Claims of the class, each of which gets a directory by its `pathPattern`. */
  claims: ProvisionedClaim[];
  /** Directories of static volumes. */
  directories: string[];
}

/** What a stack needs of its infrastructure. */
export interface WantedInfrastructure {
  storageClass: string;
  planned: PlannedDirectories;
  /** A class of the CSI driver that is needed too. @default none is */
  csiStorageClass?: string;
  /** Which of its exports static volumes are on. @default the first one */
  export?: string;
}

/**
 * What another stack, of the program `infrastructure`, has made. Throws, before anything is registered, when that stack
 * is missing, not deployed, of another program or without the class, or when the class would give the planned claims
 * directories that are not their own.
 */
export async function readInfrastructure(
  stack: string,
  wanted: WantedInfrastructure,
): Promise<InfrastructureReference> {
  const made = await stackOutputs<Partial<InfrastructureOutputs>>(stack);
  const error = infrastructureError(stack, made, wanted);
  if (error !== undefined) throw new pulumi.RunError(error);
  const { nas, mountOptions } = exportOf(made ?? {}, wanted.export);
  const outputs = new pulumi.StackReference(stack).outputs as pulumi.Output<InfrastructureOutputs>;
  const chosen = outputs.apply((all) => exportOf(all, wanted.export) as ExportOutputs);
  return {
    nas,
    provisionerNamespace: chosen.provisionerNamespace,
    mountOptions,
    server: chosen.nfs.server,
    path: chosen.nfs.path,
    directories: chosen.nfs.apply(({ directories }) => ({ owner: "", mode: "", ...directories })),
    deletionEffect: outputs.deletionEffects.apply((effects) => effects[wanted.storageClass] as string),
  };
}

/** The chosen export of a stack that has it. */
export function exportOf(made: Partial<InfrastructureOutputs>, name: string | undefined): Partial<ExportOutputs> {
  return (name === undefined ? made : made.additional?.[name]) ?? {};
}

/** What is there of every infrastructure; one of an older program may lack the rest. */
export type DeployedInfrastructure = Partial<InfrastructureOutputs> &
  Pick<InfrastructureOutputs, "nfs" | "storageClasses" | "provisionerNamespace">;

/** The outputs of a stack of the program `infrastructure`, as plain values. Throws where there is none. */
export async function requireInfrastructure(key: ConfigKey, stack: string): Promise<DeployedInfrastructure> {
  const outputs = await stackOutputs<Partial<InfrastructureOutputs>>(stack);
  const error = deployedError(key, stack, outputs);
  if (error !== undefined) throw new pulumi.RunError(error);
  return outputs as DeployedInfrastructure;
}

/**
 * The chosen export of the stack. Throws where it has none of that name.
 *
 * @param key Of the config that names it.
 */
export function requireExport(
  key: ConfigKey,
  stack: string,
  made: DeployedInfrastructure,
  name: string | undefined,
): ExportOutputs {
  const error = exportError(key, stack, made, name);
  if (error !== undefined) throw new pulumi.RunError(error);
  return exportOf(made, name) as ExportOutputs;
}

/** Why a course cannot be made on this infrastructure, by its outputs; these are `undefined` where there is no such stack. */
export function infrastructureError(
  stack: string,
  made: Partial<InfrastructureOutputs> | undefined,
  { storageClass, planned, csiStorageClass, export: exportName }: WantedInfrastructure,
): string | undefined {
  const absent = deployedError(KEY, stack, made);
  if (absent !== undefined) return absent;
  const { storageClasses = [], pathPatterns = {}, csi } = made ?? {};
  if (!storageClasses.includes(storageClass)) {
    return (
      `${KEY}.storageClass (${JSON.stringify(storageClass)}) is no class of the stack ${stack}, which has ` +
      `${storageClasses.join(", ")}.`
    );
  }
  const other = exportError(KEY, stack, made ?? {}, exportName);
  if (other !== undefined) return other;
  const csiError = csiStorageClass === undefined ? undefined : errorOfCsi(stack, csi, csiStorageClass);
  if (csiError !== undefined) return csiError;
  const pattern = pathPatterns[storageClass];
  const error = pattern === undefined ? undefined : claimPathsError(pattern, planned.claims, planned.directories);
  if (error === undefined) return undefined;
  return (
    `${KEY}.storageClass (${JSON.stringify(storageClass)}): its pathPattern ${error}. Give the class another ` +
    `pathPattern in the stack ${stack}, or name another class.`
  );
}

function deployedError(
  key: ConfigKey,
  stack: string,
  made: Partial<InfrastructureOutputs> | undefined,
): string | undefined {
  if (made === undefined) {
    return (
      `${key}.infrastructureStack: there is no stack ${stack}. The infrastructure comes first: ` +
      `pulumi up -s ${stack}; or name the stack that made it (pulumi stack ls).`
    );
  }
  if (made.nfs && made.storageClasses) return undefined;
  return (
    `${key}.infrastructureStack: the stack ${stack} holds no infrastructure, it was not deployed or runs another ` +
    `program. The infrastructure comes first: pulumi up -s ${stack}`
  );
}

function exportError(
  key: ConfigKey,
  stack: string,
  { additional = {} }: Partial<InfrastructureOutputs>,
  name: string | undefined,
): string | undefined {
  if (name === undefined || Object.hasOwn(additional, name)) return undefined;
  return (
    `${key}.export (${JSON.stringify(name)}) is no further export of the stack ${stack}, which has ` +
    `${Object.keys(additional).join(", ") || "none"}. Name one of these, or leave it out for the first export.`
  );
}

function errorOfCsi(stack: string, csi: InfrastructureOutputs["csi"], storageClass: string): string | undefined {
  if (!csi) {
    return (
      `${KEY}.sections.csi is on, and the stack ${stack} has no CSI driver: set csi in its config (csi: {} for upstream's ` +
      `images) and run pulumi up -s ${stack}; or set the section to false.`
    );
  }
  if (csi.storageClasses.includes(storageClass)) return undefined;
  return (
    `${KEY}.csiStorageClass (${JSON.stringify(storageClass)}) is no class of the CSI driver of the stack ${stack}, which ` +
    `has ${csi.storageClasses.join(", ")}.`
  );
}
