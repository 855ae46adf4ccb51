import { TestLab } from "../support/test-lab";

const lab = new TestLab();

test("probe names an export that was removed by hand, and up puts it into force again", async () => {
  await lab.ssh("nas", "rm /etc/exports.d/*.exports && exportfs -ra");
  const { exitCode, stdout } = await lab.run(["probe"]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/✗ The export is in force on the NAS: .*\/nfs/);
  await lab.ok(["up"]);
  expect(await lab.ssh("nas", "cat /var/lib/nfs/etab")).toContain("/nfs\t192.168.110.0/24(");
});

test("probe names a directory whose mode was changed by hand, and up changes it back", async () => {
  await lab.ssh("nas", "chmod 0700 /nfs/shiqi-redis");
  const { exitCode, stdout } = await lab.run(["probe", "--json"]);
  expect(exitCode).toBe(1);
  const findings = JSON.parse(stdout) as { passed: boolean; reason?: string }[];
  expect(findings.filter(({ passed }) => !passed).map(({ reason }) => reason)).toContain(
    "/nfs/shiqi-redis has mode 700 instead of 0777",
  );
  await lab.ok(["up"]);
  expect(await lab.ssh("nas", "stat -c %a /nfs/shiqi-redis")).toBe("777\n");
});

test("an object that was removed by hand is made again by up", async () => {
  await lab.kubectl("delete", "statefulset", "--namespace=shiqi", "statefulset-redis-exist-pvc");
  await lab.ok(["up"], { limit: 900 });
  await lab.rolledOut("statefulset/statefulset-redis-exist-pvc", "shiqi", 60);
});
