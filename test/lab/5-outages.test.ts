import type { V1Namespace, V1PersistentVolumeClaim, V1Pod } from "@kubernetes/client-node";
import { waitFor } from "../../exercises/runner/wait";
import { wentWell } from "../support/expectations";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();

test("what a killed exercise left is removed by the next run, which passes", async () => {
  const namespace = "storage-lab-exercise-claim-ref-walk";
  const verify = lab.start(["verify", "--only", "claim-ref-walk"]);
  await waitFor("the exercise's claim", { timeout: 120_000, interval: 500 }, async () => {
    const claim = await lab.object<V1PersistentVolumeClaim>("pvc", "claim", `--namespace=${namespace}`);
    return claim?.status?.phase === "Bound" ? { done: undefined } : { missing: `it is ${claim?.status?.phase}` };
  });
  verify.kill();
  expect((await verify.ended(10)).exitCode).toBe(137);
  expect(await lab.object<V1Namespace>("namespace", namespace)).toMatchObject({ status: { phase: "Active" } });
  wentWell(await lab.run(["verify", "--only", "claim-ref-walk", "leftovers"]));
});

test("the NAS reboots during an exercise: that waits or names the cause, and then Redis has its data", async () => {
  const set = "statefulset-redis-not-exist-pvc";
  const name = `${set}-0`;
  const pod = () => lab.object<V1Pod>("pod", name, "--namespace=shiqi");
  const exercise = ["verify", "--only", "persistence-template"];
  expect(await lab.redis(name, "SET", "before-reboot", "kept")).toBe("OK\n");
  expect(await lab.redis(name, "SAVE")).toBe("OK\n");
  const booted = await lab.ssh("nas", "cat /proc/sys/kernel/random/boot_id");
  const uid = (await pod())?.metadata?.uid;

  const verify = lab.start(exercise);
  await waitFor("the exercise to delete the pod", { timeout: 120_000, interval: 500 }, async () => {
    const now = await pod();
    const deleted = now === undefined || now.metadata?.uid !== uid || now.metadata?.deletionTimestamp !== undefined;
    return deleted ? { done: undefined } : { missing: "it is still there" };
  });
  // The connection breaks with the host.
  await lab.run(["ssh", "nas", "--", "systemctl reboot"]);
  const { exitCode, output } = await verify.ended(1000);
  if (exitCode !== 0)
    expect(output).toMatch(/^FAIL {2}persistence-template .*(Pod shiqi\/statefulset-redis|NAS|NFS)/ms);

  await waitFor("the NAS to be back", { timeout: 180_000, interval: 1000 }, async () => {
    const { stdout } = await lab.run(["ssh", "nas", "--", "cat /proc/sys/kernel/random/boot_id"], { limit: 60 });
    return stdout !== "" && stdout !== booted ? { done: undefined } : { missing: "it does not answer" };
  });
  await lab.rolledOut(`statefulset/${set}`);
  expect(await lab.redis(name, "GET", "before-reboot")).toBe("kept\n");
  wentWell(await lab.run(exercise));
  await lab.ok(["probe"]);
});
