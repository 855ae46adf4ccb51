import * as pulumi from "@pulumi/pulumi";
import { settingsOf, courseSettings } from "../../../exercises/runner/course-settings";
import { course } from "../../../stacks/course/course";
import { COURSE_NAMES, courseNames } from "../../../stacks/course/course-names";
import { courseSchema } from "../../../stacks/config-schema";
import { deploy, valueOf, type Deployment } from "../mocks";
import { outputs, required, run, setSecrets } from "./run-course";

const COMMAND = "command:remote:Command";
const LONGEST = "a234567890123456789-";

beforeEach(() => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  setSecrets();
});
afterEach(() => jest.restoreAllMocks());

interface Inputs {
  metadata: { name: string; namespace?: string };
  spec?: {
    selector?: { matchLabels?: Record<string, string> } & Record<string, unknown>;
    hostPath?: { path: string };
    local?: { path: string };
    template?: { spec: { volumes?: { hostPath?: { path: string } }[] }; metadata?: { labels: Record<string, string> } };
    storageClassName?: string;
  };
}

const objectsOf = ({ resources }: Deployment) =>
  resources
    .filter(({ type }) => type.startsWith("kubernetes:"))
    .map(({ type, inputs }) => ({ kind: type.split(":").at(-1) ?? "", ...(inputs as unknown as Inputs) }));

/** Everything that two courses on one cluster and NAS could both claim. */
function claimedBy(deployment: Deployment): string[] {
  const directories = /DIRECTORIES=\((.*)\)/.exec(String(deployment.inputs(COMMAND, "directories-make").stdin))?.[1];
  return [
    ...objectsOf(deployment).flatMap(({ kind, metadata: { name, namespace = "" }, spec }) => [
      `${kind} ${namespace}/${name}`,
      ...[spec?.hostPath, spec?.local, ...(spec?.template?.spec.volumes ?? []).map(({ hostPath }) => hostPath)].flatMap(
        (folder) => (folder ? [`folder ${folder.path}`] : []),
      ),
      // A Service and a controller find pods by these, whoever made them.
      ...(kind !== "PersistentVolumeClaim" && spec?.selector
        ? [`pods in ${namespace}: ${JSON.stringify(spec.selector.matchLabels ?? spec.selector)} of ${kind}`]
        : []),
      // What binds a volume and a claim that do not name each other.
      ...(kind === "PersistentVolume" && spec?.storageClassName ? [`class ${spec.storageClassName}`] : []),
    ]),
    ...(directories ?? "").split(" ").map((directory) => `directory ${directory}`),
  ];
}

describe("two courses on one cluster and one NAS", () => {
  test("have nothing in common once one has a namePrefix", async () => {
    const first = claimedBy(await run());
    const second = claimedBy(await run({ namePrefix: "b-" }));
    expect(second).toHaveLength(first.length);
    expect(first.filter((each) => second.includes(each))).toEqual([]);
    expect(second).toEqual(expect.arrayContaining(["folder /mnt/b-data/my-pv", "directory '/nfs/b-share'"]));
    expect(second).toEqual(expect.arrayContaining(["Namespace /b-shiqi", "StatefulSet default/b-redis-statefulset"]));
  });

  test("a namespace or a folder that the config names is taken as it is", async () => {
    const claimed = claimedBy(
      await run({ namePrefix: "b-", namespace: "mine", localPath: "/mnt/mine", exampleNamespace: "examples" }),
    );
    expect(claimed).toEqual(
      expect.arrayContaining(["Namespace /mine", "folder /mnt/mine", "Namespace /examples", "Pod examples/b-app"]),
    );
    expect(claimed.filter((each) => each.includes(" default/"))).toEqual([]);
  });

  test("the resources keep their names in Pulumi, so that a prefix that is taken back finds them again", async () => {
    const names = async (change: object) => (await run(change)).resources.map(({ name }) => name).sort();
    expect(await names({ namePrefix: "b-" })).toEqual(await names({}));
  });

  test("the longest namePrefix stays within what Kubernetes allows", async () => {
    for (const { kind, metadata, spec } of objectsOf(await run({ namePrefix: LONGEST }))) {
      // A controller's revision adds ten letters and a dash to it, in a label.
      expect([metadata.name, metadata.name.length <= (kind === "StatefulSet" ? 52 : 63)]).toEqual([
        metadata.name,
        true,
      ]);
      for (const label of Object.values(spec?.template?.metadata?.labels ?? {})) expect(label.length).toBeLessThan(64);
    }
    expect(courseSchema.safeParse({ ...required, namePrefix: `${LONGEST}x` }).success).toBe(false);
  });

  test.each(["B-", "1-", "-b", "b.", "b_"])("namePrefix %s is refused", (namePrefix) => {
    expect(courseSchema.safeParse({ ...required, namePrefix }).error?.issues[0]?.message).toMatch(/such as b-/);
  });

  test("namespaces that come out the same are refused", () => {
    const parsed = courseSchema.safeParse({ ...required, namePrefix: "b-", exampleNamespace: "b-shiqi" });
    const issue = parsed.error?.issues[0];
    expect(issue?.path).toEqual(["exampleNamespace"]);
    expect(issue?.message).toMatch(/^is used twice: b-shiqi is namespace already/);
  });
});

