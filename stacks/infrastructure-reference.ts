import * as pulumi from "@pulumi/pulumi";
import { claimPathsError, type ProvisionedClaim } from "../components/index";
import type { HostLogin } from "./host-schema";
import type { ExportOutputs, InfrastructureOutputs } from "./infrastructure";

const KEY = "storage-lab:course";

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

/**
 * What another stack, of the program `infrastructure`, has made. Throws, before anything is registered, when that stack
 * is missing, not deployed, of another program or without the class, or when the class would give the planned claims
 * directories that are not their own.
 *
 * @param options.csiStorageClass A class of the CSI driver that is needed too. @default none is
 * @param options.export Which of its exports static volumes are on. @default the first one
 */
export async function readInfrastructure(
  stack: string,
  storageClass: string,
  planned: PlannedDirectories,
  { csiStorageClass, export: exportName }: { csiStorageClass?: string; export?: string } = {},
): Promise<InfrastructureReference> {
  const made = await requireInfrastructure(stack, storageClass);
  const { pathPatterns = {}, csi } = made;
  const { nas, mountOptions } = requireExport(stack, made, exportName);
  if (csiStorageClass !== undefined) requireCsi(stack, csi, csiStorageClass);
  const pattern = pathPatterns[storageClass];
  const error = pattern === undefined ? undefined : claimPathsError(pattern, planned.claims, planned.directories);
  if (error !== undefined) {
    throw new pulumi.RunError(
      `${KEY}.storageClass (${JSON.stringify(storageClass)}): its pathPattern ${error}. Give the class another ` +
        `pathPattern in the stack ${stack}, or name another class.`,
    );
  }
  const outputs = new pulumi.StackReference(stack).outputs as pulumi.Output<InfrastructureOutputs>;
  const chosen = outputs.apply(
    (all) => (exportName === undefined ? all : all.additional?.[exportName]) as ExportOutputs,
  );
  return {
    nas,
    provisionerNamespace: chosen.provisionerNamespace,
    mountOptions,
    server: chosen.nfs.server,
    path: chosen.nfs.path,
    directories: chosen.nfs.apply(({ directories }) => ({ owner: "", mode: "", ...directories })),
    deletionEffect: outputs.deletionEffects.apply((effects) => effects[storageClass] as string),
  };
}

/** The chosen export of the stack. */
function requireExport(
  stack: string,
  made: Partial<InfrastructureOutputs>,
  name: string | undefined,
): Pick<Partial<ExportOutputs>, "nas" | "mountOptions"> {
  if (name === undefined) return made;
  const { additional = {} } = made;
  if (Object.hasOwn(additional, name)) return additional[name] as ExportOutputs;
  const all = Object.keys(additional);
  throw new pulumi.RunError(
    `${KEY}.export (${JSON.stringify(name)}) is no further export of the stack ${stack}, which has ` +
      `${all.length > 0 ? all.join(", ") : "none"}. Name one of these, or leave it out for the first export.`,
  );
}

function requireCsi(stack: string, csi: InfrastructureOutputs["csi"], storageClass: string): void {
  if (!csi) {
    throw new pulumi.RunError(
      `${KEY}.sections.csi is on, and the stack ${stack} has no CSI driver: set csi in its config (csi: {} for upstream's ` +
        `images) and run pulumi up -s ${stack}; or set the section to false.`,
    );
  }
  if (csi.storageClasses.includes(storageClass)) return;
  throw new pulumi.RunError(
    `${KEY}.csiStorageClass (${JSON.stringify(storageClass)}) is no class of the CSI driver of the stack ${stack}, which ` +
      `has ${csi.storageClasses.join(", ")}.`,
  );
}

/** A reference alone ends the program with "unknown stack" and a stack trace, so the same is asked before. */
async function requireInfrastructure(stack: string, storageClass: string): Promise<Partial<InfrastructureOutputs>> {
  let outputs: Partial<InfrastructureOutputs>;
  try {
    const invoke = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
    outputs = ((await invoke) as { outputs: typeof outputs }).outputs;
  } catch (error) {
    if (!/unknown stack|no stack named|not found/i.test(String(error))) throw error;
    throw new pulumi.RunError(
      `${KEY}.infrastructureStack: there is no stack ${stack}. The infrastructure comes first: ` +
        `pulumi up -s ${stack}; or name the stack that made it (pulumi stack ls).`,
    );
  }
  if (!outputs.nfs || !outputs.storageClasses) {
    throw new pulumi.RunError(
      `${KEY}.infrastructureStack: the stack ${stack} holds no infrastructure, it was not deployed or runs another ` +
        `program. The infrastructure comes first: pulumi up -s ${stack}`,
    );
  }
  if (!outputs.storageClasses.includes(storageClass)) {
    throw new pulumi.RunError(
      `${KEY}.storageClass (${JSON.stringify(storageClass)}) is no class of the stack ${stack}, which has ` +
        `${outputs.storageClasses.join(", ")}.`,
    );
  }
  return outputs;
}
