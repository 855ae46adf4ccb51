import type { Exercise } from "../exercise";
import { claimRefWalk } from "./claim-ref-walk";
import { dns } from "./dns";
import { dynamicClaim } from "./dynamic-claim";
import { persistenceExistingClaim, persistenceTemplate } from "./persistence";
import { staticPair } from "./static-pair";

/** The course's exercises, in the order in which those that share an object run. */
export const exercises: Exercise[] = [
  staticPair,
  dynamicClaim,
  persistenceExistingClaim,
  persistenceTemplate,
  // After the pods were replaced: their names must have followed them to new addresses.
  dns,
  claimRefWalk,
];
