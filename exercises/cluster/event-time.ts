import type { CoreV1Event } from "@kubernetes/client-node";

/** When an event was last seen. The client leaves an event's times as text, whatever its types say. */
export function eventTime({ lastTimestamp, eventTime: once, metadata }: CoreV1Event): Date {
  return new Date(lastTimestamp ?? once ?? metadata.creationTimestamp ?? 0);
}
