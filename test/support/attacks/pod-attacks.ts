import { type Act, create, kubectl, type Place, refusedByController, refusedObject } from "./act";
import { job, pod, workload } from "./objects";

const VOLUMES = /denied request: volumes of a student's pod are of type/;
const TOLERATIONS = /denied request: a student's pod tolerates no taints but/;
const POD_SECURITY = /violates PodSecurity "\w+:/;

const make = (
  id: string,
  what: string,
  refusal: RegExp,
  spec: (place: Place) => object,
  container: object = {},
  metadata: object = {},
): Act =>
  refusedObject({
    id: `pod-${id}`,
    what: `a pod ${what}`,
    manifest: (place) => pod(place, "mine", spec(place), container, metadata),
    refusal,
  });

const volume = (source: object) => ({ volumes: [{ name: "data", ...source }] });
const othersDirectory = ({ server, path, other }: Place) => ({ server, path: `${path}/${other}/redis` });

const TOLERATE_ALL = `--type=json -p '[{"op":"add","path":"/spec/tolerations/-","value":{"operator":"Exists"}}]'`;

export const podAttacks: Act[] = [
  make("inline-nfs", "with another student's directory inline", VOLUMES, (place) =>
    volume({ nfs: othersDirectory(place) }),
  ),
  make("inline-csi", "with another student's directory inline, by the CSI driver", VOLUMES, ({ server, path, other }) =>
    volume({
      csi: { driver: "nfs.csi.k8s.io", volumeAttributes: { server, share: path, subDir: `${other}/redis` } },
    }),
  ),
  make("iscsi", "with a disk of the network", VOLUMES, () =>
    volume({ iscsi: { targetPortal: "192.0.2.1", iqn: "iqn.2001-04.com.example:disk", lun: 0 } }),
  ),
  make("host-path", "with a directory of its node", /hostPath|denied request: volumes of a student's pod/, () =>
    volume({ hostPath: { path: "/" } }),
  ),
  make("token-audience", "with a token for another audience", /denied request: a projected volume is made of/, () =>
    volume({ projected: { sources: [{ serviceAccountToken: { audience: "vault", path: "token" } }] } }),
  ),
  make("node-name", "past the scheduler", /denied request: the scheduler chooses the node/, ({ node }) => ({
    nodeName: node,
  })),
  make("priority", "before all others", /denied request: a student's pod takes nobody's place/, () => ({
    priorityClassName: "system-node-critical",
  })),
  make("control-plane", "for the control plane's nodes", TOLERATIONS, () => ({
    tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
  })),
  make("tolerates-all", "for every node", TOLERATIONS, () => ({ tolerations: [{ operator: "Exists" }] })),
  {
    ...make(
      "account",
      "in the student's name, with a token that stays",
      /denied request: a pod does not work in the student's name/,
      () => ({ serviceAccountName: "student" }),
    ),
    before: ({ outside }) => ({
      text: `kubectl get sa student -n ${outside} || kubectl create sa student -n ${outside}`,
    }),
  },
  make("huge-pages", "with memory that no quota counts", /denied request: a student's pod asks for/, () => ({}), {
    resources: { limits: { "hugepages-2Mi": "64Mi", cpu: "10m", memory: "16Mi" } },
  }),
  make("device", "with a device", /denied request: a student's pod asks for/, () => ({}), {
    resources: { limits: { "example.com/gpu": "1" } },
  }),
  make("grace", "that takes a day to end", /denied request: terminationGracePeriodSeconds is at most/, () => ({
    terminationGracePeriodSeconds: 86400,
  })),
  make(
    "finalizer",
    "that nobody can delete",
    /denied request: a student adds no finalizers/,
    () => ({}),
    {},
    {
      finalizers: ["example.com/mine"],
    },
  ),
  make("privileged", "that is root on its node", POD_SECURITY, () => ({}), { securityContext: { privileged: true } }),
  make("host-network", "in its node's network", POD_SECURITY, () => ({ hostNetwork: true })),
  make("host-pid", "among its node's processes", POD_SECURITY, () => ({ hostPID: true })),
  make("host-port", "on a port of its node", POD_SECURITY, () => ({}), {
    ports: [{ containerPort: 6379, hostPort: 6379 }],
  }),
  make("capabilities", "with rights over its node's network", POD_SECURITY, () => ({}), {
    securityContext: { capabilities: { add: ["SYS_ADMIN"] } },
  }),
  make(
    "memory",
    "with more memory than the student has",
    /exceeded quota: student, requested: .*limits.memory=64Gi/,
    () => ({}),
    {
      resources: { limits: { memory: "64Gi" }, requests: { memory: "16Mi" } },
    },
  ),
  make(
    "disk",
    "with more of its node's disk than the student has",
    /exceeded quota: student, requested: .*ephemeral-storage=900Gi/,
    () => ({}),
    {
      resources: { limits: { "ephemeral-storage": "900Gi" } },
    },
  ),
  refusedByController({
    id: "pod-deployment",
    what: "a pod with another student's directory inline, from a Deployment",
    manifest: (place) => workload(place, "Deployment", "thief", volume({ nfs: othersDirectory(place) })),
    refusal: VOLUMES,
  }),
  refusedByController({
    id: "pod-statefulset",
    what: "a pod for every node, from a StatefulSet",
    manifest: (place) => workload(place, "StatefulSet", "everywhere", { tolerations: [{ operator: "Exists" }] }),
    refusal: TOLERATIONS,
  }),
  refusedByController({
    id: "pod-job-finalizer",
    what: "a pod that nobody can delete, from a Job",
    manifest: (place) => job(place, "stays", { metadata: { finalizers: ["example.com/mine"] } }),
    refusal: /denied request: a student adds no finalizers/,
  }),
  {
    id: "pod-tolerations-later",
    what: "a pod that is to stay on every node, later",
    kind: "forbidden",
    as: "student",
    before: (place) => create(pod(place, "mine")),
    command: ({ own }) => kubectl(`patch pod mine -n ${own} ${TOLERATE_ALL}`),
    refusal: TOLERATIONS,
    control: {
      as: "administrator",
      command: ({ own }) => kubectl(`patch pod mine -n ${own} --dry-run=server ${TOLERATE_ALL}`),
    },
    after: ({ own }) => kubectl(`delete pod mine -n ${own} --ignore-not-found`),
  },
];
