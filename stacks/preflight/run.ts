import * as pulumi from "@pulumi/pulumi";
import type { ClusterReader } from "../cluster-reader";
import type { StateObject } from "../own-state";
import type { PreflightCheck } from "./check";
import { clusterChecks, type ClusterPlan } from "./cluster-checks";

/**
 * Looks at the cluster before anything is registered. Throws what is missing, all at once, and warns of the rest. Only in
 * a run of the engine: a mocked one changes no cluster and needs none.
 *
 * @param own What the stack's state has.
 */
export async function runPreflight(reader: ClusterReader, plan: ClusterPlan, own: StateObject[]): Promise<void> {
  // As the language host sets it. With the other variable a cluster that is gone for good is given up.
  const { PULUMI_NODEJS_ENGINE: engine, PULUMI_K8S_DELETE_UNREACHABLE: givenUp } = process.env;
  if (!engine || givenUp === "true") return;
  const checks = await clusterChecks(reader, plan, {
    objects: own,
    stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
  });
  for (const check of checks.filter(({ state }) => state === "warning")) await pulumi.log.warn(sentence(check));
  const error = missingError(pulumi.getStack(), checks);
  if (error !== undefined) throw new pulumi.RunError(error);
}

/** One error of all that is missing; `undefined` where nothing is. */
export function missingError(stack: string, checks: PreflightCheck[]): string | undefined {
  const missing = checks.filter(({ state }) => state === "missing");
  if (missing.length === 0) return undefined;
  const lines = missing.map((check) => `  - ${sentence(check)}`);
  return [`The stack ${stack} cannot be applied; nothing was changed.`, ...lines].join("\n");
}

function sentence({ subject, title, found, remedy }: PreflightCheck): string {
  const more = [found, remedy].flatMap((part) =>
    part ? [` ${ended(part.charAt(0).toUpperCase() + part.slice(1))}`] : [],
  );
  return `${subject}: ${title}: no.${more.join("")}`;
}

const ended = (text: string) => (text.endsWith(".") ? text : `${text}.`);
