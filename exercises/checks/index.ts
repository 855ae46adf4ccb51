import type { Exercise } from "../exercise";
import { claimRefStates } from "./claim-ref-states";
import { claimRefWalk } from "./claim-ref-walk";
import { claimStates } from "./claim-states";
import { configuration } from "./configuration";
import { dns } from "./dns";
import { dynamicClaim } from "./dynamic-claim";
import { emptyDir } from "./empty-dir";
import { mysql } from "./mysql";
import { nginx } from "./nginx";
import { persistenceExistingClaim, persistenceTemplate } from "./persistence";
import { redisHeadless } from "./redis-headless";
import { redisShared } from "./redis-shared";
import { scalingStatefulSet } from "./scaling";
import { scalingDeployment } from "./scaling-deployment";
import { secretChange } from "./secret-change";
import { services } from "./services";
import { staticPair } from "./static-pair";
import { volumeStates } from "./volume-states";
import { wordpress } from "./wordpress";

/** The course's exercises, in the order in which those that share an object run. */
export const exercises: Exercise[] = [
  staticPair,
  dynamicClaim,
  persistenceExistingClaim,
  persistenceTemplate,
  // After the pods were replaced: their names must have followed them to new addresses.
  dns,
  services,
  scalingStatefulSet,
  mysql,
  wordpress,
  scalingDeployment,
  redisHeadless,
  redisShared,
  nginx,
  configuration,
  secretChange,
  emptyDir,
  claimRefWalk,
  volumeStates,
  claimStates,
  claimRefStates,
];
