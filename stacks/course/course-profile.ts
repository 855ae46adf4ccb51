/** The course's own values, which are for teaching only: clients' root stays root, and everyone may write everywhere. */
export const COURSE_PROFILE = {
  /** Options of exports(5). */
  exportOptions: "rw,sync,no_root_squash,no_subtree_check",
  /** Mode of the exported folder. */
  exportMode: "0777",
  /** Mode of the directories of static volumes. */
  directoryMode: "0777",
  /** Upstream's Redis in a mirror that is near where the course is given. */
  redisImage: "swr.cn-north-4.myhuaweicloud.com/ddn-k8s/docker.io/redis:7.4.4",
} as const;
