import type { CourseConfig } from "../config-schema";
import { csi } from "./sections/csi";
import { clusterIpService } from "./sections/cluster-ip-service";
import { configuration } from "./sections/configuration";
import { dynamicExample } from "./sections/dynamic-claim";
import { fastSsd } from "./sections/local-volume";
import { hostPath } from "./sections/host-path";
import { localVolume } from "./sections/local-volume";
import { mysql } from "./sections/mysql";
import { nfsShare } from "./sections/nfs-share";
import { nginx } from "./sections/nginx";
import { quota } from "./sections/quota";
import { redisExistingClaim, redisTemplate } from "./sections/redis-on-claims";
import { redisHeadless } from "./sections/redis-headless";
import { redisShared } from "./sections/redis-shared";
import type { Section } from "./section";
import { staticPair } from "./sections/static-pair";
import { wordpress } from "./sections/wordpress";

export type SectionName = keyof CourseConfig["sections"];

/** All sections, in the order in which they are made. */
export const sections: Record<SectionName, Section> = {
  staticPair,
  redisExistingClaim,
  redisTemplate,
  dynamicExample,
  redisHeadless,
  redisShared,
  clusterIpService,
  mysql,
  wordpress,
  nginx,
  configuration,
  nfsShare,
  hostPath,
  localVolume,
  fastSsd,
  quota,
  csi,
};
