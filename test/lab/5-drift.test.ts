import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { stackFile } from "../../embedded/cli/lab-files";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();

/** Raises `generation` in a stack's config file, as a user does with an editor. */
function raiseGeneration(stack: string, program: string): void {
  const path = stackFile(stack);
  const document = parseDocument(readFileSync(path, "utf8"));
  document.setIn(["config", `storage-lab:${program}`, "generation"], 2);
  writeFileSync(path, document.toString({ lineWidth: 0 }));
}

test("probe names an export that was removed by hand, and generation fixes it", async () => {
  await lab.ssh("nas", "rm /etc/exports.d/*.exports && exportfs -ra");
  const { exitCode, stdout } = await lab.run(["probe"]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/✗ The export is in force on the NAS: .*\/nfs/);
  expect(stdout).toContain('Raise "generation"');
  raiseGeneration(lab.stacks.infrastructure, "infrastructure");
  await lab.ok(["up"]);
  expect(await lab.ssh("nas", "cat /var/lib/nfs/etab")).toContain("/nfs\t192.168.110.0/24(");
});

test("probe names a directory whose mode was changed by hand, and generation fixes it", async () => {
  await lab.ssh("nas", "chmod 0700 /nfs/shiqi-redis");
  const { exitCode, stdout } = await lab.run(["probe", "--json"]);
  expect(exitCode).toBe(1);
  const findings = JSON.parse(stdout) as { passed: boolean; reason?: string }[];
  expect(findings.filter(({ passed }) => !passed).map(({ reason }) => reason)).toContain(
    "/nfs/shiqi-redis has mode 700 instead of 0777",
  );
  raiseGeneration(lab.stacks.course, "course");
  await lab.ok(["up"]);
  expect(await lab.ssh("nas", "stat -c %a /nfs/shiqi-redis")).toBe("777\n");
});

test("an object that was removed by hand is made again by up", async () => {
  await lab.kubectl("delete", "statefulset", "--namespace=shiqi", "statefulset-redis-exist-pvc");
  await lab.ok(["up"], { limit: 900 });
  await lab.rolledOut("statefulset/statefulset-redis-exist-pvc", "shiqi", 60);
});
