import type { Check } from "../../runner/exercise";
import { directories } from "./directories-probe";
import { provisioner } from "./provisioner-probe";
import { redisExistingClaim, redisTemplate } from "./redis-probe";
import { volumes } from "./volumes-probe";

/** Read-only checks of a running course, in seconds. */
export const probes: Check[] = [provisioner, volumes, redisExistingClaim, redisTemplate, directories];
