import * as pulumi from "@pulumi/pulumi";
import type { InfrastructureOutputs } from "./infrastructure";

export interface InfrastructureReference {
  nas: {
    host: pulumi.Output<string>;
    port: pulumi.Output<number>;
    user: pulumi.Output<string>;
    hostKey: pulumi.Output<string>;
  };
  server: pulumi.Output<string>;
  path: pulumi.Output<string>;
  /** The class asked for, once it is known to be one of that stack's. */
  storageClass: pulumi.Output<string>;
  deletionEffect: pulumi.Output<string>;
}

/**
 * What another stack, `infrastructure`, has made. A stack that is missing, of another program, not deployed yet or without
 * the class asked for is said in plain words.
 */
export async function readInfrastructure(stack: string, storageClass: string): Promise<InfrastructureReference> {
  await requireStack(stack);
  const reference = new pulumi.StackReference(stack);
  const outputs = reference.outputs.apply((found): InfrastructureOutputs => {
    if (found.nfs === undefined || found.storageClasses === undefined) {
      throw new pulumi.RunError(
        `The stack ${stack} has not been deployed (or its program is not infrastructure): pulumi up -s ${stack}`,
      );
    }
    const known = found as InfrastructureOutputs;
    if (!known.storageClasses.includes(storageClass)) {
      throw new pulumi.RunError(
        `storage-lab:course.storageClass (${JSON.stringify(storageClass)}) is not a class of ${stack}, which has ${known.storageClasses.join(", ")}.`,
      );
    }
    return known;
  });
  return {
    nas: {
      host: outputs.apply((o) => o.nas.host),
      port: outputs.apply((o) => o.nas.port),
      user: outputs.apply((o) => o.nas.user),
      hostKey: outputs.apply((o) => o.nas.hostKey) as pulumi.Output<string>,
    },
    server: outputs.apply((o) => o.nfs.server),
    path: outputs.apply((o) => o.nfs.path),
    storageClass: outputs.apply(() => storageClass),
    deletionEffect: outputs.apply((o) => o.deletionEffects[storageClass] as string),
  };
}

/** A reference to a stack that is not there ends the program with "unknown stack" and a stack trace: ask before. */
async function requireStack(stack: string): Promise<void> {
  try {
    await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name: stack });
  } catch (error) {
    if (!/unknown stack|no stack named|not found/i.test(String(error))) throw error;
    throw new pulumi.RunError(
      `storage-lab:course.infrastructureStack: there is no stack ${stack}. The infrastructure comes first: ` +
        `pulumi up -s ${stack}, or name the stack that made it (pulumi stack ls).`,
    );
  }
}
