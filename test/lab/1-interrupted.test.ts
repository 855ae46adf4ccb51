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
  ["pulumi up of the course", () => logged(lab.stacks.course, /apps\/v1:StatefulSet \S+ creating/)],
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
  const names = async (...words: string[]): Promise<string[]> =>
    (await lab.kubectl("get", ...words, "--output=jsonpath={.items[*].metadata.name}"))
      .split(" ")
      .filter(Boolean)
      .sort();
  expect(await names("statefulsets", "--all-namespaces")).toEqual([
    "statefulset-redis-exist-pvc",
    "statefulset-redis-not-exist-pvc",
  ]);
  expect(await names("pvc", "--namespace=shiqi")).toEqual([
    "pvc-shiqi-redis",
    "pvc-shiqi-redis-exist-pvc",
    "pvc-shiqi-statefulset-redis-not-exist-pvc-0",
  ]);
  // The two static ones, and one each for the template's claim and the example's.
  expect(await names("pv")).toHaveLength(4);
  expect(await lab.ssh("nas", "ls /etc/exports.d")).toBe("nas-192.168.110.168.exports\n");
});
