import type { Exercise } from "../runner/exercise";
import { accessModes } from "./rules/access-modes";
import { claimRefNames } from "./states/claim-ref-names";
import { claimRefStates } from "./states/claim-ref-states";
import { claimRefWalk } from "./states/claim-ref-walk";
import { claimStates } from "./states/claim-states";
import { cloud } from "./cloud/cloud";
import { configuration } from "./configuration/configuration";
import { csiAttach } from "./csi/csi-attach";
import { csiExpand } from "./csi/csi-expand";
import { csiReclaim } from "./csi/csi-reclaim";
import { csiRedis } from "./csi/csi-redis";
import { csiRestart } from "./csi/csi-restart";
import { csiServices } from "./csi/csi-services";
import { csiWalk } from "./csi/csi-walk";
import { defaultClass } from "./classes/default-class";
import { dns } from "./redis/dns";
import { dynamicClaim } from "./classes/dynamic-claim";
import { emptyDir } from "./configuration/empty-dir";
import { hostPath } from "./volumes/host-path";
import { localVolume } from "./volumes/local-volume";
import { mysql } from "./workloads/mysql";
import { nfsShare } from "./volumes/nfs-share";
import { nginx } from "./workloads/nginx";
import { noProvisionerClass } from "./classes/no-provisioner-class";
import { persistenceExistingClaim, persistenceTemplate } from "./redis/persistence";
import { provisioner } from "./classes/provisioner";
import { quota } from "./rules/quota";
import { reclaim } from "./classes/reclaim";
import { redisHeadless } from "./redis/redis-headless";
import { redisShared } from "./redis/redis-shared";
import { redisShutdown } from "./redis/redis-shutdown";
import { scalingStatefulSet } from "./workloads/scaling";
import { scalingDeployment } from "./workloads/scaling-deployment";
import { secretChange } from "./configuration/secret-change";
import { services } from "./redis/services";
import { staticPair } from "./volumes/static-pair";
import { volumeStates } from "./states/volume-states";
import { wordpress } from "./workloads/wordpress";

/** The course's exercises. Those that touch the same object run in this order. */
export const exercises: Exercise[] = [
  // The longest come first, so that none runs alone at the end: the databases start one after the
  // other, and four exercises share the Redis with a template.
  mysql,
  persistenceTemplate,
  accessModes,
  reclaim,
  claimRefWalk,
  staticPair,
  dynamicClaim,
  persistenceExistingClaim,
  // The node plugins' logs are read before one of them is restarted.
  csiWalk,
  csiServices,
  csiRestart,
  csiAttach,
  csiReclaim,
  csiExpand,
  csiRedis,
  // After the pods were replaced: their names must resolve to the new addresses.
  dns,
  services,
  scalingStatefulSet,
  wordpress,
  scalingDeployment,
  redisHeadless,
  redisShared,
  redisShutdown,
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
