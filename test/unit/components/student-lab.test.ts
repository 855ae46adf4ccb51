import { StudentLab, type StudentLabArgs } from "../../../components/index";
import { redisConfig } from "../../../components/workload/redis-container";
import { deploy, inClear, secret, valueOf } from "../mocks";

const args: StudentLabArgs = {
  className: "school",
  studentName: "zhang-wei",
  uid: 20001,
  capacity: "1Gi",
  role: "school-student",
  server: "192.168.110.168",
  path: "/nfs/school",
  storageClass: "school-csi",
  password: "s3cr3t",
};
const core = (kind: string) => `kubernetes:core/v1:${kind}`;
const rbac = (kind: string) => `kubernetes:rbac.authorization.k8s.io/v1:${kind}`;
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";

async function made(change: Partial<StudentLabArgs> = {}) {
  let lab: StudentLab | undefined;
  const deployment = await deploy(() => (lab = new StudentLab("it", { ...args, ...change })));
  return { ...deployment, lab: lab! };
}

interface Meta {
  name: string;
  namespace?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

test("costs the engine 16 resources, all the student's by their labels, and none is waited for", async () => {
  const { resources } = await made();
  expect(resources).toHaveLength(16);
  const [component, ...objects] = resources;
  expect(component!.type).toBe("storage-lab:classroom:StudentLab");
  for (const { type, inputs } of objects) {
    const { namespace, labels, annotations } = inputs.metadata as Meta;
    expect(labels).toMatchObject({ "storage-lab.example/class": "school", "storage-lab.example/student": "zhang-wei" });
    expect(annotations).toMatchObject({ "pulumi.com/skipAwait": "true", "pulumi.com/patchForce": "true" });
    const clusterWide = /:(Namespace|PersistentVolume|ClusterRole|ClusterRoleBinding)$/.test(type);
    expect([type, namespace]).toEqual([type, clusterWide ? undefined : "school-zhang-wei"]);
  }
});

test("the namespace says who it is for, and holds to Pod Security", async () => {
  const { inputs, lab } = await made({ realName: "张伟", podSecurity: "restricted" });
  expect(inputs(core("Namespace"), "it-namespace").metadata).toMatchObject({
    name: "school-zhang-wei",
    labels: { "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted" },
    annotations: { "storage-lab.example/student-name": "张伟" },
  });
  expect(await valueOf(lab.namespace)).toBe("school-zhang-wei");
  expect(await valueOf(lab.user)).toBe("system:serviceaccount:school-zhang-wei:student");
  expect(await valueOf(lab.volumeNames)).toEqual([1, 2, 3].map((n) => `school-zhang-wei.own-${n}`));
});

test("volumes are the student's by name: some to make, the teacher's to change", async () => {
  const { inputs } = await made({ volumes: ["mine"] });
  const { rules } = inputs(rbac("ClusterRole"), "it-role") as { rules: object[] };
  const read = ["get", "list", "watch"];
  const volumes = { apiGroups: [""], resources: ["persistentvolumes"] };
  expect(rules).toEqual([
    { ...volumes, verbs: ["create"] },
    { ...volumes, resourceNames: ["school-zhang-wei.mine"], verbs: [...read, "update", "patch", "delete"] },
    { ...volumes, resourceNames: ["school-zhang-wei.redis"], verbs: [...read, "update", "patch"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: read },
    { apiGroups: ["storage-lab.example"], resources: ["classes"], resourceNames: ["school"], verbs: ["attend"] },
  ]);
  const subjects = [{ kind: "ServiceAccount", name: "student", namespace: "school-zhang-wei" }];
  expect(inputs(rbac("ClusterRoleBinding"), "it-cluster-rights")).toMatchObject({
    subjects,
    roleRef: { kind: "ClusterRole", name: "school-zhang-wei.student" },
  });
  expect(inputs(rbac("RoleBinding"), "it-rights")).toMatchObject({
    subjects,
    roleRef: { kind: "ClusterRole", name: "school-student" },
  });
});

test("everything that a namespace can hold is bounded", async () => {
  const { inputs } = await made({ claims: 4, claimClasses: ["school-csi", "fast"], capacity: "2Gi" });
  const { hard } = inputs(core("ResourceQuota"), "it-quota").spec as { hard: Record<string, string> };
  expect(hard).toMatchObject({
    pods: "10",
    "limits.cpu": "2",
    "limits.memory": "1Gi",
    "limits.ephemeral-storage": "1Gi",
    persistentvolumeclaims: "4",
    "requests.storage": "2Gi",
    "school-csi.storageclass.storage.k8s.io/requests.storage": "2Gi",
    "fast.storageclass.storage.k8s.io/persistentvolumeclaims": "4",
    "services.nodeports": "0",
    "services.loadbalancers": "0",
    "count/jobs.batch": "20",
  });
  // A bound on limits refuses containers that have none.
  expect(inputs(core("LimitRange"), "it-limits").spec).toMatchObject({
    limits: [{ type: "Container", default: { cpu: "200m", memory: "128Mi", "ephemeral-storage": "100Mi" } }],
  });
});

test("the network is the namespace and DNS", async () => {
  const { inputs } = await made({ dnsServers: ["169.254.20.10", "fd00::53"] });
  const ports = [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ];
  expect(inputs("kubernetes:networking.k8s.io/v1:NetworkPolicy", "it-network").spec).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [{ podSelector: {} }] }],
    egress: [
      { to: [{ podSelector: {} }] },
      {
        to: [
          { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } },
          { ipBlock: { cidr: "169.254.20.10/32" } },
          { ipBlock: { cidr: "fd00::53/128" } },
        ],
        ports,
      },
    ],
  });
});

