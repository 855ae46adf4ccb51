import type { Check } from "../../runner/exercise";
import { boundPair, nfsOf } from "../../cluster/volumes";

/** The claims that no Redis pod uses; the others are checked with their pod. */
export const volumes: Check = {
  id: "volumes",
  title: "The static and the dynamic claim are Bound",
  proves: "each claim has its volume, and each volume its claim",
  readOnly: true,
  timeoutSeconds: 30,
  touches: () => [],
  async run(context) {
    const { courseNamespace, staticClaim, dynamicNamespace, dynamicClaim } = context.settings;
    for (const [namespace, name] of [
      [courseNamespace, staticClaim],
      [dynamicNamespace, dynamicClaim],
    ] as const) {
      const { volume } = await boundPair(context, namespace, name);
      const { server, path } = nfsOf(volume);
      context.saw(`claim ${namespace}/${name}`, `Bound to ${volume.metadata?.name}, ${server}:${path}`);
    }
  },
};
