import type { V1CSINodeDriver } from "@kubernetes/client-node";
import type { Context } from "../../runner/exercise";

/** What the kubelet on a node has registered of the driver, by the node's CSINode; `undefined` if nothing. */
export async function registeredOn(context: Context, node: string): Promise<V1CSINodeDriver | undefined> {
  const found = await context.cluster.find("CSINode", node);
  // The API server returns null for a list without entries.
  const drivers = found?.spec.drivers as V1CSINodeDriver[] | null | undefined;
  return drivers?.find(({ name }) => name === context.settings.csiDriver);
}
