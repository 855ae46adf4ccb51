import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { type Metadata, objectMeta, podLabels } from "../metadata";
import { dnsLabelError } from "../object-name";
import { onceCreated } from "../once-created";
import { required } from "../required";
import { StaticVolume } from "../storage/static-volume";
import { EXPORT_MOUNT, exportPodSpec, pathBelow } from "./export-pod";
import { belowExportError, mountPathError } from "./export-path";
import { bareAddress, nfsServerError } from "./host-address";
import type { HostCheck } from "./host-check";
import { optionalModeError } from "./nfs-server";
import { ownerOf } from "./owner";
import { renderScript, scriptRevision } from "./script-text";
import type { ShellValue } from "./shell-quote";

export interface NfsDirectoriesJobArgs {
  /** Name of the Job; with `mountOptions` also of a volume, which is cluster-wide, and its claim. Example: `nas-directories`. */
  jobName: pulumi.Input<string>;
  /** Its namespace. Who may run pods there reaches the whole export: one that students do not have. */
  namespace: pulumi.Input<string>;
  /** An image that has bash. Example: `docker.io/library/redis:7.4.4`. */
  image: pulumi.Input<string>;
  /** The NFS server as the nodes reach it. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The export that the directories lie in, as clients see it. Example: `/volume1/k8s`; `/` is NFSv4's root of all exports. */
  path: pulumi.Input<string>;
  /** Their names below the export. Example: `["shiqi-redis", "class-a/student-1"]`. */
  names: pulumi.Input<pulumi.Input<string>[]>;
  /** Who owns them: numbers, `user:group`, as names may mean another user on the server. @default left alone */
  owner?: pulumi.Input<string>;
  /** Their mode, in octal. @default left alone: new ones get 0755, so that only their owner writes */
  mode?: pulumi.Input<string>;
  /** Those of `names` that are taken over, as with `NfsDirectories`. @default none: one that is there already is an error */
  adopt?: pulumi.Input<pulumi.Input<string>[]>;
  /** Raise it to set owner and mode again after a change by hand, or to run the Job again after it has failed. @default 1 */
  generation?: pulumi.Input<number>;
  /** Mount options; a volume and a claim are made for them. Example: `["nfsvers=3"]`. @default the nodes' own */
  mountOptions?: pulumi.Input<string>[];
  /** The uid that makes them, where the server keeps root out: the owner of the exported folder, or whom its mode admits. @default 0 */
  runAsUser?: pulumi.Input<number>;
  /** Labels of the Job and its pod, annotations of the Job; other labels run it again. @default none */
  metadata?: Metadata;
}

/**
 * What `NfsDirectories` does, for an NFS server that no SSH leads to, such as an appliance: a Job mounts the export and runs
 * the same script there. The register of who made which directory is on the export itself, in `.storage-lab`, which only
 * root reads; all stacks and clusters that use the export share it. Directories and register stay when this is deleted.
 *
 * Few clients of NFS tell when a directory was made, so one that was moved is found by its number alone: it is then an error
 * that names the place, and not moved back.
 *
 * A change makes another Job. What needs the directories `dependsOn` this: a path that came from the Job would take the
 * volumes along when that is made again.
 */
export class NfsDirectoriesJob extends pulumi.ComponentResource {
  /** Name → path as clients mount it; known before the directories are there. */
  readonly paths: pulumi.Output<Record<string, string>>;

  /** How to find out whether all are still there, with their owner and mode, in another such pod. */
  readonly check: pulumi.Output<HostCheck>;
  readonly job: k8s.batch.v1.Job;
  /** The export with its mount options; `undefined` without any. */
  readonly volume: StaticVolume | undefined;

