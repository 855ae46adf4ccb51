import * as pulumi from "@pulumi/pulumi";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { COURSE_NAMES } from "../../../stacks/course/course-names";
import { sections } from "../../../stacks/course/sections";
import { courseSchema, infrastructureSchema } from "../../../stacks/config-schema";
import type { Deployment, MockOptions } from "../mocks";
import { all, only, outputs, required, run, setSecrets } from "./run-course";

const CLAIM = "kubernetes:core/v1:PersistentVolumeClaim";

beforeEach(() => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

/** Every claim of the class that the stack makes, with those of its templates, as `namespace/name`. */
function dynamicClaimsOf({ resources }: Deployment, className: string): string[] {
  interface Claim {
    metadata: { name: string; namespace: string };
    spec: { storageClassName: string };
  }
  interface Workload extends Claim {
    spec: { storageClassName: string; replicas: number; volumeClaimTemplates?: Claim[] };
  }
  return resources.flatMap(({ type, inputs }) => {
    const { metadata, spec } = inputs as unknown as Workload;
    if (type === CLAIM) return spec.storageClassName === className ? [`${metadata.namespace}/${metadata.name}`] : [];
    if (type !== "kubernetes:apps/v1:StatefulSet") return [];
    return (spec.volumeClaimTemplates ?? [])
      .filter((template) => template.spec.storageClassName === className)
      .flatMap((template) =>
        Array.from({ length: spec.replicas }, (_, index) => index).map(
          (index) => `${metadata.namespace}/${template.metadata.name}-${metadata.name}-${index}`,
        ),
      );
  });
}

describe("pathPattern", () => {
  const withPattern = (pathPattern: string) => ({
    stacks: { infra: { ...outputs, pathPatterns: { "nfs-client": pathPattern } } },
  });

  test("is tried on every claim that the sections make", async () => {
    const config = courseSchema.parse({ ...required, replicas: 2 });
    const simulated = all.flatMap((name) => sections[name].claims?.(config, COURSE_NAMES) ?? []);
    const made = dynamicClaimsOf(await run({ replicas: 2 }), "nfs-client");
    expect(simulated.map(({ namespace, name }) => `${namespace}/${name}`).sort()).toEqual(made.sort());
    expect(made).toHaveLength(9);
  });

  test("one that gives each claim its own directory is good", async () => {
    await expect(run({}, withPattern("${.PVC.namespace}/${.PVC.name}"))).resolves.toBeDefined();
  });

  test.each([
    ["../${.PVC.name}", "gives claim shiqi/pvc-shiqi-statefulset-redis-not-exist-pvc-0 the directory ../pvc-shiqi-"],
    ["${.PVC.labels.team}", "an empty path"],
    ["${.PVC.namespace}", "gives claim default/redis-pvc the directory default, which claim default/pvc-dynamic-"],
    ["shiqi-redis/${.PVC.name}", "and a static volume has shiqi-redis: one lies in the other"],
  ])("%s is refused before anything is registered", async (pattern, words) => {
    const registered: string[] = [];
    const chosen = only("staticPair", "redisTemplate", "dynamicExample", "redisShared");
    const failing = run({ sections: chosen }, { ...withPattern(pattern), onRegister: (name) => registered.push(name) });
    await expect(failing).rejects.toThrow(words);
    await expect(failing).rejects.toThrow(/^storage-lab:course\.storageClass \("nfs-client"\): its pathPattern "/);
    await expect(failing).rejects.toBeInstanceOf(pulumi.RunError);
    expect(registered).toEqual([]);
  });
});

test.each([
  ["are root's, and open to all", undefined, "", "0777"],
  ["belong to the user who everybody is on a hardened export", { owner: "999:999", mode: "0700" }, "999:999", "0700"],
  ["belong to the user that the export's options name", { owner: "5:65534" }, "5:65534", "0777"],
])("directories on the NAS %s", async (_case, directories, owner, mode) => {
  const infra = { ...outputs, nfs: { ...outputs.nfs, ...(directories && { directories }) } };
  const { inputs } = await run({ sections: only("staticPair") }, { stacks: { infra } });
  const { stdin } = inputs("command:remote:Command", "directories-make");
  expect(stdin).toContain(`FILE_OWNER='${owner}'\nMODE='${mode}'\n`);
});

test("the exercises look for the provisioner that the library makes", () => {
  const { provisionerName, provisionerNamespace } = courseSettings;
  const { provisioner, storageClasses } = infrastructureSchema.parse({
    nas: { name: "nas", host: "192.168.110.168" },
    export: { clients: ["192.168.110.0/24"] },
    nodes: [{ name: "node1", host: "192.168.110.11" }],
  });
  expect([provisionerName, provisionerNamespace]).toEqual([provisioner.name, provisioner.namespace]);
  expect(courseSettings.storageClasses).toEqual(storageClasses.map(({ name }) => name));
});

test.each<[string, MockOptions, object, string]>([
  ["no such stack", {}, {}, "there is no stack infra. The infrastructure comes first: pulumi up -s infra"],
  ["not deployed", { stacks: { infra: {} } }, {}, "holds no infrastructure"],
  ["no such class", { stacks: { infra: outputs } }, { storageClass: "fast" }, "is no class of the stack infra"],
])("%s is a plain sentence, and nothing is registered", async (_case, options, change, words) => {
  const registered: string[] = [];
  const failing = run(change, { ...options, onRegister: (name) => registered.push(name) });
  await expect(failing).rejects.toThrow(words);
  await expect(failing).rejects.toBeInstanceOf(pulumi.RunError);
  expect(registered).toEqual([]);
});
