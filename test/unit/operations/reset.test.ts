import { Failure } from "../../../exercises/runner/failure";
import { reset, type ResetOptions } from "../../../operations/reset/reset";
import { POLICY_BEFORE } from "../../../operations/restore/finish-deletion";
import { requireSense } from "../../../operations/reset/options";
import { courseResources, resource, ResetLab } from "./reset-lab";

const yes: ResetOptions = { agreed: true };
const lessonOf = (...directories: string[]) => `lesson\t2026-01-01T08:00:00Z\t1048576\t${directories.join(" ")}\n`;

/** What was done, in order; a run of deletions or creations is one line. */
const course = ({ done }: ResetLab) =>
  done
    .map((line) => /^(delete|create) /.exec(line)?.[1] ?? line)
    .filter((line, at, all) => !["delete", "create"].includes(line) || all[at - 1] !== line);

describe("reset", () => {
  it("deletes the course's objects, restores the lesson's data, and makes the objects again", async () => {
    const x = new ResetLab();
    x.snapshots = lessonOf("one", "two");
    await reset(x.lab, yes);
    expect(course(x)).toEqual([
      "nas: list",
      "delete",
      "nas: restore 'lesson' '/nfs/one' '/nfs/two'",
      "nas: update",
      "create",
    ]);
    expect(x.done.filter((line) => line.startsWith("create "))).toEqual([
      "create PersistentVolume pv-one",
      "create PersistentVolumeClaim claim-one",
      "create StatefulSet redis",
      "create PersistentVolume pv-two",
      "create PersistentVolumeClaim claim-two",
      "create ConfigMap config",
      "create PersistentVolumeClaim dynamic",
    ]);
    expect(x.said).toContain("✓ Probe: everything is there, and works");
    const deleted = x.done.filter((line) => line.startsWith("delete ")).sort();
    expect(deleted).toEqual([
      "delete ConfigMap config",
      "delete PersistentVolume pv-one",
      "delete PersistentVolume pv-two",
      "delete PersistentVolumeClaim claim-one",
      "delete PersistentVolumeClaim claim-two",
      "delete PersistentVolumeClaim dynamic",
      "delete StatefulSet redis",
    ]);
  });

  it("leaves what it cannot make to Pulumi: a namespace that is gone comes back first", async () => {
    const x = new ResetLab();
    x.onCreate = (_kind, object) => {
      if (object.metadata?.namespace === "shiqi" && !x.cluster.names("Namespace").includes("shiqi"))
        throw new Failure('namespaces "shiqi" not found');
    };
    await x.cluster.remove("Namespace", "shiqi");
    await reset(x.lab, yes);
    expect(course(x).slice(-2)).toEqual(["create", "pulumi up course-x --refresh"]);
    expect(x.said).toContain('namespaces "shiqi" not found; left to Pulumi');
    expect(x.said).toContain("✓ Probe: everything is there, and works");
  });

  it("empties the directories where there is no snapshot of the lesson, and those that it has not", async () => {
    const none = new ResetLab();
    await reset(none.lab, yes);
    expect(none.done).toContain("nas: empty '' '/nfs/one' '/nfs/two'");
    const some = new ResetLab();
    some.snapshots = lessonOf("two");
    await reset(some.lab, yes);
    expect(some.done).toContain("nas: restore 'lesson' '/nfs/two'");
    expect(some.done).toContain("nas: empty '' '/nfs/one'");
  });

  it("saves when the workloads have stopped, and before a claim or volume is deleted", async () => {
    const x = new ResetLab();
    await reset(x.lab, { ...yes, save: "group-a" });
    const saved = x.done.indexOf("nas: save 'group-a' '/nfs/one' '/nfs/two'");
    const isStorage = (line: string) => line.startsWith("delete PersistentVolume");
    expect(x.done.indexOf("delete StatefulSet redis")).toBeLessThan(saved);
    expect(saved).toBeLessThan(x.done.findIndex(isStorage));
  });

  it("leaves claims and data alone when saving fails", async () => {
    const x = new ResetLab();
    x.onHost = (action) => (action === "save" ? { exitCode: 1, error: "no space" } : {});
    await expect(reset(x.lab, { ...yes, save: "group-a" })).rejects.toThrow("nas: no space");
    expect(x.cluster.names("PersistentVolumeClaim")).toHaveLength(3);
    expect(x.done).not.toContain("nas: empty '' '/nfs/one' '/nfs/two'");
  });

  it("with the lesson's own name saves what is there now, and leaves it there", async () => {
    const x = new ResetLab();
    x.snapshots = lessonOf("one", "two");
    await reset(x.lab, { ...yes, save: "lesson" });
    expect(x.done).toContain("nas: save 'lesson' '/nfs/one' '/nfs/two'");
    expect(x.done.filter((line) => /restore|empty/.test(line))).toEqual([]);
    expect(x.said).toContain("the snapshot lesson, in place of that of 2026-01-01T08:00:00Z");
  });

  it("touches one section's objects and directories alone", async () => {
    const x = new ResetLab().add("ConfigMap", "notes", "shiqi");
    const uid = () => x.cluster.objects.find(({ object }) => object.metadata?.name === "redis")?.object.metadata?.uid;
    const before = uid();
    await reset(x.lab, { ...yes, sections: ["two"] });
    expect(uid()).toBe(before);
    expect(x.done.filter((line) => line.includes("one"))).toEqual([]);
    expect(x.done).toContain("nas: empty '' '/nfs/two'");
    expect(x.cluster.names("ConfigMap").sort()).toEqual(["config", "notes"]);
  });

  it("first brings back what the course builds on, where something of it is missing", async () => {
    const x = new ResetLab();
    x.withInfrastructure = true;
    await reset(x.lab, yes);
    expect(course(x).slice(0, 4)).toEqual(["nas: list", "pulumi up infrastructure-x --refresh", "nas: list", "delete"]);
    x.done.length = 0;
    x.said = "";
    await reset(x.lab, yes);
    expect(x.said).not.toContain("infrastructure-x");
    expect(x.done.filter((line) => line.startsWith("pulumi"))).toEqual([]);
  });

  it("repairs directories that are not as they were made before it looks at their snapshots", async () => {
    const x = new ResetLab();
    x.isNasRight = false;
    x.onHost = (action) => (action === "update" ? { exitCode: 1, error: "moved away" } : {});
    await expect(reset(x.lab, yes)).rejects.toThrow("nas: moved away");
    expect(x.done).toEqual(["nas: update"]);
  });

  it.each<[string, Partial<ResetOptions>, string]>([
    ["an unknown section", { sections: ["three"] }, "has no section three"],
    ["an unknown snapshot", { from: "group-b" }, "there is no snapshot group-b"],
    ["a snapshot that lacks a directory", { from: "lesson" }, "the snapshot lesson has no two"],
    ["the lesson of a section", { save: "lesson", sections: ["one"] }, "is of the whole course"],
  ])("deletes nothing for %s", async (_what, options, message) => {
    const x = new ResetLab();
    x.snapshots = lessonOf("one");
    await expect(reset(x.lab, { ...yes, ...options })).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: 2,
    });
    expect(course(x)).not.toContain("delete");
  });

  it("refuses a name that is taken, and says what to do when an interrupted reset took it", async () => {
    const x = new ResetLab();
    x.snapshots = "group-a\t2026-01-01T09:00:00Z\t1\tone two\n";
    await expect(reset(x.lab, { ...yes, save: "group-a" })).rejects.toMatchObject({
      message: "there is a snapshot group-a already, saved at 2026-01-01T09:00:00Z",
      remedy: expect.stringContaining("leave --save out") as string,
    });
    expect(course(x)).toEqual(["nas: list"]);
  });

  it("deletes nothing when the NAS does not answer", async () => {
    const x = new ResetLab();
    x.onHost = () => ({ reached: false, exitCode: 255, error: "no route" });
    await expect(reset(x.lab, yes)).rejects.toThrow("nas, port 22, does not answer over SSH: no route");
    expect(course(x)).toEqual(["nas: list"]);
  });

  it("asks after it has said what goes, and deletes nothing where nobody answers", async () => {
    const x = new ResetLab().add("ConfigMap", "notes", "shiqi");
    await expect(reset(x.lab, { agreed: false })).rejects.toMatchObject({ remedy: "Agree to it with --yes." });
    expect(x.said).toContain("· deleted, since the stack did not make it: ConfigMap in shiqi: notes\n");
    expect(x.said).toContain("· one, two: emptied\n");
    expect(course(x)).toEqual(["nas: list"]);
  });

  it("says what becomes of dynamic claims' data, by their class", async () => {
    const x = new ResetLab()
      .add("StorageClass", "fast", undefined, { parameters: { onDelete: "archive" } })
      .add("PersistentVolume", "pvc-1", undefined, {
        metadata: { annotations: { "pv.kubernetes.io/provisioned-by": "k8s-sigs.io/nfs-subdir-external-provisioner" } },
        spec: {
          persistentVolumeReclaimPolicy: "Delete",
          storageClassName: "fast",
          claimRef: { namespace: "default", name: "dynamic" },
        },
      });
    await reset(x.lab, yes);
    expect(x.said).toContain("· fast: the data of default/dynamic is archived on the NAS\n");
  });

  it("lets volumes go with their claims that an up which was cut off has kept", async () => {
    const x = new ResetLab();
    const claim = await x.cluster.find("PersistentVolumeClaim", "dynamic", "default");
    x.add("PersistentVolume", "pvc-1", undefined, {
      metadata: { annotations: { [POLICY_BEFORE]: "Delete" } },
      spec: {
        persistentVolumeReclaimPolicy: "Retain",
        claimRef: { namespace: "default", name: "dynamic", uid: claim?.metadata?.uid },
      },
      status: { phase: "Bound" },
    });
    await expect(reset(x.lab, { agreed: false })).rejects.toThrow("Nobody is there to ask");
    const volume = await x.cluster.find("PersistentVolume", "pvc-1");
    expect(volume?.spec?.persistentVolumeReclaimPolicy).toBe("Delete");
  });

  it("says which data stays, and what could not be looked at", async () => {
    const disk = resource("core/v1:PersistentVolume", "pv-disk", {
      section: "two",
      spec: { hostPath: { path: "/mnt" } },
    });
    const x = new ResetLab([...courseResources, disk])
      .add("StorageClass", "keeping", undefined, { parameters: { onDelete: "retain", pathPattern: "${.PVC.name}" } })
      .add("PersistentVolume", "pvc-1", undefined, {
        metadata: { annotations: { "pv.kubernetes.io/provisioned-by": "k8s-sigs.io/nfs-subdir-external-provisioner" } },
        spec: {
          persistentVolumeReclaimPolicy: "Retain",
          storageClassName: "keeping",
          claimRef: { namespace: "default", name: "dynamic" },
        },
      });
    x.cluster.silent = ["metrics.example.org/v1"];
    await expect(reset(x.lab, { agreed: false })).rejects.toThrow("Nobody is there to ask");
    expect(x.said).toContain("· pv-disk: the data on the nodes' own disks stays\n");
    expect(x.said).toContain("· keeping: the data of default/dynamic stays on the NAS\n");
    expect(x.said).toContain("· keeping: by its pathPattern the new claims find it again\n");
    expect(x.said).toContain("does not answer about it: metrics.example.org/v1\n");
  });

  it("is of a course that was made", async () => {
    const x = new ResetLab();
    const { lab } = x;
    const alone = { ...lab, stacks: lab.stacks.map((stack) => ({ ...stack, program: "infrastructure" as const })) };
    await expect(reset(alone, yes)).rejects.toThrow("course-x is no course");
    const empty = { ...lab, stacks: lab.stacks.map((stack) => ({ ...stack, state: undefined })) };
    await expect(reset(empty, yes)).rejects.toThrow("was not made to its end yet");
    expect(x.done).toEqual([]);
  });
});

describe("the options of reset", () => {
  it.each([
    [{ list: true, save: "a" }],
    [{ remove: "a", section: ["one"] }],
    [{ list: true, remove: "a" }],
    [{ save: "../a" }],
    [{ from: "" }],
  ])("%j make no sense", (flags) => {
    expect(() => requireSense(flags)).toThrow(expect.objectContaining({ exitCode: 2 }) as Error);
  });

  it("make sense together otherwise", () => {
    expect(() => requireSense({ save: "a", from: "b", section: ["one"], yes: true })).not.toThrow();
  });
});
