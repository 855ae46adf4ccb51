import * as pulumi from "@pulumi/pulumi";
import { clusterProvider, findCluster } from "../cluster-provider";
import { hostnameLabel } from "../hostname-label";
import { readInfrastructure } from "../infrastructure-reference";
import type { ClusterReader } from "../cluster-reader";
import type { CourseConfig } from "../config-schema";
import { inSection, markObjects } from "../object-marks";
import { ownObjects } from "../own-state";
import { coursePlan } from "../preflight/plans";
import { runPreflight } from "../preflight/run";
import { stackNamespace } from "../stack-namespace";
import { courseNames, SHARED_NAMESPACE } from "./course-names";
import { courseRemedy } from "./course-remedy";
import { checkNames } from "./moved-names";
import { sections } from "./sections";
import type { SectionContext } from "./section";
import { checkDirectories, staticDirectories } from "./static-directories";
import { chosenSections, LOCAL_NODE, neededNode, wantedInfrastructure } from "./wanted-infrastructure";

/**
 * What a lesson makes: the directories on the NAS, the namespace, and each section that the config has switched on. Next to
 * the sections' outputs, `names` has what everything is called, and `hostChecks` lists what finds out whether the hosts
 * still are as the scripts left them.
 */
export async function course(settings: CourseConfig): Promise<Record<string, pulumi.Input<unknown>>> {
  const names = courseNames(settings);
  const own = await ownObjects();
  await checkNames(settings, names, own);
  const cluster = await findCluster("course", settings);
  await runPreflight(cluster.reader, coursePlan(settings), own);
  const config = { ...settings, localNode: await nodeLabel(settings, cluster.reader) };
  const wanted = wantedInfrastructure(config, names);
  const directoryNames = wanted.planned.directories;
  const infrastructure = await readInfrastructure(config.infrastructureStack, wanted);
  if (directoryNames.length > 0) checkDirectories(config, infrastructure);
  markObjects(courseRemedy(config, names));

  const directories = await staticDirectories(directoryNames, config, names, infrastructure, () =>
    clusterProvider(cluster, { name: "directories-cluster" }),
  );
  // A NAS that refuses leaves nothing half made in the cluster.
  const provider = clusterProvider(cluster, { dependsOn: directories?.resource });
  const context: SectionContext = {
    config,
    names,
    infrastructure,
    provider,
    namespace: stackNamespace("namespace", names.namespace, { provider }, { create: config.createNamespace }),
    exampleNamespace:
      names.exampleNamespace === SHARED_NAMESPACE
        ? pulumi.output(names.exampleNamespace)
        : stackNamespace("exampleNamespace", names.exampleNamespace, { provider }),
    toolsImage: config.toolsImage ?? config.redisImage,
    directory(name) {
      if (!directories || !directoryNames.includes(name)) throw new Error(`no section names the directory ${name}`);
      return directories.paths.apply((paths) => paths[name] ?? "");
    },
  };

  const made = Object.fromEntries(
    chosenSections(config).map((name) => [name, inSection(name, () => sections[name].make(context))]),
  );
  const hostChecks = directories ? [directories.check] : [];
  const { namespace } = context;
  return {
    cluster: cluster.identity,
    namespace,
    names,
    ...made,
    deletionEffect: infrastructure.deletionEffect,
    hostChecks,
  };
}

/** What ties to `localNode` what is on it: its label, which need not be its name. */
async function nodeLabel(settings: CourseConfig, reader: ClusterReader): Promise<string | undefined> {
  const needed = neededNode(settings);
  return needed === undefined ? settings.localNode : hostnameLabel(LOCAL_NODE, reader, needed);
}
