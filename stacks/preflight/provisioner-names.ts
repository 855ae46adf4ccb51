import type { KubernetesObject, V1Deployment, V1StorageClass } from "@kubernetes/client-node";
import type { ClusterReader } from "../cluster-reader";
import type { PreflightCheck } from "./check";
import { isOf, markOf, type Ownership } from "./ownership";

/** A provisioner of a stack, by what classes call it. */
export interface PlannedProvisioner {
  /** The config key that names it. */
  key: string;
  name: string;
}

/**
 * Whether a name is that of one provisioner alone: of two, both make a directory for each claim, one of which nobody knows.
 * Where the stack's own one has the name already, that another one came is a warning: what is made is still looked after.
 */
export async function provisionerChecks(
  reader: ClusterReader,
  planned: PlannedProvisioner[],
  own: Ownership,
): Promise<PreflightCheck[]> {
  if (planned.length === 0) return [];
  const [deployments, classes] = await Promise.all([reader.deployments(), reader.storageClasses()]);
  return planned.map((each) => {
    const seen: Seen = {
      deployments: "value" in deployments ? deployments.value.filter((one) => serves(one, each.name)) : [],
      classes: "value" in classes ? classes.value.filter(({ provisioner }) => provisioner === each.name) : [],
    };
    const subject = each.key;
    const title = `the provisioner's name ${each.name} is unique in the cluster`;
    const foreign = foreignCheck(seen, each, own);
    if (foreign !== undefined) return { subject, title, ...foreign };
    const unread = [deployments, classes].flatMap((reading) => ("problem" in reading ? [reading.problem] : []));
    return unread.length > 0
      ? { subject, title, state: "warning", found: unread[0] }
      : { subject, title, state: "good" };
  });
}

/** What has one name: provisioners that serve it, and classes that ask for it. */
interface Seen {
  deployments: V1Deployment[];
  classes: V1StorageClass[];
}

function foreignCheck(
  { deployments, classes }: Seen,
  { key, name }: PlannedProvisioner,
  own: Ownership,
): Omit<PreflightCheck, "subject" | "title"> | undefined {
  const servers = deployments.filter((each) => !isOf(own, "Deployment", each));
  const isServed = servers.length < deployments.length;
  const others = classes.filter((each) => !isOf(own, "StorageClass", each));
  // By hand, people make classes of the provisioner that is there.
  if (servers.length === 0 && (isServed || others.length === 0)) return undefined;
  const shown = [
    ...servers.map((each) => shownAs("Deployment", each)),
    ...others.map((each) => shownAs("StorageClass", each)),
  ];
  const isOfStack = others.some((each) => markOf(each) !== undefined);
  return {
    state: !isServed && (servers.length > 0 || isOfStack) ? "missing" : "warning",
    found:
      `it is the name in ${shown.join(", ")}` +
      (servers.length > 0
        ? "; both provisioners make a directory for each claim"
        : ", whose claims it would serve too"),
    remedy: `Write another name as ${key}, such as ${name}-2, or remove what has it`,
  };
}

/** Upstream's program, by whatever chart, is told its name by this variable. */
function serves({ spec }: V1Deployment, name: string): boolean {
  const containers = spec?.template.spec?.containers ?? [];
  return containers.some(({ env = [] }) => env.some((each) => each.name === "PROVISIONER_NAME" && each.value === name));
}

function shownAs(kind: string, object: KubernetesObject): string {
  const { name, namespace } = object.metadata ?? {};
  const mark = markOf(object);
  const path = namespace === undefined ? name : `${namespace}/${name}`;
  return `the ${kind} ${path} (${mark === undefined ? "of no stack" : `of the stack ${mark}`})`;
}
