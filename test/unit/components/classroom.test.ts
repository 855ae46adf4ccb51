import { Classroom, type ClassroomArgs } from "../../../components/index";
import { deploy, valueOf } from "../mocks";

const args: ClassroomArgs = { className: "school", server: "192.168.110.168", path: "/nfs/school" };
const POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";
const CLASS = "kubernetes:storage.k8s.io/v1:StorageClass";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
const SUBJECTS = ["volumes", "claims", "pods", "services", "secrets", "finalizers"];

interface Spec {
  failurePolicy: string;
  matchConstraints: { namespaceSelector?: object; resourceRules: { operations: string[]; resources: string[] }[] };
  matchConditions: { expression: string }[];
  variables?: { expression: string }[];
  validations: { expression: string; message: string; messageExpression?: string; reason: string }[];
}

async function made(change: Partial<ClassroomArgs> = {}) {
  let classroom: Classroom | undefined;
  const deployment = await deploy(() => (classroom = new Classroom("it", { ...args, ...change })));
  const spec = (subject: string) => deployment.inputs(POLICY, `it-${subject}-policy`).spec as Spec;
  return { ...deployment, classroom: classroom!, spec };
}

/** All of a policy that is CEL. */
const cel = ({ matchConditions, variables = [], validations }: Spec) =>
  [...matchConditions, ...variables, ...validations].map(({ expression }) => expression).join("\n");

test("every policy refuses, also what it cannot decide, and says what to do", async () => {
  const { inputs, names, spec } = await made();
  expect(names(POLICY).sort()).toEqual(SUBJECTS.map((subject) => `it-${subject}-policy`).sort());
  for (const subject of SUBJECTS) {
    expect(inputs(BINDING, `it-${subject}-binding`).spec).toEqual({
      policyName: `school-${subject}`,
      validationActions: ["Deny"],
    });
    expect(spec(subject).failurePolicy).toBe("Fail");
    for (const { message, reason } of spec(subject).validations) {
      expect(message).toMatch(/^[^\n]{20,}$/);
      expect(reason).toBe("Forbidden");
    }
  }
});

test("a class of a name that begins like another's is not meant", async () => {
  const { spec } = await made();
  for (const subject of SUBJECTS.filter((each) => each !== "volumes")) {
    expect(spec(subject).matchConstraints.namespaceSelector).toEqual({
      matchLabels: { "storage-lab.example/class": "school" },
    });
  }
  const [condition] = spec("volumes").matchConditions;
  expect(condition!.expression).toBe(
    'request.userInfo.username.startsWith("system:serviceaccount:school-") && ' +
      'authorizer.group("storage-lab.example").resource("classes").name("school").check("attend").allowed()',
  );
});

