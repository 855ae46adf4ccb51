/** The library's one entry: what is not exported here is not public. */
export {
  CLASS_LABEL,
  OWN_VOLUMES,
  REAL_NAME,
  REDIS_VOLUME,
  STUDENT_ACCOUNT,
  STUDENT_LABEL,
  studentDirectory,
  studentNamespace,
  studentVolume,
} from "./classroom/class-names";
export { Classroom, type ClassroomArgs, type ClassStorage } from "./classroom/classroom";
export { StudentLab } from "./classroom/student-lab";
export type { PodSecurityLevel, StudentLabArgs } from "./classroom/student-lab-args";
export { DEFAULT_COMPUTE, type StudentCompute } from "./classroom/student-limits";
export type { Metadata, Texts } from "./metadata";
export { type HostCheck, hostCheckScript, type RecordedLogin } from "./nfs/host-check";
export { NfsClient, type NfsClientArgs } from "./nfs/nfs-client";
export type { MountOptionSet } from "./nfs/mount-options";
export { NfsDirectories, type NfsDirectoriesArgs } from "./nfs/nfs-directories";
export { NfsDirectoriesJob, type NfsDirectoriesJobArgs } from "./nfs/nfs-directories-job";
export { firewallProof, PodFirewall, type PodFirewallArgs } from "./classroom/pod-firewall";
export {
  type QuotaMode,
  STUDENT_VOLUMES,
  StudentDirectories,
  type StudentDirectoriesAction,
  type StudentDirectoriesArgs,
  studentDirectoriesScript,
  type StudentDirectory,
  type StudentUsage,
  studentUsage,
} from "./classroom/student-directories";
export type { ExportPod } from "./nfs/export-pod";
export {
  LESSON_SNAPSHOT,
  type Snapshot,
  snapshotNameError,
  snapshotScript,
  snapshotsIn,
  type SnapshotAction,
  type SnapshotArgs,
} from "./nfs/nfs-snapshot";
export { DEFAULT_PROOF_IMAGE, NfsNodeProof, type NfsNodeProofArgs, type NodeProof } from "./nfs/nfs-node-proof";
export { DEFAULT_EXPORT_OPTIONS, type ExportOptions } from "./nfs/export-options";
export { type ExportClient, modeError, NfsServer, type NfsServerArgs } from "./nfs/nfs-server";
export type { ScriptName } from "./nfs/script-text";
export type { ShellValue } from "./nfs/shell-quote";
export type { SshConnection, SshLogin } from "./nfs/ssh-connection";
export { ClaimQuota, type ClaimLimit, type ClaimQuotaArgs } from "./storage/claim-quota";
export { CSI_NFS_DRIVER } from "./storage/csi-nfs-directory";
export { CsiNfsDriver, type CsiNfsDriverArgs } from "./storage/csi-nfs-driver";
export { type CsiNfsImages, DEFAULT_CSI_NFS_IMAGES } from "./storage/csi-nfs-images";
export { type CsiNfsDirectory, csiNfsSource, type CsiNfsSourceArgs } from "./storage/csi-nfs-source";
export { CsiStorageClass, type CsiStorageClassArgs } from "./storage/csi-storage-class";
export {
  DEFAULT_PROVISIONER_IMAGE,
  DEFAULT_PROVISIONER_NAME,
  NfsProvisioner,
  type NfsProvisionerArgs,
} from "./storage/nfs-provisioner";
export { NfsStorageClass, type NfsStorageClassArgs } from "./storage/nfs-storage-class";
export { NodeDirectory, type NodeDirectoryArgs } from "./storage/node-directory";
export {
  type DeletionRules,
  type OnDelete,
  PROVISIONER_RELEASES,
  type ProvisionerRelease,
} from "./storage/provisioner-release";
export { StaticVolume, type StaticVolumeArgs } from "./storage/static-volume";
export type { NamedClassArgs } from "./storage/storage-class";
export { VolumeClass, type VolumeClassArgs } from "./storage/volume-class";
export type { AccessMode, ReclaimPolicy } from "./storage/volume-rules";
export type {
  CsiSource,
  EbsSource,
  HostPathSource,
  LocalSource,
  NfsSource,
  VolumeSource,
} from "./storage/volume-source";
export { ClusterIpService } from "./workload/cluster-ip-service";
export { HeadlessService, type ServiceArgs } from "./workload/headless-service";
export { DEFAULT_MYSQL_IMAGE, MysqlStatefulSet, type MysqlStatefulSetArgs } from "./workload/mysql-stateful-set";
export { REDIS_PORT } from "./workload/redis-container";
export { DEFAULT_REDIS_IMAGE, RedisStatefulSet, type RedisStatefulSetArgs } from "./workload/redis-stateful-set";
export type { StatefulServiceArgs } from "./workload/stateful-service";
export type {
  ClaimTemplate,
  ExistingClaim,
  SharedClaim,
  StatefulStorage,
  StaticClaim,
} from "./workload/stateful-storage";
export { SCALED_BY_HAND, readyWithin, type ReadyWithin } from "./workload/workload-options";

/** Checks of values, for a program that reads its own configuration. */
export { checked } from "./checked";
export { classNameError, studentNameError, volumesError } from "./classroom/class-names";
export { limitsError, type StudentLimits } from "./classroom/student-limits";
export { closest } from "./closest";
export { dnsLabelError } from "./object-name";
export { parseQuantity, quantityError, sizeError } from "./storage/quantity";
export { tellError } from "./tell-error";
export {
  contradiction,
  exportOptionError,
  exportOptionsError,
  isWritable,
  mergedOptions,
  squashedOwner,
} from "./nfs/export-options";
export { exportPathError, mountPathError } from "./nfs/export-path";
export { asMounted, mountOptionsError } from "./nfs/mount-options";
export {
  csiDeletionError,
  type CsiDeletionRules,
  directoriesMeet,
  shareError,
  subDirError,
} from "./storage/csi-nfs-directory";
export { kubeletDirError } from "./storage/csi-nfs-driver";
export { driverImageError } from "./storage/csi-nfs-images";
export { ownerError } from "./nfs/owner";
export { deletionError, releaseOf } from "./storage/provisioner-release";
export {
  bareAddress,
  clientNamedTwice,
  clientPatternError,
  isClientPattern,
  nfsServerAddress,
  scopedAddressError,
} from "./nfs/host-address";
export { homePath, hostKeyError } from "./nfs/ssh-connection";
export { claimPathsError, pathPatternError, pathPatternsOverlap, type ProvisionedClaim } from "./storage/path-pattern";
