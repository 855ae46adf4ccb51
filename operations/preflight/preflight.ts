import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { ClusterReader } from "../../stacks/cluster-reader";
import { parseConfig, type StackConfig } from "../../stacks/config";
import type { InfrastructureConfig } from "../../stacks/config-schema";
import type { InfrastructureOutputs } from "../../stacks/infrastructure";
import { withoutRepeats, type PreflightCheck } from "../../stacks/preflight/check";
import { clusterChecks } from "../../stacks/preflight/cluster-checks";
import { planOf } from "../../stacks/preflight/plans";
import { openSsh } from "../../stacks/openssh";
import type { StateObject } from "../../stacks/own-state";
import { Failure } from "../../exercises/runner/failure";
import { fromProject, PROJECT, projectRoot, type HostsAndStacks, type Stack } from "../lab";
import { declaredObjects } from "../probe/declared";
import { outputsOf, type Deployment } from "../pulumi/deployment";
import { courseChecks } from "./course-preflight";
import { hostChecks, type Patience } from "./host-preflight";

/**
 * Looks, before anything is changed, whether the stacks can be applied: at the NAS, every node and the cluster. Only the
 * configs say where these are, so it works before the first `pulumi up`.
 *
 * @param chosen The stacks that are to be applied. @default all
 * @param patience With what a stack lacks outside of the cluster, such as hosts that do not answer.
 */
export async function preflight(
  lab: HostsAndStacks,
  chosen: Stack[] = lab.stacks,
  patience: (stack: Stack) => Patience = () => ({}),
): Promise<PreflightCheck[]> {
  const stacks = await Promise.all(chosen.map(async (stack) => ({ stack, ...(await configOf(lab, stack)) })));
  const applied = stacks.find(({ config }) => config.program === "infrastructure")?.config;
  const looks = stacks.map(async ({ stack, config, values }) => {
    const reader = await ClusterReader.open(fromProject(config.settings));
    const ownChecks = async (): Promise<PreflightCheck[]> => {
      switch (config.program) {
        case "infrastructure":
          return hostChecks(lab.hosts, stack.name, config.settings, patience(stack));
        case "course":
          return courseChecks(
            { stack: stack.name, config: config.settings, values },
            { outputs: infrastructureOutputs(lab), config: applied?.settings as InfrastructureConfig | undefined },
            reader,
            patience(stack).away,
          );
        case "classroom":
        case "shard":
          return [];
      }
    };
    const [cluster, own] = await Promise.all([lookAtCluster(reader, stack, config), ownChecks()]);
    return [...own, ...cluster];
  });
  return withoutRepeats((await Promise.all(looks)).flat());
}

/** A stack's config has errors. */
export class ConfigFailure extends Failure {}

/** The stack's config, once it is known to be right. */
async function configOf(
  { pulumi }: HostsAndStacks,
  { name }: Stack,
): Promise<{ config: StackConfig; values: Record<string, string> }> {
  const raw = await pulumi.programConfig(name);
  try {
    const fileExists = (path: string) => existsSync(resolve(projectRoot, path));
    return { config: parseConfig({ stack: name, ...raw, fileExists, ssh: openSsh }), values: raw.values };
  } catch (error) {
    throw new ConfigFailure((error as Error).message, `Correct Pulumi.${name}.yaml.`);
  }
}

function lookAtCluster(reader: ClusterReader, { name, state }: Stack, config: StackConfig): Promise<PreflightCheck[]> {
  return clusterChecks(reader, planOf(config), { objects: objectsOf(name, state), stack: `${PROJECT}/${name}` });
}

function objectsOf(stack: string, state: Deployment | undefined): StateObject[] {
  return declaredObjects(stack, state).map(({ kind, name, namespace }) => ({ kind, name, namespace, resource: name }));
}

/** What the infrastructure has put out; nothing before its first `pulumi up`. */
function infrastructureOutputs({ stacks }: HostsAndStacks): Partial<InfrastructureOutputs> | undefined {
  const state = stacks.find(({ program }) => program === "infrastructure")?.state;
  return state && (outputsOf(state) ?? {});
}
