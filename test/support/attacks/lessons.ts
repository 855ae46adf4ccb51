import { type Act, type Actor, create, kubectl, type Place } from "./act";
import { claim, ephemeralVolume, job, ownClaim, ownVolume, pod, service, texts, workload } from "./objects";

// What the course asks of a student, which has to succeed. They run in this order, and each leaves what the next needs.

const lesson = (
  id: string,
  what: string,
  command: (place: Place) => ReturnType<typeof kubectl>,
  as: Actor = "student",
): Act => ({
  id: `lesson-${id}`,
  what,
  kind: "allowed",
  as,
  command,
});

const words = (id: string, what: string, text: (place: Place) => string) =>
  lesson(id, what, (place) => kubectl(text(place)));
const list = (items: object[]) => ({ apiVersion: "v1", kind: "List", items });

const BOUND = "--for=jsonpath={.status.phase}=Bound --timeout=180s";

export const lessons: Act[] = [
  lesson("static-pair", "a static volume of one's own, with claimRef and its claim, applied", (place) =>
    kubectl("apply -f -", JSON.stringify(list([ownVolume(place, "own-1"), ownClaim(place, "own-1")]))),
  ),
  words("bound", "its claim bound", ({ own }) => `wait pvc/own-1 -n ${own} ${BOUND}`),
  words("volume", "its volume looked at and waited for, by name", ({ own }) => `wait pv/${own}.own-1 ${BOUND}`),
  lesson("mount-options", "its mount options changed", ({ own }) =>
    kubectl(`patch pv ${own}.own-1 --type=merge -p '{"spec":{"mountOptions":["nfsvers=4.2","hard"]}}'`),
  ),
  words("teachers-volume", "the teacher's volume looked at", ({ own }) => `get pv ${own}.redis -o yaml`),
  words("classes", "the StorageClasses looked at", () => "get storageclasses"),
  lesson("dynamic", "a claim on the class's StorageClass", (place) =>
    create(claim(place, "dynamic", { storageClassName: place.storageClass })),
  ),
  words("dynamic-bound", "that claim bound", ({ own }) => `wait pvc/dynamic -n ${own} ${BOUND}`),
  words(
    "expand",
    "that claim expanded",
    ({ own }) => `patch pvc dynamic -n ${own} -p '{"spec":{"resources":{"requests":{"storage":"32Mi"}}}}'`,
  ),
  lesson("service", "a headless Service", (place) => create(service(place, "web", { clusterIP: "None" }))),
  lesson("cluster-ip", "a Service with an address", (place) => create(service(place, "web-ip", {}))),
  lesson("stateful-set", "a StatefulSet on the static claim, with a template on the class's StorageClass", (place) =>
    create(
      workload(
        place,
        "StatefulSet",
        "web",
        {
          containers: [
            {
              name: "main",
              image: place.image,
              command: ["sh", "-c", "echo ready; exec sleep 3600"],
              volumeMounts: [
                { name: "own", mountPath: "/own" },
                { name: "data", mountPath: "/data" },
              ],
            },
          ],
          volumes: [{ name: "own", persistentVolumeClaim: { claimName: "own-1" } }],
        },
        {
          volumeClaimTemplates: [
            {
              metadata: { name: "data" },
              spec: {
                accessModes: ["ReadWriteMany"],
                resources: { requests: { storage: "16Mi" } },
                storageClassName: place.storageClass,
              },
            },
          ],
        },
      ),
    ),
  ),
  words("rollout", "its rollout followed", ({ own }) => `rollout status statefulset/web -n ${own} --timeout=180s`),
  words(
    "exec",
    "data written in its pod",
    ({ own }) => `exec -n ${own} web-0 -- sh -c 'echo hello >/data/hello && cat /data/hello'`,
  ),
  words("logs", "its logs read", ({ own }) => `logs -n ${own} web-0`),
  lesson("port-forward", "a port forwarded to Redis", ({ own }) => ({
    text:
      `kubectl port-forward -n ${own} pod/redis-static-0 :6379 >forward.$$ 2>&1 & forward=$!; ` +
      "for i in $(seq 30); do grep -q Forwarding forward.$$ && break; sleep 0.5; done; " +
      "kill $forward; grep Forwarding forward.$$; found=$?; cat forward.$$ >&2; rm forward.$$; exit $found",
  })),
  words("scale", "scaled", ({ own }) => `scale statefulset/web -n ${own} --replicas=2`),
  words("restart", "restarted", ({ own }) => `rollout restart statefulset/web -n ${own}`),
  words("delete-pod", "a pod deleted", ({ own }) => `delete pod redis-dynamic-0 -n ${own} --timeout=180s`),
  words("events", "the namespace's events read", ({ own }) => `get events -n ${own}`),
  words("quota", "one's bounds read", ({ own }) => `describe quota,limits -n ${own}`),
  lesson("config", "ConfigMaps and Secrets, in a pod with emptyDir and a projected volume", (place) =>
    kubectl(
      "apply -f -",
      JSON.stringify(
        list([
          texts(place, "ConfigMap", "settings", { data: { colour: "red" } }),
          texts(place, "Secret", "key", { stringData: { key: "k" } }),
          pod(place, "reader", {
            volumes: [
              { name: "settings", configMap: { name: "settings" } },
              { name: "scratch", emptyDir: { sizeLimit: "16Mi" } },
              {
                name: "both",
                projected: { sources: [{ secret: { name: "key" } }, { configMap: { name: "settings" } }] },
              },
            ],
          }),
        ]),
      ),
    ),
  ),
  words("reader", "that pod ready", ({ own }) => `wait pod/reader -n ${own} --for=condition=Ready --timeout=180s`),
  lesson("ephemeral", "a pod with an ephemeral volume of the class's StorageClass", (place) =>
    create(
      pod(place, "ephemeral", {
        volumes: [ephemeralVolume(place.storageClass)],
      }),
    ),
  ),
  lesson("job", "a Job", (place) => create(job(place, "once"))),
  words("job-done", "that Job done", ({ own }) => `wait job/once -n ${own} --for=condition=Complete --timeout=180s`),
  lesson("deployment", "a Deployment", (place) => create(workload(place, "Deployment", "front", {}))),
  words(
    "release",
    "the workloads and the claim deleted, so that the static volume is Released",
    ({ own }) =>
      `delete statefulset/web pvc/own-1 pod/reader pod/ephemeral deployment/front job/once -n ${own} --timeout=180s`,
  ),
  words(
    "released",
    "the volume Released",
    ({ own }) => `wait pv/${own}.own-1 --for=jsonpath={.status.phase}=Released --timeout=180s`,
  ),
  lesson("repair", "the Released volume freed for its claim again", ({ own }) =>
    kubectl(`patch pv ${own}.own-1 --type=merge -p '{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}'`),
  ),
  lesson("again", "the claim made again", (place) => create(ownClaim(place, "own-1"))),
  words("bound-again", "and bound", ({ own }) => `wait pvc/own-1 -n ${own} ${BOUND}`),
  lesson("delete-volume", "claim and volume deleted", ({ own }) => ({
    text: `kubectl delete pvc own-1 dynamic -n ${own} --timeout=180s && kubectl delete pv ${own}.own-1 --timeout=180s`,
  })),
  lesson("clean-up", "the rest deleted", ({ own }) => ({
    text:
      `kubectl delete service/web service/web-ip configmap/settings secret/key -n ${own} && ` +
      `kubectl delete pvc data-web-0 data-web-1 -n ${own} --ignore-not-found --timeout=180s`,
  })),
];