  constructor(name: string, args: NfsDirectoriesJobArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "storage-lab:nfs:NfsDirectoriesJob",
      name,
      required(`NfsDirectoriesJob ${name}`, args, {
        jobName: true,
        namespace: true,
        image: true,
        server: true,
        path: true,
        names: true,
      }),
      opts,
    );
    const what = (argument: string) => `${argument} of NfsDirectoriesJob ${name}`;
    // Its pod gets it as a label.
    const jobName = checked(this, what("jobName"), args.jobName, (text) => dnsLabelError(text));
    const server = checked(this, what("server"), args.server, nfsServerError);
    const path = checked(this, what("path"), args.path, mountPathError);
    const names = checked(this, what("names"), args.names, namesError);
    const adopt = checked(this, what("adopt"), args.adopt ?? [], namesError);
    const mounted = (all: pulumi.Output<string[]>) =>
      all.apply((known) => known.map((each) => `${EXPORT_MOUNT}/${each}`));
    const values: pulumi.Input<Record<string, pulumi.Input<ShellValue>>> = {
      OWNER: ownerOf(name),
      EXPORT_PATH: EXPORT_MOUNT,
      DIRECTORIES: mounted(names),
      ADOPT: mounted(adopt),
      FILE_OWNER: checked(this, what("owner"), args.owner ?? "", ownerError),
      MODE: checked(this, what("mode"), args.mode ?? "", optionalModeError),
      GENERATION: args.generation ?? 1,
    };
    this.volume = this.mountedBy(name, args);
    const pod = pulumi.output({
      namespace: args.namespace,
      jobName,
      image: args.image,
      server,
      path,
      claimName: this.volume && args.jobName,
      runAsUser: args.runAsUser,
    });
    const labels = podLabels(undefined, args.metadata);
    this.job = new k8s.batch.v1.Job(
      `${name}-job`,
      {
        metadata: objectMeta({ name: jobName, namespace: args.namespace }, args.metadata),
        spec: {
          // The script waits for what passes, and what it refuses it refuses again.
          backoffLimit: 0,
          template: {
            metadata: labels && { labels },
            spec: pulumi
              .all([pod, values])
              .apply(([known, v]) => exportPodSpec(known, renderScript("export-directories", v), "apply")),
          },
        },
      },
      {
        parent: this,
        deleteBeforeReplace: true,
        dependsOn: this.volume,
        // A claim stays as long as a pod has it, also one that has ended.
        replaceWith: this.volume && [this.volume.persistentVolume],
      },
    );
    this.paths = pulumi
      .all([path, names])
      .apply(([root, all]) => Object.fromEntries(all.map((each) => [each, pathBelow(root, each)])));
    this.check = onceCreated(
      {
        name,
        title: "The directories on the export are there, with their owner and mode",
        host: server.apply(bareAddress),
        port: 2049,
        user: "root",
        pod,
        script: "export-directories" as const,
        values,
        revision: scriptRevision("export-directories"),
      },
      this.job,
    );
    this.registerOutputs({ paths: this.paths });
  }

  /** A pod that names its NFS server itself can give no mount options. */
  private mountedBy(name: string, args: NfsDirectoriesJobArgs): StaticVolume | undefined {
    const { jobName, namespace, server, path, mountOptions = [], metadata } = args;
    if (mountOptions.length === 0) return undefined;
    return new StaticVolume(
      `${name}-export`,
      {
        volumeName: jobName,
        claimName: jobName,
        namespace,
        source: { type: "nfs", server, path },
        capacity: "1Mi",
        mountOptions,
        metadata,
      },
      { parent: this },
    );
  }
}

function namesError(all: string[]): string | undefined {
  return all.map((each) => belowExportError(each) ?? registerError(each)).find((error) => error !== undefined);
}

function registerError(name: string): string | undefined {
  return name.split("/")[0] === ".storage-lab" ? `"${name}" is where the register of the directories is` : undefined;
}

function ownerError(owner: string): string | undefined {
  return owner === "" || /^\d+:\d+$/.test(owner)
    ? undefined
    : `"${owner}" is not an owner in numbers, such as "999:999"`;
}
