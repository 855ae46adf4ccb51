/** The components, for a program of your own. What is not exported here is not public. */
export { NfsClient, type NfsClientArgs } from "./nfs/nfs-client";
export { NfsDirectories, type NfsDirectoriesArgs } from "./nfs/nfs-directories";
export { NfsServer, type NfsServerArgs } from "./nfs/nfs-server";
export type { SshConnection } from "./nfs/ssh-connection";
export { ClaimQuota, type ClaimQuotaArgs } from "./storage/claim-quota";
export { NfsProvisioner, type NfsProvisionerArgs } from "./storage/nfs-provisioner";
export { NfsStorageClass, type NfsStorageClassArgs } from "./storage/nfs-storage-class";
export { NodeDirectory, type NodeDirectoryArgs } from "./storage/node-directory";
export { StaticVolume, type StaticVolumeArgs, type VolumeSource } from "./storage/static-volume";
export { VolumeClass, type VolumeClassArgs } from "./storage/volume-class";
export { ClusterIpService } from "./workload/cluster-ip-service";
export { HeadlessService } from "./workload/headless-service";
export { MysqlStatefulSet, type MysqlStatefulSetArgs } from "./workload/mysql-stateful-set";
export { RedisStatefulSet, type RedisStatefulSetArgs } from "./workload/redis-stateful-set";
