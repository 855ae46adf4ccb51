import { existsSync, readdirSync } from "node:fs";
import { stackFile } from "../../embedded/cli/lab-files";
import { leftovers } from "../support/expectations";
import { TestLab } from "../support/test-lab";
import { sandboxFacts } from "../support/test-stack";

const lab = new TestLab();

interface Volume {
  metadata: { name: string };
  spec: { nfs?: { path: string }; storageClassName?: string };
}

const volumes = async () => (await lab.object<{ items: Volume[] }>("pv"))?.items ?? [];

test("destroy says what becomes of the data of each class, and deletes none of it without a word", async () => {
  const { exitCode, output } = await lab.run(["destroy"]);
  expect(exitCode).toBe(2);
  expect(output).toMatch(/· nfs-client: the data of .*default\/pvc-dynamic-example.* is deleted, for good/);
  expect(output).toContain("Agree to it with --yes.");
  expect(await lab.object("namespace", "shiqi")).toBeDefined();
});

test("destroy refuses while a claim of somebody else uses the provisioner", async () => {
  await lab.kubectl("create", "namespace", "mine");
  const claim = JSON.stringify({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "kept", namespace: "mine" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "nfs-client-retain",
      resources: { requests: { storage: "1Mi" } },
    },
  });
  await lab.ok(["exec", "--", "kubectl", "apply", "--filename=-"], { input: claim });
  await lab.kubectl("wait", "--for=jsonpath={.status.phase}=Bound", "pvc/kept", "--namespace=mine", "--timeout=60s");
  const { exitCode, output } = await lab.run(["destroy", "--yes"]);
  expect(exitCode).toBe(1);
  expect(output).toContain("These claims still use volumes of the provisioner: mine/kept.");
  expect(output).toContain("kubectl delete pvc -n mine kept");
  expect(await lab.object("namespace", "shiqi")).toBeDefined();
  expect(await lab.object("deployment", "--namespace=nfs-provisioner", "nfs-client-provisioner")).toBeDefined();
});

test("destroy removes both stacks; volumes go or stay as their class says, and the NAS's data stays", async () => {
  const before = await volumes();
  const pathOf = (storageClass: string) =>
    before
      .filter((volume) => volume.spec.storageClassName === storageClass)
      .map((volume) => volume.spec.nfs?.path ?? "");
  const kept = pathOf("nfs-client-retain");
  expect(kept).toHaveLength(1);
  await lab.kubectl("delete", "namespace", "mine");

  await lab.ok(["destroy", "--yes"], { limit: 900 });
  for (const name of ["shiqi", "shiqi-quota", "test", "nfs-provisioner"])
    expect(await lab.object("namespace", name)).toBeUndefined();
  expect((await volumes()).map((volume) => volume.spec.storageClassName)).toEqual(["nfs-client-retain"]);
  const directories = (await lab.ssh("nas", "ls -d /nfs/*")).trim().split("\n").sort();
  const ofStaticVolumes = ["share", "shiqi-redis", "shiqi-redis-exist-pvc", "unreserved"].map((name) => `/nfs/${name}`);
  expect(directories).toEqual([...ofStaticVolumes, ...kept].sort());
  expect(await lab.ssh("nas", "ls /nfs/shiqi-redis-exist-pvc")).toContain("dump.rdb");
  expect(await lab.ssh("nas", "cat /var/lib/nfs/etab")).toBe("");
});

test("purge asks first, and without an answer leaves everything", async () => {
  const { exitCode, output } = await lab.run(["purge"]);
  expect(exitCode).toBe(2);
  expect(output).toContain("removes the NAS's and the nodes' disks");
  await lab.ok(["ssh", "nas", "--", "true"]);
});

test("purge forgets the lab and leaves nothing running", async () => {
  const { namespace } = await sandboxFacts(lab);
  await lab.ok(["purge", "--yes"]);
  expect(leftovers(lab, namespace)).toEqual({ processes: [], namespaces: [], links: [], mounts: [], loops: [] });
  expect(readdirSync(lab.home)).toEqual(["lock"]);
  for (const stack of Object.values(lab.stacks)) expect(existsSync(stackFile(stack))).toBe(false);
});