test("two Redis, as the student's uid, with one password that is in a Secret only", async () => {
  const { inputs, names, resources } = await made();
  expect(names(STATEFUL_SET).sort()).toEqual(["it-dynamic-statefulset", "it-static-statefulset"]);
  expect(inputs(core("Secret"), "it-password")).toMatchObject({
    metadata: { name: "redis" },
    stringData: secret({ password: "s3cr3t", "redis.conf": redisConfig("s3cr3t") }),
  });
  expect(inputs("storage-lab:classroom:StudentLab", "it").password).toEqual(secret("s3cr3t"));
  expect(inClear(resources)).not.toContain("s3cr3t");
  for (const kind of ["static", "dynamic"]) {
    expect(inputs(core("Service"), `it-${kind}-service`)).toMatchObject({
      metadata: { name: `redis-${kind}` },
      spec: { clusterIP: "None", selector: { app: `redis-${kind}` } },
    });
    expect(inputs(STATEFUL_SET, `it-${kind}-statefulset`)).toMatchObject({
      metadata: { name: `redis-${kind}` },
      spec: {
        serviceName: `redis-${kind}`,
        template: {
          metadata: { labels: { app: `redis-${kind}`, "storage-lab.example/student": "zhang-wei" } },
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: 20001, runAsGroup: 20001, fsGroup: 20001 },
            containers: [
              {
                command: ["redis-server", "/etc/redis-config/redis.conf"],
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
              },
            ],
          },
        },
      },
    });
  }
  expect(inputs(STATEFUL_SET, "it-dynamic-statefulset").spec).toMatchObject({
    volumeClaimTemplates: [{ spec: { storageClassName: "school-csi", resources: { requests: { storage: "64Mi" } } } }],
  });
});

test("the static volume is of the student's capacity, on the student's directory; its claim leaves room for others", async () => {
  const { inputs } = await made({ server: "fd00::10" });
  expect(inputs(core("PersistentVolume"), "it-static-volume")).toMatchObject({
    metadata: { name: "school-zhang-wei.redis" },
    spec: {
      capacity: { storage: "1Gi" },
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace: "school-zhang-wei", name: "redis-static" },
      nfs: { server: "[fd00::10]", path: "/nfs/school/school-zhang-wei/redis" },
    },
  });
  expect(inputs(core("PersistentVolumeClaim"), "it-static-claim").spec).toMatchObject({
    storageClassName: "",
    volumeName: "school-zhang-wei.redis",
    resources: { requests: { storage: "64Mi" } },
  });
});

test("without StorageClass there is no second Redis", async () => {
  const { names, resources } = await made({ storageClass: undefined });
  expect(names(STATEFUL_SET)).toEqual(["it-static-statefulset"]);
  expect(resources).toHaveLength(14);
});

describe("refused, before anything is made", () => {
  const compute = { pods: 10, cpu: "2", memory: "1Gi", ephemeralStorage: "1Gi" };
  test.each<[Partial<StudentLabArgs>, string]>([
    [{ studentName: "Zhang Wei" }, 'StudentLab it: "Zhang Wei" is no name that Kubernetes takes here'],
    [{ studentName: "z".repeat(57) }, "has 64 characters, and may have 63: give the student a name of at most 56"],
    [{ uid: 0 }, "uid of StudentLab it: 0 is no uid of a student"],
    [{ uid: 65534 }, "65534 is no uid of a student"],
    [{ capacity: "1 GB" }, 'StudentLab it: capacity: "1 GB" is not a quantity: write 1G'],
    [{ capacity: "128Mi" }, 'capacity: "128Mi" leaves nothing besides the two Redis: give at least 192Mi'],
    [{ compute: { ...compute, memory: "64Mi" } }, 'compute.memory: "64Mi" leaves nothing besides the two Redis'],
    [{ compute: { ...compute, cpu: "two" } }, 'compute.cpu: "two" is not a quantity'],
    [{ compute: { ...compute, pods: 2 } }, "compute.pods: 2 is less than the two Redis and one of the student"],
    [{ claims: 1.5 }, "claims: 1.5 is less than those of the two Redis and one of the student"],
    [{ podSecurity: "strict" as "restricted" }, 'podSecurity of StudentLab it: "strict" is none of'],
    [{ dnsServers: ["dns.example"] }, 'dnsServers of StudentLab it: "dns.example" is no address'],
    [{ volumes: ["redis"] }, "volumes of StudentLab it"],
    [{ path: "/a/../b" }, 'path of StudentLab it: "/a/../b" has "." or ".." in it'],
    [{ role: undefined }, "StudentLab it: arguments without a default are missing: role"],
  ])("%j", async (change, sentence) => {
    await expect(made(change)).rejects.toThrow(sentence);
  });
});
