import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type HostCheck, NfsDirectories, NfsDirectoriesJob } from "../../components/index";
import type { CourseConfig } from "../config-schema";
import { checkLogin, hostConnection } from "../host-connection";
import type { HostLogin } from "../host-schema";
import type { InfrastructureReference } from "../infrastructure-reference";
import { ownOutputs } from "../own-state";
import { COURSE_PROFILE } from "./course-profile";
import type { CourseNames } from "./course-names";

/** The directories of static volumes: over SSH on a NAS that the infrastructure has set up, by a Job on an export that existed. */
export interface StaticDirectories {
  /** Name → path as clients mount it. */
  paths: pulumi.Output<Record<string, string>>;
  check: pulumi.Output<HostCheck>;
  /** What has to be there before a volume on them. */
  resource: pulumi.Resource;
}

/** Throws, before anything is registered, where the config asks for what cannot be done on such an export. */
export function checkDirectories(config: CourseConfig, { nas }: InfrastructureReference): void {
  const error = directoriesError(config, nas);
  if (error !== undefined) throw new pulumi.RunError(error);
  if (nas !== undefined) checkLogin(nas, config.infrastructureStack);
}

/** Why the directories cannot be made as the config says. */
export function directoriesError({ onDelete }: CourseConfig, nas: HostLogin | undefined): string | undefined {
  if (nas !== undefined || onDelete !== "archive") return undefined;
  return (
    `storage-lab:course.onDelete ("archive"): the infrastructure's export existed before, and its directories are made by a ` +
    `Job; when the stack is destroyed, none runs any more that could rename them. Nothing was changed. Set onDelete: keep, ` +
    `and rename them yourself after the stack is destroyed.`
  );
}

/**
 * Makes them.
 *
 * @param provider Makes a provider of its own for a Job: the course's waits for the directories.
 */
export async function staticDirectories(
  names: string[],
  config: CourseConfig,
  { directories: { job } }: CourseNames,
  infrastructure: InfrastructureReference,
  provider: () => k8s.Provider,
): Promise<StaticDirectories | undefined> {
  if (names.length === 0) return undefined;
  const { nas, path, server, provisionerNamespace, mountOptions, directories } = infrastructure;
  const settings = { names, adopt: config.adoptDirectories };
  if (nas !== undefined) {
    const made = new NfsDirectories("directories", {
      ...settings,
      connection: hostConnection(nas),
      exportPath: path,
      owner: directories.owner,
      mode: directories.mode.apply((mode) => mode || COURSE_PROFILE.directoryMode),
      onDelete: config.onDelete,
      generation: config.generation,
    });
    return { paths: made.paths, check: made.check, resource: made };
  }
  const failures = await failedJobs();
  const made = new NfsDirectoriesJob(
    "directories",
    {
      ...settings,
      mode: COURSE_PROFILE.directoryMode,
      jobName: job,
      namespace: provisionerNamespace,
      image: config.directoriesImage ?? config.redisImage,
      server,
      path,
      mountOptions,
      generation: config.generation + failures,
      metadata: failures > 0 ? { annotations: { [FAILURES]: String(failures) } } : undefined,
    },
    { provider: provider() },
  );
  return { paths: made.paths, check: made.check, resource: made };
}

/** How often the stack's Job has failed: an annotation of the one that came after. */
const FAILURES = "storage-lab.example/failures";

/** Of a Job in the state, what is read here. */
interface RecordedJob {
  metadata?: { annotations?: Record<string, string> };
  status?: { conditions?: { type: string; status: string }[] };
}

/** A Job that has failed stays so: each failure in the state calls for another one. */
async function failedJobs(): Promise<number> {
  const job = (await ownOutputs<RecordedJob>()).find(([urn]) => urn.endsWith("::directories-job"))?.[1];
  const before = Number(job?.metadata?.annotations?.[FAILURES] ?? 0);
  const failed = job?.status?.conditions?.some(({ type, status }) => type === "Failed" && status === "True");
  return before + (failed ? 1 : 0);
}
