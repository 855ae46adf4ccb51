import type { Seen } from "../../operations/page/server/picture-keeper";
import type { HostFacts } from "../../operations/page/model/host-facts";
import type { ClusterObjects } from "../../operations/page/model/cluster-objects";
import { mountKey, noFacts } from "../../operations/page/model/host-facts";
import {
  addStudent,
  claimOf,
  classOf,
  eventOf,
  HOSTILE,
  namespaceOf,
  noObjects,
  nodeOf,
  podOf,
  SERVER,
  setOf,
  volumeOf,
} from "./page-objects";

/** What the map is made from: objects and facts that a test may change. */
export interface Scene extends Seen {
  objects: ClusterObjects;
  facts: HostFacts;
}

function emptyScene(): Scene {
  const objects = noObjects();
  objects.nodes.push(nodeOf("node1"), nodeOf("node2"));
  objects.classes.push(
    classOf("nfs-client", { provisioner: "cluster.local/nfs-client", parameters: { archiveOnDelete: "true" } }),
    classOf("school-csi"),
    classOf("local-storage", {
      provisioner: "kubernetes.io/no-provisioner",
      volumeBindingMode: "WaitForFirstConsumer",
    }),
  );
  return {
    objects,
    facts: noFacts(),
    connection: { live: true, since: Date.now() },
    nas: { at: Date.now(), storages: [{ host: SERVER, path: "/nfs", size: 20 * 2 ** 30, free: 16.2 * 2 ** 30 }] },
  };
}

/** A course and three students, with an example of each state and each trouble. */
export function smallScene(): Scene {
  const scene = emptyScene();
  const { objects, facts } = scene;
  addStudent(objects, facts, "zhang-wei", "张伟", 212 << 20);
  addStudent(objects, facts, "jose-alvarez", "José Álvarez", 96 << 20);
  addStudent(objects, facts, "bob", "Bob", 700 << 20);

  // 张伟 deleted a claim and made it again: the volume remembers the old one.
  const zhang = "school-zhang-wei";
  objects.volumes.push(
    volumeOf(`${zhang}.own-1`, {
      path: `/nfs/school/${zhang}/own-1`,
      phase: "Released",
      claim: `${zhang}/my-claim`,
      claimUid: "3f2a91c4-0000",
      size: "64Mi",
    }),
  );
  objects.claims.push(claimOf(`${zhang}/my-claim`, { uid: "b7708e15-0000", size: "64Mi" }));

  // José asks for more than his volume has, and misspelled a namespace.
  const jose = "school-jose-alvarez";
  objects.volumes.push(
    volumeOf(`${jose}.own-1`, {
      path: `/nfs/school/${jose}/own-1`,
      phase: "Available",
      claim: `${jose}/notes`,
      size: "64Mi",
    }),
    volumeOf(`${jose}.own-2`, {
      path: `/nfs/school/${jose}/own-2`,
      phase: "Available",
      claim: "school-jose-alvares/logs",
      size: "64Mi",
    }),
  );
  objects.claims.push(claimOf(`${jose}/photos`, { size: "2Gi" }));

  // Bob's directory is full, and his pod cannot mount what is not there.
  const bob = "school-bob";
  facts.quotas.set(bob, { used: 1 << 30, limit: 1 << 30 });
  objects.volumes.push(
    volumeOf(`${bob}.own-1`, { path: `/nfs/school/${bob}/own-1`, claim: `${bob}/work`, size: "64Mi" }),
  );
  objects.claims.push(claimOf(`${bob}/work`, { volume: `${bob}.own-1`, size: "64Mi" }));
  objects.pods.push(podOf(`${bob}/editor`, { claim: "work", ready: false }));
  const mount =
    `MountVolume.SetUp failed for volume "work" : mount failed: exit status 32\nMounting command: mount\n` +
    `Mounting arguments: -t nfs ${SERVER}:/nfs/school/${bob}/own-1 /var/lib/kubelet/pods/1/volumes/work\n` +
    `Output: mount.nfs: mounting ${SERVER}:/nfs/school/${bob}/own-1 failed, reason given by server: No such file or directory\n`;
  objects.events.push(eventOf(`uid-pod-${bob}/editor`, "FailedMount", mount, { lastTimestamp: new Date() }));
  facts.directories.set(`${SERVER}:/nfs/school/${bob}/own-1`, { missing: true });

  addCourse(scene);
  return scene;
}

/** The teacher's own course: a local volume that waits, a workload without pods, a mount that died. */
function addCourse({ objects, facts }: Scene): void {
  objects.namespaces.push(namespaceOf("shiqi"), namespaceOf("default"));
  objects.volumes.push(
    volumeOf("pv-shiqi-redis", { path: "/nfs/shiqi-redis", claim: "shiqi/pvc-shiqi-redis", section: "redis" }),
    volumeOf("pvc-template", {
      path: "/nfs/shiqi-pvc-shiqi-0",
      claim: "shiqi/data-redis-template-0",
      className: "nfs-client",
      reclaim: "Delete",
    }),
    volumeOf("pv-shiqi-share", { path: "/nfs/share", claim: "default/pvc-nfs-share", section: "share" }),
  );
  objects.claims.push(
    claimOf("shiqi/pvc-shiqi-redis", { volume: "pv-shiqi-redis" }),
    claimOf("shiqi/data-redis-template-0", { volume: "pvc-template", className: "nfs-client" }),
    claimOf("default/pvc-nfs-share", { volume: "pv-shiqi-share" }),
    claimOf("default/mysql-pvc", { className: "local-storage" }),
  );
  objects.workloads.push(setOf("shiqi/redis-template", 0));
  objects.pods.push(
    podOf("shiqi/redis-0", {
      claim: "pvc-shiqi-redis",
      owner: { kind: "StatefulSet", name: "redis" },
      node: "node2",
    }),
    podOf("default/share", { claim: "pvc-nfs-share", path: "/usr/share/nginx/html" }),
  );
  facts.refused.set(mountKey("uid-pod-default/share", "data"), "Stale file handle");
  const seen = { owner: "0:0", mode: "0777" };
  facts.directories.set(`${SERVER}:/nfs/shiqi-redis`, { used: 512 << 20, ...seen });
  facts.directories.set(`${SERVER}:/nfs/shiqi-pvc-shiqi-0`, { used: 40 << 20, ...seen });
  facts.directories.set(`${SERVER}:/nfs/share`, { used: 12 << 20, ...seen });
}

/** Names as nobody should choose them. */
export function hostileScene(): Scene {
  const scene = emptyScene();
  addStudent(scene.objects, scene.facts, "mallory", HOSTILE);
  const claim = `school-mallory/${HOSTILE.replaceAll("/", "")}`;
  scene.objects.claims.push(claimOf(claim, { className: `</script><script>${HOSTILE}` }));
  scene.objects.events.push(eventOf(`uid-${claim}`, "ProvisioningFailed", HOSTILE));
  return scene;
}

/** A class of many. */
export function largeScene(students: number): Scene {
  const scene = emptyScene();
  for (let index = 1; index <= students; index++) {
    addStudent(scene.objects, scene.facts, `student-${String(index).padStart(4, "0")}`, `学生 ${index}`, index << 12);
  }
  return scene;
}
