import type { Lab, Stack } from "../lab";
import { declaredObjects, titleOf } from "../probe/declared";

/** The steps of a preview by which an object goes. */
const GOING = ["delete", "replace", "delete-replaced"];

/**
 * What students may have data in and the stack's program, as its config has it now, would delete: a line each. Asked of
 * Pulumi, for a stack whose config may have been changed since its last `pulumi up`.
 */
export async function plannedLosses({ pulumi }: Pick<Lab, "pulumi">, stack: Stack): Promise<string[]> {
  if (!stack.state?.resources?.length) return [];
  const steps = await pulumi.plannedSteps(stack.name);
  const going = steps.flatMap(({ op, oldState }) =>
    GOING.includes(op) && oldState && !oldState.retainOnDelete ? [oldState] : [],
  );
  const lines = declaredObjects(stack.name, { resources: going }).flatMap((object) => {
    if (object.kind === "Namespace") return [`${titleOf(object)}, with all that is in it`];
    if (object.kind !== "PersistentVolumeClaim") return [];
    return [`${titleOf(object)}, with the data of its volume if its class deletes`];
  });
  return [...new Set(lines)];
}