test("volumes: names, server and directories of the class, also when they are deleted", async () => {
  const { spec } = await made({ server: "fd00::10", volumes: ["mine"] });
  const volumes = spec("volumes");
  expect(volumes.matchConstraints.resourceRules).toMatchObject([
    { operations: ["CREATE", "UPDATE", "DELETE"], resources: ["persistentvolumes"] },
  ]);
  expect(cel(volumes)).toContain('object.spec.nfs.server == "[fd00::10]"');
  expect(cel(volumes)).toContain('"/nfs/school/" + variables.home');
  expect(cel(volumes)).toContain('["mine","redis"]');
  const [name, ...others] = volumes.validations;
  expect(name!.expression).toBe("variables.name in variables.names");
  for (const { expression } of others) expect(expression).toMatch(/^request\.operation == "DELETE" \|\| \(/);
});

test("claims: the class's own StorageClass and those named", async () => {
  const { spec, classroom } = await made({ claimClasses: ["fast"] });
  expect(cel(spec("claims"))).toContain('variables.class in ["school-csi","fast"]');
  expect(await valueOf(classroom.claimClasses)).toEqual(["school-csi", "fast"]);
});

test("without StorageClass, claims are for one's own volumes", async () => {
  const { spec, classroom, names } = await made({ storageClass: false });
  expect(names(CLASS)).toEqual([]);
  expect(classroom.storageClass).toBeUndefined();
  expect(cel(spec("claims"))).toContain("variables.class in []");
});

test("the StorageClass gives each claim a directory below its namespace's", async () => {
  const { inputs, classroom } = await made({
    storageClass: { mountOptions: ["nfsvers=4.2"], driverName: "nfs.example.org" },
  });
  expect(inputs(CLASS, "it-class")).toMatchObject({
    metadata: { name: "school-csi", labels: { "storage-lab.example/class": "school" } },
    provisioner: "nfs.example.org",
    parameters: {
      server: "192.168.110.168",
      share: "/nfs/school",
      subDir: "${pvc.metadata.namespace}/claims/${pvc.metadata.name}",
      onDelete: "delete",
    },
    reclaimPolicy: "Delete",
    mountOptions: ["nfsvers=4.2"],
  });
  // They would be set on the class's directory, too.
  expect(inputs(CLASS, "it-class").parameters).not.toHaveProperty("mountPermissions");
  expect(await valueOf(classroom.storageClass!)).toBe("school-csi");
});

test("no right of the students is for everything, or for what keeps them apart", async () => {
  const { inputs, classroom } = await made();
  const { rules, metadata } = inputs(ROLE, "it-student") as unknown as {
    metadata: { name: string };
    rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  };
  expect(metadata.name).toBe("school-student");
  expect(await valueOf(classroom.role)).toBe("school-student");
  const verbsOf = (resource: string) =>
    rules.filter(({ resources }) => resources.includes(resource)).flatMap(({ verbs }) => verbs);
  const all = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
  for (const word of ["*", "impersonate", "escalate", "bind", "deletecollection"]) expect(all).not.toContain(word);
  for (const resource of [
    "serviceaccounts",
    "serviceaccounts/token",
    "roles",
    "rolebindings",
    "namespaces",
    "nodes",
    "persistentvolumes",
    "daemonsets",
    "poddisruptionbudgets",
    "leases",
    "pods/binding",
    "pods/eviction",
    "pods/ephemeralcontainers",
  ])
    expect(verbsOf(resource)).toEqual([]);
  for (const resource of ["events", "endpoints", "endpointslices", "resourcequotas", "limitranges", "networkpolicies"])
    expect(verbsOf(resource)).toEqual(["get", "list", "watch"]);
});

test("what a program adds is on every object", async () => {
  const { resources } = await made({ metadata: { labels: { team: "storage" }, annotations: { owner: "physics" } } });
  const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  expect(objects).toHaveLength(14);
  for (const { inputs } of objects) {
    expect(inputs.metadata).toMatchObject({
      labels: { team: "storage", "storage-lab.example/class": "school" },
      annotations: { owner: "physics" },
    });
  }
});

describe("refused, before anything is made", () => {
  test.each<[Partial<ClassroomArgs>, string]>([
    [{ className: "School" }, 'className of Classroom it: "School" is no name that Kubernetes takes here'],
    [{ className: "s".repeat(41) }, "has 41 characters, and may have 40"],
    [{ server: "" }, 'server of Classroom it: "" is neither an address nor a host name'],
    [{ path: "nfs" }, 'path of Classroom it: "nfs" is not absolute'],
    [{ path: "/nfs/../etc" }, 'has "." or ".." in it'],
    [{ volumes: [] }, "volumes of Classroom it: students could make no volume"],
    [{ volumes: ["redis"] }, "is the volume of the teacher's Redis"],
    [{ volumes: ["a", "a"] }, '"a" is named twice'],
    [{ volumes: ["../b"] }, "is no name that Kubernetes takes here"],
    [{ claimClasses: ["Fast"] }, 'claimClasses of Classroom it: "Fast" is no name'],
    [{ priorityClasses: ["Fast"] }, 'priorityClasses of Classroom it: "Fast" is no name'],
  ])("%j", async (change, sentence) => {
    await expect(made(change)).rejects.toThrow(sentence);
  });
});
