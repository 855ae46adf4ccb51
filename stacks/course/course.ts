import * as pulumi from "@pulumi/pulumi";
import { NfsDirectories } from "../../components/index";
import { clusterProvider, stackNamespace } from "../cluster-provider";
import { readInfrastructure } from "../infrastructure-reference";
import type { CourseConfig } from "../config-schema";
import { COURSE_PROFILE } from "./course-profile";
import { sections, type SectionName } from "./sections";
import type { SectionContext } from "./section";

/**
 * What a lesson makes: the directories on the NAS, the namespace, and each section that the config has switched on. Next to
 * the sections' outputs, `hostChecks` lists what finds out whether the hosts still are as the scripts left them.
 */
export async function course(config: CourseConfig): Promise<Record<string, pulumi.Input<unknown>>> {
  const chosen = (Object.keys(sections) as SectionName[]).filter((name) => config.sections[name]);
  const names = chosen.flatMap((name) => sections[name].directories ?? []);
  const infrastructure = await readInfrastructure(config.infrastructureStack, config.storageClass, {
    claims: chosen.flatMap((name) => sections[name].claims?.(config) ?? []),
    directories: names,
  });

  const directories =
    names.length === 0
      ? undefined
      : new NfsDirectories("directories", {
          connection: {
            ...infrastructure.nas,
            privateKey: new pulumi.Config().requireSecret("sshPrivateKey"),
          },
          exportPath: infrastructure.path,
          names,
          adopt: config.adoptDirectories,
          mode: COURSE_PROFILE.directoryMode,
          onDelete: config.onDelete,
          generation: config.generation,
        });
  // A NAS that refuses leaves nothing half made in the cluster.
  const provider = clusterProvider(config, { dependsOn: directories });
  const namespace = config.createNamespace
    ? stackNamespace(config.namespace, { provider })
    : pulumi.output(config.namespace);
  const context: SectionContext = {
    config,
    infrastructure,
    provider,
    namespace,
    toolsImage: config.toolsImage ?? config.redisImage,
    directory(name) {
      if (!directories || !names.includes(name)) throw new Error(`no section names the directory ${name}`);
      return directories.paths.apply((paths) => paths[name] ?? "");
    },
  };

  const made = Object.fromEntries(chosen.map((name) => [name, sections[name].make(context)]));
  const hostChecks = directories ? [directories.check] : [];
  return { namespace, ...made, deletionEffect: infrastructure.deletionEffect, hostChecks };
}