describe("the exercises get the names of a stack from its outputs", () => {
  async function outputsOf(change: object) {
    let made: Record<string, pulumi.Input<unknown>> = {};
    const config = courseSchema.parse({ ...required, ...change });
    await deploy(async () => (made = await course(config)), { stacks: { infra: outputs } });
    return (await valueOf(pulumi.output(made))) as Record<string, unknown>;
  }

  test("a course with names of its own", async () => {
    const change = { namePrefix: "b-", hostPathNamespace: "mine", exampleNamespace: "examples" };
    const infrastructure = { provisionerName: "b", provisionerNamespace: "b-p", storageClasses: ["b-class"] };
    const csi = { driver: "nfs.csi.k8s.io", namespace: "b-csi", storageClasses: ["b-csi"] };
    const made = await outputsOf({ ...change, csiStorageClass: "b-csi" });
    const settings = settingsOf(made, { ...infrastructure, csi });
    expect(settings).toMatchObject({
      courseNamespace: "b-shiqi",
      hostPathNamespace: "mine",
      dynamicNamespace: "examples",
      staticVolume: "b-pv-shiqi-redis",
      localClass: "b-local-storage",
      nginxPod: "b-app",
      csiNamespace: "b-csi",
      provisioners: ["b", "nfs.csi.k8s.io"],
      csiClass: "b-csi",
      ...infrastructure,
    });
    expect(settings).not.toHaveProperty("csi");
    expect(Object.keys(settings).sort()).toEqual(Object.keys(courseSettings).sort());
  });

  describe("with further exports", () => {
    const archive = {
      nfs: { server: "192.168.110.169", path: "/srv/archive" },
      provisionerNamespace: "nfs-provisioner-archive",
      provisionerName: "archiver",
      storageClasses: ["nfs-client-archive"],
    };
    const infrastructure = {
      nfs: { server: "192.168.110.168", path: "/nfs" },
      storageClasses: ["nfs-client", "nfs-client-retain", "nfs-client-archive"],
      additional: { archive },
    };

    test("its provisioner has its own classes, and all provisioners are known", async () => {
      expect(settingsOf(await outputsOf({}), infrastructure)).toMatchObject({
        provisionerName: courseSettings.provisionerName,
        storageClasses: ["nfs-client", "nfs-client-retain"],
        provisioners: [courseSettings.provisionerName, "archiver"],
        classExport: infrastructure.nfs,
      });
    });

    test("a course with a class of one of them is of that one's provisioner", () => {
      const names = courseNames({ storageClass: "nfs-client-archive" });
      expect(settingsOf({ names }, infrastructure)).toMatchObject({
        provisionerName: "archiver",
        provisionerNamespace: "nfs-provisioner-archive",
        storageClasses: ["nfs-client-archive"],
        provisioners: [courseSettings.provisionerName, "archiver"],
        classExport: archive.nfs,
      });
    });
  });

  test("the course's own", async () => {
    expect(settingsOf(await outputsOf({}), {})).toEqual(courseSettings);
  });

  test("a stack of an earlier version says its namespaces, and has the course's names else", () => {
    const earlier = { namespace: "mine", hostPath: { namespace: "other", claim: "x" }, hostChecks: [] };
    expect(settingsOf(earlier, {})).toEqual({ ...courseSettings, courseNamespace: "mine", hostPathNamespace: "other" });
    expect(settingsOf({}, {})).toEqual(courseSettings);
    // A driver that others have installed is not the infrastructure's.
    expect(courseSettings.provisioners).toEqual([courseSettings.provisionerName]);
  });

  test("an output of another kind is not taken", () => {
    const names = { ...courseNames({ namePrefix: "b-" }), nginx: "app", fastSsd: { storageClass: 1 }, more: {} };
    const settings = settingsOf({ names }, { storageClasses: "nfs-client", provisionerName: null });
    expect(settings).toMatchObject({
      nginxPod: COURSE_NAMES.nginx.pod,
      fastClass: "fast-ssd",
      localVolume: "b-pv-local-01",
    });
    expect([settings.storageClasses, settings.provisionerName]).toEqual([
      courseSettings.storageClasses,
      courseSettings.provisionerName,
    ]);
  });
});
