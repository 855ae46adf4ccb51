import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ClusterReader } from "../../stacks/cluster-reader";
import { parseConfig, type StackConfig } from "../../stacks/config";
import { withoutRepeats, type PreflightCheck } from "../../stacks/preflight/check";
import { clusterChecks } from "../../stacks/preflight/cluster-checks";
import { coursePlan, infrastructurePlan } from "../../stacks/preflight/plans";
import { openSsh } from "../../stacks/openssh";
import type { StateObject } from "../../stacks/own-state";
import { Failure } from "../../exercises/runner/failure";
import { fromProject, PROJECT, projectRoot, type HostsAndStacks, type Stack } from "../lab";
import { declaredObjects } from "../probe/declared";
import type { Deployment } from "../pulumi/deployment";
import { hostChecks, type Patience } from "./host-preflight";

/**
 * Looks, before anything is changed, whether the stacks can be applied: at the NAS, every node and the cluster. Only the
 * configs say where these are, so it works before the first `pulumi up`.
 *
 * @param chosen The stacks that are to be applied. @default all
 * @param patience With the hosts of a stack that do not answer.
 */
export async function preflight(
  lab: HostsAndStacks,
  chosen: Stack[] = lab.stacks,
  patience: (stack: Stack) => Patience = () => ({}),
): Promise<PreflightCheck[]> {
  const stacks = await Promise.all(chosen.map(async (stack) => ({ stack, config: await configOf(lab, stack) })));
  const looks = stacks.map(async ({ stack, config }) => {
    const [cluster, hosts] = await Promise.all([
      lookAtCluster(stack, config),
      lookAtHosts(lab, stack, config, patience(stack)),
    ]);
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
    const fileExists = (path: string) => existsSync(resolve(projectRoot, path));
    return parseConfig({ stack: name, ...raw, fileExists, ssh: openSsh });
  } catch (error) {
    throw new ConfigFailure((error as Error).message, `Correct Pulumi.${name}.yaml.`);
  }
}

async function lookAtCluster({ name, state }: Stack, config: StackConfig): Promise<PreflightCheck[]> {
  const reader = await ClusterReader.open(fromProject(config.settings));
  const plan = config.program === "infrastructure" ? infrastructurePlan(config.settings) : coursePlan(config.settings);
  return clusterChecks(reader, plan, { objects: objectsOf(name, state), stack: `${PROJECT}/${name}` });
}

function objectsOf(stack: string, state: Deployment | undefined): StateObject[] {
  return declaredObjects(stack, state).map(({ kind, name, namespace }) => ({ kind, name, namespace, resource: name }));
}

async function lookAtHosts(
  lab: HostsAndStacks,
  { name }: Stack,
  config: StackConfig,
  patience: Patience,
): Promise<PreflightCheck[]> {
  return config.program === "infrastructure" ? hostChecks(lab.hosts, name, config.settings, patience) : [];
}
