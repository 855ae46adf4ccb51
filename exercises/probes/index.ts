import type { Check } from "../exercise";
import { directories } from "./directories";
import { provisioner } from "./provisioner";
import { redisExistingClaim, redisTemplate } from "./redis";
import { volumes } from "./volumes";

/** Read-only looks at a running course: seconds, where the exercises take a minute. */
export const probes: Check[] = [provisioner, volumes, redisExistingClaim, redisTemplate, directories];
