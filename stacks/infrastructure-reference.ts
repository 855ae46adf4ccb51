import * as pulumi from "@pulumi/pulumi";
import { claimPathsError, type ProvisionedClaim, type SshConnection } from "../components/index";
import type { InfrastructureOutputs } from "./infrastructure";

const KEY = "storage-lab:course";

export interface InfrastructureReference {
  /** The NAS, without a key. */
  nas: Omit<SshConnection, "privateKey">;
  server: pulumi.Output<string>;
  path: pulumi.Output<string>;
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
 * @param csiStorageClass A class of the CSI driver that is needed too. @default none is
 */
export async function readInfrastructure(
  stack: string,
  storageClass: string,
  planned: PlannedDirectories,
  csiStorageClass?: string,
): Promise<InfrastructureReference> {
  const { pathPatterns = {}, csi } = await requireInfrastructure(stack, storageClass);
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
  return {
    nas: {
      host: outputs.nas.host,
      port: outputs.nas.port,
      user: outputs.nas.user,
      hostKey: outputs.nas.apply(({ hostKey }) => hostKey) as pulumi.Output<string>,
    },
    server: outputs.nfs.server,
    path: outputs.nfs.path,
    deletionEffect: outputs.deletionEffects.apply((effects) => effects[storageClass] as string),
  };
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
