import * as pulumi from "@pulumi/pulumi";
import type { CourseConfig } from "../config-schema";
import { checkNamespaces, type PlannedNamespace } from "../moved-namespaces";
import type { StateObject } from "../own-state";
import type { CourseNames } from "./course-names";
import { prefixedObjects, type PrefixedObject } from "./prefixed-objects";

/**
 * Throws, before anything is registered, when the config gives other names to what the stack has made: Pulumi would delete
 * that, with what students have in it, and make it again empty.
 *
 * @param objects What the stack's state has.
 */
export async function checkNames(config: CourseConfig, names: CourseNames, objects: StateObject[]): Promise<void> {
  const prefixed = prefixedObjects(objects);
  const renamed = prefixed.find(({ prefix }) => prefix !== config.namePrefix);
  // Alone: the namespaces' names follow it.
  if (renamed !== undefined) throw new pulumi.RunError(prefixError(config.namePrefix, renamed));
  const examples = prefixed.find(({ namespace }) => namespace !== undefined);
  await checkNamespaces("course", plannedNamespaces(config, names, examples?.namespace), objects);
}

function prefixError(wanted: string, { kind, name, prefix }: PrefixedObject): string {
  const stack = pulumi.getStack();
  const has = prefix === "" ? "without a prefix" : `with the prefix ${prefix}`;
  return (
    `storage-lab:course.namePrefix ("${wanted}"): this stack's objects were made ${has}, such as the ${kind} ${name}. ` +
    `Another one would delete all that are named by it, with the data of claims whose class deletes, and make them again on ` +
    `empty directories. Nothing was changed. For another course next to this one, make another stack: pulumi stack init. ` +
    `To rename this one, destroy it first, then run pulumi up again: pulumi destroy -s ${stack}. ` +
    `To stay, set namePrefix: ${JSON.stringify(prefix)}.`
  );
}

/** The namespaces that the config asks for. */
function plannedNamespaces(
  { createNamespace, sections }: CourseConfig,
  names: CourseNames,
  examples: string | undefined,
): PlannedNamespace[] {
  const planned = (key: string, name: string) => ({ resource: key, key, name });
  return [
    { ...planned("namespace", names.namespace), own: { key: "createNamespace", create: createNamespace } },
    { ...planned("exampleNamespace", names.exampleNamespace), current: examples },
    ...(sections.hostPath ? [planned("hostPathNamespace", names.hostPath.namespace)] : []),
    ...(sections.quota ? [planned("quotaNamespace", names.quota.namespace)] : []),
  ];
}
