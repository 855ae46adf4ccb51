import type { Act } from "./act";
import { claimAttacks } from "./claim-attacks";
import { lessons } from "./lessons";
import { networkAttacks, networkLessons } from "./network-attacks";
import { podAttacks } from "./pod-attacks";
import { rightAttacks } from "./right-attacks";
import { exhaustion, storageAttacks } from "./storage-attacks";
import { volumeAttacks } from "./volume-attacks";

/** What a student tries with a kubeconfig; no act needs another one. */
export const requests: Act[] = [...volumeAttacks, ...claimAttacks, ...podAttacks, ...rightAttacks];

/** What a student tries in and with pods; no act needs another one. */
export const insiders: Act[] = [...networkAttacks, ...networkLessons, ...storageAttacks];

/** All that is tried in a class. */
export const acts: Act[] = [...requests, ...insiders, ...exhaustion, ...lessons];
