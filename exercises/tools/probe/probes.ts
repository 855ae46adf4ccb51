import type { Check } from "../../runner/exercise";
import { directories } from "./directories-probe";
import { provisioner } from "./provisioner-probe";
import { redisExistingClaim, redisTemplate } from "./redis-probe";
import { volumes } from "./volumes-probe";

/** Read-only looks at a running course: seconds, where the exercises take a minute. */
export const probes: Check[] = [provisioner, volumes, redisExistingClaim, redisTemplate, directories];
