import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { wentWell } from "../support/expectations";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();

const logged = (stack: string, words: RegExp): boolean => {
  const log = join(lab.files.logs, `pulumi-up-${stack}.log`);
  return existsSync(log) && words.test(readFileSync(log, "utf8"));
};

/** The phases of a first `up`, each with the moment at which it is under way for sure. */
const phases: [string, (output: string) => boolean][] = [
  ["the hosts boot", (output) => output.includes("… Hosts answer …")],
  ["pulumi up of the infrastructure", () => logged(lab.stacks.infrastructure, /-export creating/)],
  // A claim that waits for its volume: Pulumi has it under way for seconds.
  ["pulumi up of the course", () => logged(lab.stacks.course, /v1:PersistentVolumeClaim \S+ creating/)],
  ["the verification", (output) => output.includes("Verifying the new course")],
];

/** Each killed run begins where the one before was killed, so reaching the next phase proves that it recovered. */
test.each(phases)("up is killed while %s is under way", async (phase, isUnderWay) => {
  const up = lab.start(["up"]);
  await up.until(phase, 900, isUnderWay);
  up.kill();
  expect((await up.ended(10)).exitCode).toBe(137);
});

test("the next up converges: the course is there, verified by its own exercises", async () => {
  const { output } = wentWell(await lab.run(["up"], { limit: 1200 }));
  expect(output).toContain("Verifying the new course");
  expect(output).toContain("The lab is up");
});

test("nothing is there twice", async () => {
  const lines = async (kind: string, columns: string): Promise<string[]> =>
    (await lab.kubectl("get", kind, "--all-namespaces", "--no-headers", `--output=custom-columns=${columns}`))
      .split("\n")
      .map((line) => line.trim().replace(/\s+/g, "/"))
      .filter(Boolean)
      .sort();
  expect(await lines("statefulsets", ":metadata.name")).toEqual([
    "mysql",
    "redis-csi",
    "redis-statefulset",
    "redis-statefulset-pvc",
    "statefulset-redis-exist-pvc",
    "statefulset-redis-not-exist-pvc",
  ]);
  const claims = await lines("pvc", ":metadata.namespace,:metadata.name");
  expect(claims).toEqual([
    "default/my-pvc",
    "default/mysql-pvc",
    "default/pvc-dynamic-example",
    "default/redis-data-redis-statefulset-0",
    "default/redis-pvc",
    "shiqi/data-mysql-0",
    "shiqi/data-mysql-1",
    "shiqi/data-mysql-2",
    "shiqi/data-redis-csi-0",
    "shiqi/pvc-csi",
    "shiqi/pvc-nfs-share",
    "shiqi/pvc-nfs-unreserved",
    "shiqi/pvc-shiqi-redis",
    "shiqi/pvc-shiqi-redis-exist-pvc",
    "shiqi/pvc-shiqi-statefulset-redis-not-exist-pvc-0",
    "shiqi/pvc-wordpress",
    "test/pvc-hostpath-data",
    "test/pvc-hostpath-unreserved",
  ]);
  // One volume a claim, also of those that a provisioner made.
  expect(await lines("pv", ":spec.claimRef.namespace,:spec.claimRef.name")).toEqual(claims);
  expect(await lab.ssh("nas", "ls /etc/exports.d")).toBe("storage-lab-nfs.exports\n");
});
