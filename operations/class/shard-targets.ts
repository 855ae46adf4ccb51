import { CHOSEN } from "../../stacks/classroom/chosen-students";
import type { Student } from "../../stacks/classroom/students";
import { PROJECT } from "../lab";
import type { Resource } from "../pulumi/deployment";

/** How a run is limited to the resources of some students; the others' are neither registered nor looked at. */
export interface Limit {
  flags: string[];
  environment: Record<string, string>;
}

/** @param resources Those of the shard's state. */
export function limitTo(students: Student[], stack: string, resources: Resource[]): Limit {
  const labs = students.map(
    ({ name }) => `urn:pulumi:${stack.split("/").at(-1)}::${PROJECT}::storage-lab:classroom:StudentLab::${name}`,
  );
  // Those that are there by name, since a refresh looks at these alone.
  const own = resources.filter(({ parent }) => parent !== undefined && labs.includes(parent)).map(({ urn }) => urn);
  return {
    flags: [...[...labs, ...own].flatMap((urn) => ["--target", urn]), "--target-dependents"],
    environment: { [CHOSEN]: students.map(({ name }) => name).join(",") },
  };
}
