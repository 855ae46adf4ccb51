import type { Step } from "../../exercises/runner/progress";
import { STACK_MARK } from "../../stacks/mark-names";
import { PROJECT, projectRoot, type Lab } from "../lab";
import { foldersOf } from "../pulumi/backend";
import { apiKindOf } from "../pulumi/deployment";
import { recover, type Lookup } from "../pulumi/recovery";

/** Makes stacks usable whose last run was killed; returns those that have to be compared with the cluster. */
export async function recoverStacks(lab: Lab): Promise<string[]> {
  const names: string[] = [];
  for (const stack of lab.stacks) {
    const locks = (await foldersOf(PROJECT, stack.name, projectRoot))?.locks;
    const lookup: Lookup = async ({ type, namespace, name }) => {
      const { apiVersion, kind } = apiKindOf(type);
      const found = await lab.cluster.listAny(apiVersion, kind, namespace);
      const mark = found.find(({ metadata }) => metadata?.name === name)?.metadata?.annotations?.[STACK_MARK];
      return mark === `${PROJECT}/${stack.name.split("/").at(-1)}`;
    };
    const note = (line: string) => lab.progress.say(`· ${line}`);
    const step: Step = { waiting: (what) => note(`waiting for ${what}`), note };
    if (await recover(lab.pulumi, stack.name, { state: stack.state, locks, lookup }, step)) {
      stack.state = await lab.pulumi.state(stack.name);
      names.push(stack.name);
    }
  }
  return names;
}
