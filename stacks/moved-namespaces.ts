import * as pulumi from "@pulumi/pulumi";

/** A namespace that the config asks for. */
export interface PlannedNamespace {
  /** What Pulumi calls it. */
  resource: string;
  /** The config key that names it. */
  key: string;
  name: string;
  /** The key that lets the stack use a namespace which is not its own, if there is one, and what it says. */
  own?: { key: string; create: boolean };
}

/**
 * Throws, before anything is registered, when a namespace of the stack would get another name: Pulumi would delete the old
 * one with every claim in it, those of students too. Says which namespaces stay whatever becomes of the stack, and which go
 * because nothing asks for them any more.
 */
export async function checkNamespaces(program: string, planned: PlannedNamespace[]): Promise<void> {
  const present = await namespacesInState();
  const errors = planned.flatMap(({ resource, key, name, own }) => {
    const current = present.get(resource);
    return current === undefined || current === name ? [] : [moved({ resource, key, name, own }, program, current)];
  });
  if (errors.length > 0) throw new pulumi.RunError(errors.join("\n"));

  for (const { name, own } of planned) {
    if (own?.create !== false) continue;
    await pulumi.log.info(
      `The namespace ${name} has to exist (${own.key}: false). It stays, with everything in it, when this stack is destroyed.`,
    );
  }
  for (const [resource, name] of present) {
    if (planned.some((each) => each.resource === resource)) continue;
    await pulumi.log.warn(
      `The namespace ${name} is part of nothing that is switched on: it goes, with every claim in it.`,
    );
  }
}

function moved({ resource, key, name, own }: PlannedNamespace, program: string, current: string): string {
  const keep = own && `To keep ${current}, run pulumi up with ${own.key}: false and the name ${current} before. `;
  return (
    `storage-lab:${program}.${key} ("${name}"): this stack works in the namespace ${current}. Another name would delete ` +
    `its objects there, with the data of claims whose class deletes, and ${current} itself if the stack made it, with ` +
    `everything in it. Nothing was changed. To move, delete them by name, then run pulumi up again: ` +
    `pulumi destroy -s ${pulumi.getStack()} --target '**::${resource}' --target-dependents. ${keep ?? ""}` +
    `To stay, set ${key}: ${current}.`
  );
}

/** The namespaces in this stack's own state, by what Pulumi calls them. */
async function namespacesInState(): Promise<Map<string, string>> {
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const invoke = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName });
  const { outputs } = (await invoke) as { outputs: Record<string, { outputs: { metadata?: { name: string } } }> };
  return new Map(
    Object.entries(outputs).flatMap(
      ([
        urn,
        {
          outputs: { metadata },
        },
      ]) => {
        const [, , type = "", resource = ""] = urn.split("::");
        return type.endsWith("kubernetes:core/v1:Namespace") && metadata ? [[resource, metadata.name] as const] : [];
      },
    ),
  );
}
