import { FakeCluster } from "./fake-cluster";
import { runExercise, seen } from "./run-exercise";

const namespace = "default";
const ready = { conditions: [{ type: "Ready", status: "True" }] };

/** @param onNode What lies in the node's directory, seen from another pod there; by default what nginx wrote. */
const course = (onNode?: string): FakeCluster => {
  const cluster = new FakeCluster()
    .add("Pod", {
      metadata: { name: "app", namespace, uid: "app" },
      spec: {
        nodeName: "node1",
        nodeSelector: { "kubernetes.io/hostname": "node1" },
        containers: [{ name: "my-container", volumeMounts: [{ name: "my-volume", mountPath: "/data" }] }],
        volumes: [{ name: "my-volume", persistentVolumeClaim: { claimName: "my-pvc" } }],
      },
      status: ready,
    })
    .add("PersistentVolumeClaim", {
      metadata: { name: "my-pvc", namespace, uid: "claim" },
      spec: { volumeName: "my-pv" },
      status: { phase: "Bound" },
    })
    .add("PersistentVolume", {
      metadata: { name: "my-pv" },
      spec: { claimRef: { namespace, name: "my-pvc", uid: "claim" }, hostPath: { path: "/mnt/data/my-pv" } },
      status: { phase: "Bound" },
    });
  cluster.onCreate = (_kind, object) => {
    Object.assign(object, { metadata: { ...object.metadata, uid: "helper" }, status: ready });
  };
  let written = "";
  cluster.onScript = (script, pod) => {
    if (pod !== "app") return onNode ?? written;
    written = /printf %s (\S+)/.exec(script)?.[1] ?? written;
    return "<title>Welcome to nginx!</title>\n/dev/ubda /data ext4 rw 0 0";
  };
  return cluster;
};

describe("nginx", () => {
  it("passes when the file is in the node's directory, and removes it without touching the pod", async () => {
    const cluster = course();
    const result = await runExercise("nginx", cluster);
    expect(result.reason).toBeUndefined();
    expect(seen(result)).toContain("mount: /dev/ubda on /data type ext4");
    expect(cluster.scripts.at(-1)).toBe("rm -f /data/storage-lab-exercise.txt");
    expect(cluster.names("Pod")).toEqual(["app"]);
  });

  it("fails when the directory of the node holds something else", async () => {
    expect((await runExercise("nginx", course("other"))).reason).toMatch(/on node1 should hold \S+, but holds other/);
  });

  it("fails when nginx does not answer", async () => {
    const cluster = course();
    cluster.onScript = () => 7;
    expect((await runExercise("nginx", cluster)).reason).toMatch(/in Pod default\/app, .* ended with exit code 7/);
  });
});
