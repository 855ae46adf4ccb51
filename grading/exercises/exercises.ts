import type { Exercise } from "../runner/exercise";
import { claimRef } from "./claim-ref/exercise";
import { dns } from "./dns/exercise";
import { persistence } from "./persistence/exercise";
import { quota } from "./quota/exercise";
import { redisDynamic } from "./redis-dynamic/exercise";
import { redisStatic } from "./redis-static/exercise";
import { releasedBack } from "./released-back/exercise";
import { staticPair } from "./static-pair/exercise";

/** The course's exercises on a student's own work, in the order in which they are done. */
export const gradedExercises: Exercise[] = [
  staticPair,
  releasedBack,
  claimRef,
  redisStatic,
  redisDynamic,
  dns,
  persistence,
  quota,
];
