/** The components, for a program of your own. What is not exported here is not public. */
export { NfsClient, type NfsClientArgs } from "./nfs/NfsClient";
export { NfsDirectories, type NfsDirectoriesArgs } from "./nfs/NfsDirectories";
export { NfsServer, type NfsServerArgs } from "./nfs/NfsServer";
export type { SshConnection } from "./nfs/connection";
export { ClaimQuota, type ClaimQuotaArgs } from "./storage/ClaimQuota";
export { NfsProvisioner, type NfsProvisionerArgs } from "./storage/NfsProvisioner";
export { NfsStorageClass, type NfsStorageClassArgs } from "./storage/NfsStorageClass";
export { NodeDirectory, type NodeDirectoryArgs } from "./storage/NodeDirectory";
export { StaticVolume, type StaticVolumeArgs, type VolumeSource } from "./storage/StaticVolume";
export { VolumeClass, type VolumeClassArgs } from "./storage/VolumeClass";
export { ClaimPod, type ClaimPodArgs } from "./workload/ClaimPod";
export { ClusterIpService } from "./workload/ClusterIpService";
export { ConfiguredPod, type ConfiguredPodArgs } from "./workload/ConfiguredPod";
export { HeadlessService } from "./workload/HeadlessService";
export { MysqlStatefulSet, type MysqlStatefulSetArgs } from "./workload/MysqlStatefulSet";
export { RedisStatefulSet, type RedisStatefulSetArgs } from "./workload/RedisStatefulSet";
export { WordPressDeployment, type WordPressDeploymentArgs } from "./workload/WordPressDeployment";
