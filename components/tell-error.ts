import { setTimeout as delay } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/** Longest wait for earlier messages, in milliseconds. */
const HOLD_UP = 3000;

/**
 * Shows an error from a hook. Messages come in their order, and one about a resource waits for its registration, which may
 * wait for the very resource that the hook is of: so earlier messages are not waited for for ever.
 */
export async function tellError(message: string): Promise<void> {
  await Promise.race([pulumi.log.error(message), delay(HOLD_UP)]);
}
