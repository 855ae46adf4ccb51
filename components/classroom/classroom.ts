import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { objectMeta, type Metadata } from "../metadata";
import { mountPathError } from "../nfs/export-path";
import { nfsServerAddress, nfsServerError } from "../nfs/host-address";
import { objectNameError } from "../object-name";
import { required } from "../required";
import { CsiStorageClass } from "../storage/csi-storage-class";
import { admissionPolicy, type KnownClass, type PolicySpec } from "./admission-policy";
import { claimPolicy } from "./claim-policy";
import { CLASS_LABEL, classNameError, OWN_VOLUMES, volumesError } from "./class-names";
import { finalizerPolicy } from "./finalizer-policy";
import { podPolicy } from "./pod-policy";
import { secretPolicy } from "./secret-policy";
import { servicePolicy } from "./service-policy";
import { NAMESPACE_RULES } from "./student-role";
import { volumePolicy } from "./volume-policy";

/** The StorageClass that gives each claim of a student a directory below the student's own. */
export interface ClassStorage {
  /** @default `<class>-csi` */
  name?: pulumi.Input<string>;
  /** `CsiNfsDriver.driverName`. @default "nfs.csi.k8s.io" */
  driverName?: pulumi.Input<string>;
  /** Mount options of its volumes. @default the nodes' own */
  mountOptions?: pulumi.Input<pulumi.Input<string>[]>;
}

export interface ClassroomArgs {
  /** A DNS label, at most 40 characters; its students' namespaces are `<class>-<student>`. Example: `school`. */
  className: pulumi.Input<string>;
  /** The NAS as the nodes reach it. Example: `192.168.110.168`. */
  server: pulumi.Input<string>;
  /** The class's directory on it; in it each student has one, named after the namespace. Example: `/nfs/school`. */
  path: pulumi.Input<string>;
  /**
   * Last names of the PersistentVolumes that each student may make: `<namespace>.<name>`, on the student's directory of that
   * name. @default ["own-1", "own-2", "own-3"]
   */
  volumes?: pulumi.Input<pulumi.Input<string>[]>;
  /** The class for students' claims, by csi-driver-nfs; `false` for none. @default one with its defaults */
  storageClass?: ClassStorage | false;
  /**
   * Other StorageClasses that students' claims may name. Nothing here bounds what is written to their volumes, nor keeps the
   * directories that they make apart. @default none
   */
  claimClasses?: pulumi.Input<pulumi.Input<string>[]>;
  /** PriorityClasses that students' pods may have: the cluster's default one, where there is one. @default none */
  priorityClasses?: pulumi.Input<pulumi.Input<string>[]>;
  /** Labels and annotations of all objects. @default none */
  metadata?: Metadata;
}

/** The policies, by the last part of their names. */
const POLICIES: Record<string, (known: KnownClass) => PolicySpec> = {
  volumes: volumePolicy,
  claims: claimPolicy,
  pods: podPolicy,
  services: servicePolicy,
  secrets: secretPolicy,
  finalizers: finalizerPolicy,
};

/**
 * What a class has once: the rights of its students in their namespaces, the policies that keep them apart where rights
 * cannot, and the StorageClass of their claims. A policy holds for the namespaces that have the label
 * `storage-lab.example/class` of this class, and for the accounts that `StudentLab` makes students of it: classes whose
 * names begin alike do not meet.
 *
 * It needs Kubernetes 1.30 or newer. Nobody in the class, except by it, is kept from the NAS itself: `PodFirewall` does
 * that.
 */
export class Classroom extends pulumi.ComponentResource {
  /** ClusterRole of the students, for `StudentLab.role`. */
  readonly role: pulumi.Output<string>;
  /** The class of their claims; undefined where there is none. */
  readonly storageClass: pulumi.Output<string> | undefined;
  /** All StorageClasses that their claims may name. */
  readonly claimClasses: pulumi.Output<string[]>;

  constructor(name: string, args: ClassroomArgs, opts?: pulumi.ComponentResourceOptions) {
    const what = `Classroom ${name}`;
    super(
      "storage-lab:classroom:Classroom",
      name,
      required(what, args, { className: true, server: true, path: true }),
      opts,
    );
    const className = checked(this, `className of ${what}`, args.className, classNameError);
    const server = checked(this, `server of ${what}`, args.server, nfsServerError).apply(nfsServerAddress);
    const path = checked(this, `path of ${what}`, args.path, mountPathError);
    const volumes = checked<pulumi.Input<string>[]>(
      this,
      `volumes of ${what}`,
      args.volumes ?? OWN_VOLUMES,
      volumesError,
    );
    const metadata = { ...args.metadata, labels: classLabels(className, args.metadata) };

    const role = new k8s.rbac.v1.ClusterRole(
      `${name}-student`,
      {
        metadata: objectMeta({ name: pulumi.interpolate`${className}-student` }, metadata),
        rules: NAMESPACE_RULES,
      },
      { parent: this },
    );
    this.role = role.metadata.name;
    const { storageClass = {} } = args;
    this.storageClass =
      storageClass === false
        ? undefined
        : new CsiStorageClass(
            name,
            {
              className: storageClass.name ?? pulumi.interpolate`${className}-csi`,
              driverName: storageClass.driverName,
              mountOptions: storageClass.mountOptions,
              server,
              share: path,
              // Two classes' students have different namespaces, and a student's directory is the student's quota.
              subDir: "${pvc.metadata.namespace}/claims/${pvc.metadata.name}",
              reclaimPolicy: "Delete",
              onDelete: "delete",
              // No mountPermissions: the driver would set them on the class's directory, too.
              metadata,
            },
            { parent: this },
          ).className;
    const others = checked<pulumi.Input<string>[]>(
      this,
      `claimClasses of ${what}`,
      args.claimClasses ?? [],
      namesError,
    );
    this.claimClasses = pulumi
      .all([this.storageClass, others])
      .apply(([own, known]) => [...(own === undefined ? [] : [own]), ...known]);
    const known: pulumi.Output<KnownClass> = pulumi.output({
      className,
      server,
      path,
      volumes,
      claimClasses: this.claimClasses,
      priorityClasses: checked<pulumi.Input<string>[]>(
        this,
        `priorityClasses of ${what}`,
        args.priorityClasses ?? [],
        namesError,
      ),
    });
    for (const [subject, spec] of Object.entries(POLICIES)) {
      const policyName = pulumi.interpolate`${className}-${subject}`;
      admissionPolicy(this, `${name}-${subject}`, policyName, known.apply(spec), metadata);
    }
    this.registerOutputs({ role: this.role, storageClass: this.storageClass, claimClasses: this.claimClasses });
  }
}

function classLabels(className: pulumi.Output<string>, metadata: Metadata = {}): pulumi.Output<Record<string, string>> {
  return pulumi
    .all([metadata.labels ?? {}, className])
    .apply(([labels, value]): Record<string, string> => ({ ...labels, [CLASS_LABEL]: value }));
}

function namesError(names: string[]): string | undefined {
  return names.map(objectNameError).find((error) => error !== undefined);
}
