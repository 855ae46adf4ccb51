import type { V1Deployment, V1PodSpec } from "@kubernetes/client-node";
import { addedFields } from "../../../operations/probe/added-fields";

const wanted = {
  spec: {
    template: {
      spec: {
        containers: [
          { name: "web", image: "nginx:1", env: [{ name: "A", value: "1" }], volumeMounts: [{ mountPath: "/data" }] },
        ],
        volumes: [{ name: "data", emptyDir: {} }],
      },
    },
  },
};
/** As the API server has it, with its defaults. */
const stored = (container = {}, pod: Partial<V1PodSpec> = {}, spec = {}): V1Deployment => ({
  spec: {
    replicas: 1,
    progressDeadlineSeconds: 600,
    selector: {},
    ...spec,
    template: {
      spec: {
        restartPolicy: "Always",
        dnsPolicy: "ClusterFirst",
        schedulerName: "default-scheduler",
        terminationGracePeriodSeconds: 30,
        securityContext: {},
        containers: [
          {
            name: "web",
            image: "nginx:1",
            imagePullPolicy: "IfNotPresent",
            terminationMessagePath: "/dev/termination-log",
            resources: {},
            env: [{ name: "A", value: "1" }],
            volumeMounts: [{ name: "data", mountPath: "/data" }],
            ...container,
          },
        ],
        volumes: [{ name: "data", emptyDir: {} }],
        ...pod,
      },
    },
  },
});

test("the API server's defaults are nothing that somebody added", () => {
  expect(addedFields(wanted, stored())).toBeUndefined();
});

const web = "spec.template.spec.containers[web]";
const inContainer = (patch: object) => ({ spec: { template: { spec: { containers: [{ name: "web", ...patch }] } } } });
const inPod = (patch: object) => ({ spec: { template: { spec: patch } } });

test.each<[string, V1Deployment, object]>([
  [`${web}.command was added`, stored({ command: ["sleep"] }), inContainer({ command: null })],
  [
    `${web}.env[B] was added`,
    stored({ env: [{ name: "A", value: "1" }, { name: "B" }] }),
    inContainer({ env: [{ name: "B", $patch: "delete" }] }),
  ],
  [
    `${web}.volumeMounts[/other] was added`,
    stored({ volumeMounts: [{ mountPath: "/data" }, { mountPath: "/other" }] }),
    inContainer({ volumeMounts: [{ mountPath: "/other", $patch: "delete" }] }),
  ],
  [
    "spec.template.spec.containers[more] was added",
    stored({}, { containers: [...stored().spec!.template.spec!.containers, { name: "more" }] }),
    inPod({ containers: [{ name: "more", $patch: "delete" }] }),
  ],
  [
    "spec.template.spec.initContainers[first] was added",
    stored({}, { initContainers: [{ name: "first" }] }),
    inPod({ initContainers: [{ name: "first", $patch: "delete" }] }),
  ],
  [
    "spec.template.spec.nodeSelector was added",
    stored({}, { nodeSelector: { disk: "ssd" } }),
    inPod({ nodeSelector: null }),
  ],
  ["spec.paused was added", stored({}, {}, { paused: true }), { spec: { paused: null } }],
])("%s", (line, live, patch) => {
  expect(addedFields(wanted, live)).toEqual({ lines: [line], patch });
});
