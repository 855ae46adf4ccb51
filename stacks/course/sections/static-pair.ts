import type { Section } from "../section";
import { staticVolume } from "./static-volume";

const DIRECTORY = "shiqi-redis";

/** The volume and the claim that are bound to each other, without a pod. */
export const staticPair: Section = {
  directories: [DIRECTORY],
  make(stage) {
    const pair = staticVolume(stage, DIRECTORY);
    return { volume: pair.volumeName, claim: pair.claimName };
  },
};
