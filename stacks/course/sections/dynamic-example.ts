import { dynamicClaim } from "./dynamic-claim";
import type { Section } from "../section";

/** The example of a claim whose volume a provisioner makes; in `default`, as the course has it. */
export const dynamicExample: Section = {
  claims: () => [{ namespace: "default", name: "pvc-dynamic-example" }],
  make(stage) {
    const claim = dynamicClaim(stage, "pvc-dynamic-example", "default", "ReadWriteOnce");
    return { claim: claim.metadata.name };
  },
};
