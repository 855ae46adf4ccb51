import type * as pulumi from "@pulumi/pulumi";
import { NfsDirectoriesJob, type NfsDirectoriesJobArgs } from "../../../components/nfs/nfs-directories-job";
import { deploy, valueOf } from "../mocks";

const JOB = "kubernetes:batch/v1:Job";

const run = (change: Partial<NfsDirectoriesJobArgs> = {}, note?: pulumi.ResourceTransformation) => {
  const args: NfsDirectoriesJobArgs = {
    jobName: "nas-directories",
    namespace: "storage",
    image: "redis:7.4.4",
    server: "fd00::10",
    path: "/volume1/k8s",
    names: ["one", "class-a/two"],
    ...change,
  };
  return deploy(() => new NfsDirectoriesJob("directories", args, { transformations: note && [note] }));
};

interface JobSpec {
  backoffLimit: number;
  template: { spec: { containers: { command: string[] }[]; volumes: unknown[] } };
}
const specOf = ({ inputs }: Awaited<ReturnType<typeof run>>) => inputs(JOB, "directories-job").spec as JobSpec;

test("a Job mounts the export and runs the script of the directories there", async () => {
  const spec = specOf(await run({ mode: "0777", adopt: ["one"], generation: 3 }));
  expect(spec.backoffLimit).toBe(0);
  expect(spec.template.spec.volumes).toEqual([{ name: "export", nfs: { server: "[fd00::10]", path: "/volume1/k8s" } }]);
  expect(spec.template.spec).toMatchObject({
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    containers: [
      { securityContext: { runAsUser: 0 }, volumeMounts: [{ name: "export", mountPath: "/storage-lab-export" }] },
    ],
  });
  const [, , , , script = "", ...rest] = spec.template.spec.containers[0]!.command;
  expect(script.slice(0, script.indexOf("\n\n")).split("\n")).toEqual([
    "OWNER='storage-lab/test/directories'",
    "EXPORT_PATH='/storage-lab-export'",
    "DIRECTORIES=('/storage-lab-export/one' '/storage-lab-export/class-a/two')",
    "ADOPT=('/storage-lab-export/one')",
    "FILE_OWNER=''",
    "MODE='0777'",
    "GENERATION='3'",
  ]);
  expect(rest).toEqual(["apply", "/storage-lab-export", "[fd00::10]:/volume1/k8s"]);
});

test("with mount options, a volume has them, and the Job its claim", async () => {
  const replaced: string[] = [];
  const deployment = await run({ mountOptions: ["nfsvers=3"], server: "nas" }, ({ type, opts }) => {
    const { replaceWith = [] } = opts as pulumi.CustomResourceOptions;
    if (type === JOB) replaced.push(...replaceWith.map((each) => (each as { __name?: string }).__name ?? ""));
    return undefined;
  });
  const { spec } = deployment.inputs("kubernetes:core/v1:PersistentVolume", "directories-export-volume");
  expect(spec).toMatchObject({ mountOptions: ["nfsvers=3"], nfs: { server: "nas", path: "/volume1/k8s" } });
  expect(specOf(deployment).template.spec.volumes).toEqual([
    { name: "export", persistentVolumeClaim: { claimName: "nas-directories" } },
  ]);
  expect(replaced).toEqual(["directories-export-volume"]);
});

test.each([
  ["/volume1/k8s", "/volume1/k8s/one"],
  // As NFSv4 shows the export that the server calls fsid=0.
  ["/", "/one"],
])("clients of %s mount %s", async (path, mounted) => {
  let made: NfsDirectoriesJob | undefined;
  const args = { jobName: "d", namespace: "storage", image: "redis:7", server: "nas", path, names: ["one"] };
  await deploy(() => (made = new NfsDirectoriesJob("directories", args)));
  expect(await valueOf(made!.paths)).toEqual({ one: mounted });
  const check = await valueOf(made!.check);
  expect(check).toMatchObject({ host: "nas", script: "export-directories", pod: { namespace: "storage", path } });
});

test("the paths are known before the Job is, so that another Job replaces no volume", async () => {
  let made: NfsDirectoriesJob | undefined;
  const args = { jobName: "d", namespace: "n", image: "redis:7", server: "nas", path: "/k8s", names: ["one"] };
  await deploy(() => (made = new NfsDirectoriesJob("directories", args)), { preview: true });
  expect(await valueOf(made!.paths)).toEqual({ one: "/k8s/one" });
});

test.each([
  [{ names: ["../one"] }, 'names of NfsDirectoriesJob directories: "../one" has "." or ".." in it'],
  [{ names: [".storage-lab/x"] }, '".storage-lab/x" is where the register of the directories is.'],
  [{ path: "volume1" }, 'path of NfsDirectoriesJob directories: "volume1" is not absolute'],
  [{ owner: "redis:redis" }, 'owner of NfsDirectoriesJob directories: "redis:redis" is not an owner in numbers'],
  [{ mode: "rwx" }, "mode of NfsDirectoriesJob directories: "],
  [{ server: "fe80::1%eth0" }, "server of NfsDirectoriesJob directories: "],
  [{ jobName: "j".repeat(64) }, "jobName of NfsDirectoriesJob directories: "],
])("%j is refused", async (change, words) => {
  await expect(run(change)).rejects.toThrow(words);
});
