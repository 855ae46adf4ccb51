import * as pulumi from "@pulumi/pulumi";
import type { StateObject } from "./own-state";

/** A namespace that the config asks for. */
export interface PlannedNamespace {
  /** What Pulumi calls it. */
  resource: string;
  /** The config key that names it. */
  key: string;
  name: string;
  /** The key that lets the stack use a namespace which is not its own, if there is one, and what it says. */
  own?: { key: string; create: boolean };
  /** Where the stack's objects are now, for one that may be no resource of the stack. @default where that resource is */
  current?: string;
}

/**
 * Throws, before anything is registered, when a namespace of the stack would get another name: Pulumi would delete the old
 * one with every claim in it, those of students too. Says which namespaces stay whatever becomes of the stack, and which go
 * because nothing asks for them any more.
 *
 * @param objects What the stack's state has.
 */
export async function checkNamespaces(
  program: string,
  planned: PlannedNamespace[],
  objects: StateObject[],
): Promise<void> {
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  const present = new Map(namespaces.map(({ resource, name }) => [resource, name]));
  const errors = planned.flatMap((each) => {
    const current = present.get(each.resource) ?? each.current;
    if (current === undefined || current === each.name) return [];
    const resource = present.has(each.resource) ? each.resource : undefined;
    return [moved({ ...each, resource, current }, program)];
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

type Moved = Omit<PlannedNamespace, "resource"> & { resource: string | undefined; current: string };

function moved({ resource, key, name, own, current }: Moved, program: string): string {
  const keep = own && `To keep ${current}, run pulumi up with ${own.key}: false and the name ${current} before. `;
  const itself = resource === undefined ? "" : `, and ${current} itself if the stack made it, with everything in it`;
  const target = resource === undefined ? "" : ` --target '**::${resource}' --target-dependents`;
  return (
    `storage-lab:${program}.${key} ("${name}"): this stack works in the namespace ${current}. Another name would delete ` +
    `its objects there, with the data of claims whose class deletes${itself}. Nothing was changed. To move, delete them by ` +
    `name, then run pulumi up again: pulumi destroy -s ${pulumi.getStack()}${target}. ${keep ?? ""}` +
    `To stay, set ${key}: ${current}.`
  );
}
