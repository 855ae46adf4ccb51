import type { Student } from "../../stacks/classroom/students";
import { PROJECT } from "../lab";
import type { Resource } from "../pulumi/deployment";

/**
 * Flags that limit a run to the resources of some students: all others are neither looked at nor deleted, also where the
 * program does not register them.
 *
 * @param resources Those of the shard's state.
 */
export function targetsOf(students: Student[], stack: string, resources: Resource[]): string[] {
  const labs = students.map(
    ({ name }) => `urn:pulumi:${stack.split("/").at(-1)}::${PROJECT}::storage-lab:classroom:StudentLab::${name}`,
  );
  // Those that are there by name, since a refresh looks at these alone.
  const own = resources.filter(({ parent }) => parent !== undefined && labs.includes(parent)).map(({ urn }) => urn);
  return [...[...labs, ...own].flatMap((urn) => ["--target", urn]), "--target-dependents"];
}
