import type { V1Pod } from "@kubernetes/client-node";
import type { HostCheck } from "../../../components/index";
import { scriptRevision } from "../../../components/nfs/script-text";
import { Failure } from "../../../exercises/runner/failure";
import { Hosts } from "../../../operations/hosts/hosts";
import { Directories } from "../../../operations/reset/directories";
import { FakeCluster } from "../exercises/fake-cluster";

const check: HostCheck = {
  name: "directories",
  title: "The directories on the export are there",
  host: "10.0.0.5",
  port: 2049,
  user: "root",
  pod: {
    namespace: "nfs-provisioner",
    jobName: "course-directories",
    image: "redis:7.4.4",
    server: "10.0.0.5",
    path: "/volume1/k8s",
    claimName: "course-directories",
  },
  script: "export-directories",
  values: {
    OWNER: "storage-lab/course/directories",
    EXPORT_PATH: "/storage-lab-export",
    DIRECTORIES: ["/storage-lab-export/one", "/storage-lab-export/two"],
    ADOPT: [],
    FILE_OWNER: "",
    MODE: "0777",
    GENERATION: 1,
  },
  revision: scriptRevision("export-directories"),
};

type Ending = NonNullable<NonNullable<V1Pod["status"]>["containerStatuses"]>[0]["state"];

/** A cluster in which each pod ends so. */
function clusterOf(state: Ending) {
  const cluster = new FakeCluster();
  const pods: V1Pod[] = [];
  cluster.add("Job", { metadata: { name: "course-directories", namespace: "nfs-provisioner", uid: "job-1" } });
  cluster.onCreate = (_kind, object) => {
    const pod = object as V1Pod;
    pods.push(structuredClone(pod));
    pod.status = { containerStatuses: [{ name: "directories", state } as never] };
  };
  return { cluster, pods, hosts: new Hosts("/nowhere", () => ({ keys: [] }), cluster) };
}
const good = { terminated: { exitCode: 0, reason: "Completed" } };

test("a look runs in a pod that goes with the Job, ends by itself, and is gone afterwards", async () => {
  const { cluster, pods, hosts } = clusterOf(good);
  expect(await hosts.look(check, "course")).toMatchObject({ passed: true, title: check.title });
  const [pod] = pods;
  expect(pod!.metadata!.ownerReferences).toEqual([
    { apiVersion: "batch/v1", kind: "Job", name: "course-directories", uid: "job-1" },
  ]);
  expect(pod!.spec).toMatchObject({
    volumes: [{ name: "export", persistentVolumeClaim: { claimName: "course-directories" } }],
  });
  expect(pod!.spec!.activeDeadlineSeconds).toBeGreaterThan(20);
  expect(pod!.spec!.containers[0]!.command!.slice(-3)).toEqual([
    "check",
    "/storage-lab-export",
    "10.0.0.5:/volume1/k8s",
  ]);
  expect(cluster.names("Pod")).toEqual([]);
});

test("what the script complains of is the finding, and it can be run again", async () => {
  const message = "10.0.0.5:/volume1/k8s/one is not there\n10.0.0.5:/volume1/k8s/two has mode 700 instead of 0777\n";
  const { hosts } = clusterOf({ terminated: { exitCode: 1, reason: "Error", message } });
  expect((await hosts.look(check, "course")).trouble).toEqual({
    reason: message.trim().replace("\n", "; "),
    fix: { does: "run-script", check },
  });
});

test("a repair takes over what the register has lost, as on a host", async () => {
  const { pods, hosts } = clusterOf(good);
  expect(await hosts.apply(check)).toMatchObject({ exitCode: 0, reached: true });
  expect(pods[0]!.spec!.containers[0]!.command).toContain("update");
});

test("a cluster that admits no such pod is told like a host that does not answer", async () => {
  const { cluster, hosts } = clusterOf(good);
  cluster.create = () => Promise.reject(new Failure('cannot create Pod: violates PodSecurity "restricted"'));
  const { trouble } = await hosts.look(check, "course");
  expect(trouble).toMatchObject({
    reason: 'no pod could look at 10.0.0.5:/volume1/k8s: cannot create Pod: violates PodSecurity "restricted"',
    remedy: expect.stringContaining("namespace nfs-provisioner, with the image redis:7.4.4") as string,
  });
});

describe("reset", () => {
  const course = { outputs: { hostChecks: [check] }, urn: "urn::stack", type: "pulumi:pulumi:Stack" };
  const directories = (hosts: Hosts) =>
    Directories.of(hosts, { course: { name: "course", program: "course", state: { resources: [course] } } })!;

  test("knows a section's directories by its volumes' paths, as clients see them", () => {
    const { hosts } = clusterOf(good);
    const volume = { kind: "PersistentVolume", inputs: { spec: { nfs: { path: "/volume1/k8s/two" } } } };
    const scope = { sections: ["b"], objects: [volume] } as never;
    expect(directories(hosts).inScope(scope)).toEqual(["two"]);
    expect(directories(hosts).inScope({ sections: undefined, objects: [] })).toEqual(["one", "two"]);
  });

  test("lists the snapshots that are on the export", async () => {
    const { cluster, pods, hosts } = clusterOf(good);
    cluster.onLog = () => "lesson\t2026-01-01T00:00:00Z\t1024\tone two\n";
    expect(await directories(hosts).snapshots()).toMatchObject([{ name: "lesson", directories: ["one", "two"] }]);
    expect(pods[0]!.spec!.containers[0]!.command).toContain("list");
  });
});
