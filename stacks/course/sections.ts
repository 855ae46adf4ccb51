import type { CourseConfig } from "../schema";
import { clusterIpService } from "./clusterIpService";
import { configuration } from "./configuration";
import { dynamicExample } from "./dynamicExample";
import { fastSsd } from "./fastSsd";
import { hostPath } from "./hostPath";
import { localVolume } from "./localVolume";
import { mysql } from "./mysql";
import { nfsShare } from "./nfsShare";
import { nginx } from "./nginx";
import { quota } from "./quota";
import { redisExistingClaim, redisTemplate } from "./redis";
import { redisHeadless } from "./redisHeadless";
import { redisShared } from "./redisShared";
import type { Section } from "./stage";
import { staticPair } from "./staticPair";
import { wordpress } from "./wordpress";

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
};
