import type { Exercise } from "../exercise";
import { accessModes } from "./access-modes";
import { claimRefNames } from "./claim-ref-names";
import { claimRefStates } from "./claim-ref-states";
import { claimRefWalk } from "./claim-ref-walk";
import { claimStates } from "./claim-states";
import { cloud } from "./cloud";
import { configuration } from "./configuration";
import { defaultClass } from "./default-class";
import { dns } from "./dns";
import { dynamicClaim } from "./dynamic-claim";
import { emptyDir } from "./empty-dir";
import { hostPath } from "./host-path";
import { localVolume } from "./local-volume";
import { mysql } from "./mysql";
import { nfsShare } from "./nfs-share";
import { nginx } from "./nginx";
import { noProvisionerClass } from "./no-provisioner-class";
import { persistenceExistingClaim, persistenceTemplate } from "./persistence";
import { provisioner } from "./provisioner";
import { quota } from "./quota";
import { reclaim } from "./reclaim";
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
  // Those that start most pods come early, so that no long one runs alone at the end:
  // the databases' start one after the other, and four exercises share the Redis with a template.
  mysql,
  persistenceTemplate,
  accessModes,
  reclaim,
  claimRefWalk,
  staticPair,
  dynamicClaim,
  persistenceExistingClaim,
  // After the pods were replaced: their names must have followed them to new addresses.
  dns,
  services,
  scalingStatefulSet,
  wordpress,
  scalingDeployment,
  redisHeadless,
  redisShared,
  nginx,
  configuration,
  secretChange,
  emptyDir,
  volumeStates,
  claimStates,
  claimRefStates,
  claimRefNames,
  defaultClass,
  hostPath,
  nfsShare,
  quota,
  localVolume,
  noProvisionerClass,
  provisioner,
  cloud,
];
