import type { CourseConfig } from "../schema";
import { dynamicExample } from "./dynamicExample";
import { redisExistingClaim, redisTemplate } from "./redis";
import type { Section } from "./stage";
import { staticPair } from "./staticPair";

export type SectionName = keyof CourseConfig["sections"];

/** All sections, in the order in which they are made. */
export const sections: Record<SectionName, Section> = {
  staticPair,
  redisExistingClaim,
  redisTemplate,
  dynamicExample,
};
