import { leftovers, noChanges, wentWell } from "../support/expectations";
import { measured } from "../support/measured";
import { TestLab } from "../support/test-lab";
import { sandboxFacts } from "../support/test-stack";

const lab = new TestLab();
const pods = ["statefulset-redis-exist-pvc-0", "statefulset-redis-not-exist-pvc-0"];

test("down leaves no process, namespace, tap, mount or loop device", async () => {
  for (const pod of pods) {
    expect(await lab.redis(pod, "SET", "before-down", pod)).toBe("OK\n");
    expect(await lab.redis(pod, "SAVE")).toBe("OK\n");
  }
  const { namespace } = await sandboxFacts(lab);
  expect(leftovers(lab, namespace).processes).not.toEqual([]);
  await lab.ok(["down"]);
  expect(leftovers(lab, namespace)).toEqual({ processes: [], namespaces: [], links: [], mounts: [], loops: [] });
});

test("what is down says so and how to start it", async () => {
  const { exitCode, output } = await lab.run(["exec", "--", "true"]);
  expect(exitCode).toBe(1);
  expect(output).toBe("error: The lab is not running.\n  → ./lab up\n");
});

test("up after down comes to a good probe, and makes nothing again", async () => {
  const { output, seconds } = wentWell(await lab.run(["up"]));
  expect(output).not.toContain("pulumi up:");
  measured("up from stopped hosts to a good probe", seconds);
});

test("the keys that were written before are there", async () => {
  for (const pod of pods) expect(await lab.redis(pod, "GET", "before-down")).toBe(`${pod}\n`);
});

test("neither stack sees a change", () => noChanges(lab));
