import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { course } from "../../../stacks/course/course";
import { courseSchema, infrastructureSchema } from "../../../stacks/config-schema";
import { infrastructure } from "../../../stacks/infrastructure";
import { deploy, type Deployment } from "../mocks";
import { setSecrets } from "./run-course";

// The fixtures are two stacks as `pulumi stack export` showed them, made by the program before components registered their
// arguments: every resource with its URN and what no update can change, and nothing else.
interface Stored {
  urn: string;
  replacementTrigger?: string;
  /** Path of a field → its value. */
  fixed?: Record<string, unknown>;
}

/** Fields whose change makes the Kubernetes provider replace the object; a claim's whole spec is ours (`replaceOnChanges`). */
const FIXED: Record<string, string[]> = {
  "apps/v1:Deployment": ["spec.selector"],
  "apps/v1:StatefulSet": [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  "batch/v1:Job": ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  "core/v1:ConfigMap": ["data", "binaryData"],
  "core/v1:PersistentVolume": ["spec.awsElasticBlockStore", "spec.csi", "spec.hostPath", "spec.local", "spec.nfs"],
  "core/v1:PersistentVolumeClaim": ["spec"],
  "core/v1:Pod": ["spec"],
  "core/v1:ResourceQuota": ["spec.scopes"],
  "core/v1:Secret": ["type"],
  "core/v1:Service": ["spec.clusterIP"],
  "rbac.authorization.k8s.io/v1:ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/v1:RoleBinding": ["roleRef"],
  "storage.k8s.io/v1:StorageClass": ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"],
};

const stored = (name: string): Stored[] =>
  JSON.parse(readFileSync(join(__dirname, "fixtures", `${name}-stack.json`), "utf8")) as Stored[];

interface Request {
  getParent(): string;
  getType(): string;
  getName(): string;
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
}
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: Request, done: unknown): Promise<void>;
}

const ROOT = "pulumi:pulumi:Stack";

/** As the engine makes them: with the types of all parents, where the mocks have that of the last. */
function urnOf(stack: string, parent: string, type: string, name: string): string {
  const parentType = parent.split("::")[2] ?? ROOT;
  const qualified = parentType === ROOT ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::storage-lab::${qualified}::${name}`;
}

/** Runs the program as a stack of this name, and returns what it registers and by which URN. */
async function registered(stack: string, program: () => unknown, stacks = {}) {
  const monitor = MockMonitor.prototype as unknown as Monitor;
  const urns = jest
    .spyOn(monitor, "newUrn")
    .mockImplementation((parent, type, name) => urnOf(stack, parent, type, name));
  const requests = jest.spyOn(monitor, "registerResource");
  const deployment = await deploy(program, { stack, stacks });
  return {
    deployment,
    urns: urns.mock.results.map(({ value }) => value as string).filter((urn) => !urn.includes(`::${ROOT}::`)),
    requests: new Map(
      requests.mock.calls.map(([each]) => [urnOf(stack, each.getParent(), each.getType(), each.getName()), each]),
    ),
  };
}

/** What no update can change of a resource, as the program gives it. */
function fixedOf(urn: string, deployment: Deployment, request: Request | undefined): Stored {
  const [, , qualified = "", name = ""] = urn.split("::");
  const type = qualified.split("$").at(-1) ?? "";
  const replacementTrigger = request?.getReplacementTrigger()?.toJavaScript() as string | undefined;
  const kept: Stored = { urn, ...(replacementTrigger && { replacementTrigger }) };
  if (!type.startsWith("kubernetes:")) return kept;
  const inputs = deployment.inputs(type, name);
  const valueAt = (path: string) =>
    path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], inputs);
  const paths = ["metadata.name", "metadata.namespace", ...(FIXED[type.slice("kubernetes:".length)] ?? [])];
  const fields = paths.map((path) => [path, valueAt(path)] as const).filter(([, value]) => value !== undefined);
  return { ...kept, fixed: Object.fromEntries(fields) };
}

beforeEach(() => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

const NAS = "192.168.110.168";
const infrastructureConfig = infrastructureSchema.parse({
  export: { path: "/nfs", clients: ["192.168.110.0/24"], profile: "course" },
  nas: { name: `nas-${NAS}`, host: NAS },
  nodes: [
    { name: "node1", host: "192.168.110.11" },
    { name: "node2", host: "192.168.110.12" },
  ],
  provisioner: { image: "storage-lab.example/nfs-subdir-external-provisioner:1" },
});
const courseConfig = courseSchema.parse({
  infrastructureStack: "infrastructure-sandbox",
  redisImage: "docker.io/library/redis:7.0.15",
  redisVersion: "7.0.15",
  toolsImage: "storage-lab.example/tools:1",
  nginxImage: "docker.io/library/nginx:1.22.1",
  mysqlImage: "docker.io/library/mariadb:10.11.19",
  wordpressImage: "docker.io/library/nginx:1.22.1",
  localNode: "node1",
});
/** What the course reads of the infrastructure. */
const outputs = {
  nas: { host: NAS, port: 22, user: "root" },
  nfs: { server: NAS, path: "/nfs" },
  storageClasses: ["nfs-client", "nfs-client-retain"],
  deletionEffects: { "nfs-client": "Deleting a claim deletes." },
};

describe.each([
  ["infrastructure", () => infrastructure(infrastructureConfig)],
  ["course", () => course(courseConfig)],
] as const)("a stack %s that the earlier program made", (name, program) => {
  test("goes on with every resource that it has, gets none that it has not, and replaces none", async () => {
    const { deployment, urns, requests } = await registered(`${name}-sandbox`, program, {
      "infrastructure-sandbox": outputs,
    });
    const before = stored(name);
    expect(urns.sort()).toEqual(before.map(({ urn }) => urn).sort());
    expect(before.map(({ urn }) => fixedOf(urn, deployment, requests.get(urn)))).toEqual(before);
  });
});
