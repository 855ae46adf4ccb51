import type { Section } from "./stage";
import { staticVolume } from "./staticVolume";

const DIRECTORY = "shiqi-redis";

/** The volume and the claim that are bound to each other, without a pod. */
export const staticPair: Section = {
  directories: [DIRECTORY],
  make(stage) {
    const pair = staticVolume(stage, DIRECTORY);
    return { volume: pair.volumeName, claim: pair.claimName };
  },
};
