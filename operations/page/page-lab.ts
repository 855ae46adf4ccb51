import type { HostCheck } from "../../components/index";
import type { KubernetesCluster } from "../../exercises/cluster/kubernetes-cluster";
import type { Progress } from "../../exercises/runner/progress";
import { type ClassLab, withClass } from "../class/class-lab";
import type { Hosts } from "../hosts/hosts";
import { defaultLogs, projectRoot, withLab, type LabOptions } from "../lab";
import { hostChecksOf } from "../pulumi/deployment";
import { Pulumi } from "../pulumi/pulumi";

/** What the page is of: a cluster, and the hosts of the stacks that are on it. */
export interface PageLab {
  /** The stack that was named. */
  stack: string;
  cluster: KubernetesCluster;
  hosts: Hosts;
  /** They name the hosts, and what is looked at there. */
  checks: HostCheck[];
  /** The class, where it is the stack of one. */
  classroom?: Pick<ClassLab, "settings">;
  progress: Progress;
}

/** Opens what a stack is of, be it a course, an infrastructure or a class, and hands it to `work`. */
export async function withPageLab<T>(
  options: LabOptions,
  progress: Progress,
  work: (lab: PageLab) => Promise<T>,
): Promise<T> {
  const { stack, logs = defaultLogs } = options;
  const { values } = await new Pulumi({ project: projectRoot, logs }).programConfig(stack);
  if (values["storage-lab:program"] !== "classroom") {
    return withLab(options, progress, ({ cluster, hosts, stacks }) =>
      work({ stack, cluster, hosts, checks: stacks.flatMap(({ state }) => hostChecksOf(state) ?? []), progress }),
    );
  }
  return withClass(options, progress, async (lab) => work(await ofClass(lab)));
}

/** What a class has for a page. */
export async function ofClass(lab: ClassLab): Promise<PageLab> {
  const { stack, cluster, hosts, state, infrastructure, settings, progress } = lab;
  const checks = [state, await infrastructure()].flatMap((each) => hostChecksOf(each) ?? []);
  return { stack, cluster, hosts, checks, classroom: { settings }, progress };
}
