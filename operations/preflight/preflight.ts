import { existsSync } from "node:fs";
import { ClusterReader } from "../../stacks/cluster-reader";
import { parseConfig, type StackConfig } from "../../stacks/config";
import type { PreflightCheck } from "../../stacks/preflight/check";
import { clusterChecks } from "../../stacks/preflight/cluster-checks";
import { coursePlan, infrastructurePlan } from "../../stacks/preflight/plans";
import { openSsh } from "../../stacks/openssh";
import type { StateObject } from "../../stacks/own-state";
import { Failure } from "../../exercises/runner/failure";
import { PROJECT, type HostsAndStacks, type Stack } from "../lab";
import { declaredObjects } from "../probe/declared";
import type { Deployment } from "../pulumi/deployment";
import { hostChecks } from "./host-preflight";

/**
 * Looks, before anything is changed, whether the stacks can be applied: at the NAS, every node and the cluster. Only the
 * configs say where these are, so it works before the first `pulumi up`.
 *
 * @param chosen The stacks that are to be applied. @default all
 */
export async function preflight(lab: HostsAndStacks, chosen: Stack[] = lab.stacks): Promise<PreflightCheck[]> {
  const stacks = await Promise.all(chosen.map(async (stack) => ({ stack, config: await configOf(lab, stack) })));
  const looks = stacks.map(async ({ stack, config }) => {
    const [cluster, hosts] = await Promise.all([lookAtCluster(stack, config), lookAtHosts(lab, stack, config)]);
    return [...hosts, ...cluster];
  });
  return withoutRepeats((await Promise.all(looks)).flat());
}

/** A stack's config has errors. */
export class ConfigFailure extends Failure {}

/** The stack's config, once it is known to be right. */
async function configOf({ pulumi }: HostsAndStacks, { name }: Stack): Promise<StackConfig> {
  const raw = await pulumi.programConfig(name);
  try {
    return parseConfig({ stack: name, ...raw, fileExists: existsSync, ssh: openSsh });
  } catch (error) {
    throw new ConfigFailure((error as Error).message, `Correct Pulumi.${name}.yaml.`);
  }
}

async function lookAtCluster({ name, state }: Stack, config: StackConfig): Promise<PreflightCheck[]> {
  const reader = await ClusterReader.open(config.settings);
  const plan = config.program === "infrastructure" ? infrastructurePlan(config.settings) : coursePlan(config.settings);
  return clusterChecks(reader, plan, { objects: objectsOf(name, state), stack: `${PROJECT}/${name}` });
}

function objectsOf(stack: string, state: Deployment | undefined): StateObject[] {
  return declaredObjects(stack, state).map(({ kind, name, namespace }) => ({ kind, name, namespace, resource: name }));
}

async function lookAtHosts(lab: HostsAndStacks, { name }: Stack, config: StackConfig): Promise<PreflightCheck[]> {
  return config.program === "infrastructure" ? hostChecks(lab.hosts, name, config.settings) : [];
}

/** Two stacks ask the same of one cluster. */
function withoutRepeats(checks: PreflightCheck[]): PreflightCheck[] {
  const seen = new Set<string>();
  return checks.filter((check) => {
    const key = JSON.stringify(check);
    return !seen.has(key) && seen.add(key);
  });
}
