import { existsSync, readdirSync } from "node:fs";
import { stackFile } from "../../embedded/cli/lab-files";
import { claimText } from "../support/accidents/accident";
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
  expect(output).toMatch(/· nfs-csi: the data of .*shiqi\/pvc-csi.* is deleted, for good/);
  expect(output).toContain("Agree to it with --yes.");
  expect(await lab.object("namespace", "shiqi")).toBeDefined();
});

test("destroy refuses while claims of somebody else use the provisioner and the CSI driver", async () => {
  await lab.kubectl("create", "namespace", "mine");
  const claims = { kept: "nfs-client-retain", csi: "nfs-csi" };
  const input = Object.entries(claims).map(([name, storageClass]) => claimText(name, "mine", storageClass));
  await lab.ok(["exec", "--", "kubectl", "apply", "--filename=-"], { input: input.join("\n") });
  const bound = "--for=jsonpath={.status.phase}=Bound";
  await lab.kubectl("wait", bound, "pvc", "--all", "--namespace=mine", "--timeout=60s");
  const { exitCode, output } = await lab.run(["destroy", "--yes"]);
  expect(exitCode).toBe(1);
  expect(output).toMatch(
    /These claims still use volumes of the provisioner: (mine\/kept, mine\/csi|mine\/csi, mine\/kept)\./,
  );
  for (const name of Object.keys(claims)) expect(output).toContain(`kubectl delete pvc -n mine ${name}`);
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
  for (const name of ["shiqi", "shiqi-quota", "test", "nfs-provisioner", "csi-nfs"])
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
