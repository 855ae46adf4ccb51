import type { ClusterReader } from "../../stacks/cluster-reader";
import type { CourseConfig, InfrastructureConfig } from "../../stacks/config-schema";
import { courseNames } from "../../stacks/course/course-names";
import { directoriesError } from "../../stacks/course/static-directories";
import { LOCAL_NODE, neededNode, wantedInfrastructure } from "../../stacks/course/wanted-infrastructure";
import { loginErrors } from "../../stacks/host-connection";
import { loginOf } from "../../stacks/host-schema";
import { findHostname } from "../../stacks/hostname-label";
import type { ExportOutputs, FurtherOutputs, InfrastructureOutputs } from "../../stacks/infrastructure";
import { exportOf, infrastructureError } from "../../stacks/infrastructure-reference";
import type { PreflightCheck } from "../../stacks/preflight/check";
import { storageParts, type StoragePart } from "../../stacks/storage-parts";

/** A course whose config is right in itself. */
export interface CourseToApply {
  stack: string;
  config: CourseConfig;
  /** The stack's whole config, as the program gets it. */
  values: Record<string, string>;
}

/** What is known of the infrastructure of a course. */
export interface KnownInfrastructure {
  /** What it has put out; `undefined` where there is no such stack. */
  outputs?: Partial<InfrastructureOutputs>;
  /** Where it is to be applied before the course. */
  config?: InfrastructureConfig;
}

/**
 * Whether the infrastructure and the cluster have what the config of a course names: what its program looks at before it
 * registers anything, in the same words.
 *
 * @param lacking How what is missing is told.
 */
export async function courseChecks(
  course: CourseToApply,
  { outputs, config }: KnownInfrastructure,
  reader: ClusterReader,
  lacking: "missing" | "warning" = "missing",
): Promise<PreflightCheck[]> {
  const { infrastructureStack } = course.config;
  const check = (state: PreflightCheck["state"], found?: string): PreflightCheck => ({
    subject: course.stack,
    title: `what its config names is there, in the stack ${infrastructureStack} and in the cluster`,
    state,
    found,
  });
  const now = infrastructureErrors(course, outputs);
  const then = config === undefined ? now : infrastructureErrors(course, plannedOutputs(config));
  const node = neededNode(course.config);
  const label = node === undefined ? undefined : await findHostname(LOCAL_NODE, reader, node);
  const errors = [...then, ...(label && "error" in label ? [label.error] : [])];
  if (errors.length > 0) return errors.map((error) => check(lacking, error));
  return [now.length > 0 ? check("planned", `after pulumi up -s ${infrastructureStack}`) : check("good")];
}

function infrastructureErrors(
  { stack, config, values }: CourseToApply,
  outputs: Partial<InfrastructureOutputs> | undefined,
): string[] {
  const { infrastructureStack } = config;
  const wanted = wantedInfrastructure(config, courseNames(config));
  const error = infrastructureError(infrastructureStack, outputs, wanted);
  if (error !== undefined) return [error];
  if (wanted.planned.directories.length === 0) return [];
  const { nas } = exportOf(outputs ?? {}, wanted.export);
  const refused = directoriesError(config, nas);
  return [...(refused ? [refused] : []), ...(nas ? loginErrors(nas, infrastructureStack, { stack, values }) : [])];
}

/** What an infrastructure will put out of what is looked at here, once it is applied. */
function plannedOutputs(config: InfrastructureConfig): Partial<InfrastructureOutputs> {
  const { csi } = config;
  const parts = storageParts(config);
  const classes = parts.flatMap(({ storageClasses }) => storageClasses);
  const [first, ...further] = parts.map(plannedExport);
  return {
    ...first,
    storageClasses: classes.map(({ name }) => name),
    pathPatterns: Object.fromEntries(
      classes.flatMap(({ name, pathPattern }) => (pathPattern === undefined ? [] : [[name, pathPattern]])),
    ),
    additional: Object.fromEntries(
      further.map((each, index) => [parts[index + 1]?.name ?? "", each as FurtherOutputs]),
    ),
    csi: csi && { driver: "", namespace: "", storageClasses: csi.storageClasses.map(({ name }) => name) },
  };
}

function plannedExport({ nas }: StoragePart): Pick<ExportOutputs, "nas" | "nfs"> {
  return { nas: nas && loginOf(nas), nfs: { server: "", path: "" } };
}
