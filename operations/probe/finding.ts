import type { HostCheck } from "../../components/index";
import type { Result } from "../../exercises/runner/run-exercises";

/** What `up` can do about a finding. */
export type Fix =
  /** Compare the stack with the cluster and apply it: `pulumi up --refresh`. */
  | { does: "apply"; stack: string }
  /** Run the script of a host again. */
  | { does: "run-script"; check: HostCheck }
  /** Let a Released volume be bound again, to the claim that it was of. */
  | { does: "free-volume"; volume: string }
  /** Let a volume that is reserved for a claim, and that the claim names, know that it has it. */
  | { does: "bind-volume"; volume: string }
  /** Let the object's deletion, which somebody asked for, come to its end without a loss of data. */
  | { does: "finish-deletion"; kind: string; namespace?: string; name: string }
  /** Take away what somebody added to a controller's pods. */
  | {
      does: "remove-added";
      kind: "Deployment" | "StatefulSet";
      namespace?: string;
      name: string;
      patch: Record<string, unknown>;
    }
  /** Delete the pod, so that its controller or the next `apply` makes a new one. */
  | { does: "replace-pod"; namespace: string; name: string; uid: string };

/** When what does not pass by itself is told, in seconds; a node that is away may be booting. */
export const SOON = 15;
export const NODE_PATIENCE = 50;

/** What is wrong with an object or a host. */
export interface Trouble {
  /** What is seen, naming the object that causes it. */
  reason: string;
  /** What a person can do about it, where {@link fix} is not enough. */
  remedy?: string;
  /** Seconds after which it is known to stay so however long one waits. @default it may pass by itself */
  lastingAfter?: number;
  fix?: Fix;
  /** Seconds for which the trouble has to be seen before {@link fix} is applied: it may pass by itself. @default 0 */
  fixAfter?: number;
  /** Data that would go with the fix: it is asked for first. */
  loss?: string;
  /** Pulumi must not run before a person has decided: it would take away what is somebody else's. */
  blocks?: true;
}

/** What one look found about one thing, as exercises report it. */
export interface Finding extends Pick<Result, "id" | "title" | "passed" | "reason" | "remedy"> {
  trouble?: Trouble;
}

export function passed(id: string, title: string): Finding {
  return { id, title, passed: true };
}

export function failed(id: string, title: string, trouble: Trouble): Finding {
  const { reason, remedy } = trouble;
  return { id, title, passed: false, reason, remedy, trouble };
}

/** A finding as the user reads it. */
export function findingLine(finding: Pick<Finding, "title" | "passed" | "reason" | "remedy">): string {
  if (finding.passed) return `✓ ${finding.title}`;
  const remedy = finding.remedy ? `\n    → ${finding.remedy.replaceAll("\n", "\n      ")}` : "";
  return `✗ ${finding.title}: ${finding.reason ?? "no reason given"}${remedy}`;
}
