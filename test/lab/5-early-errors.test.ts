import type { V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { typescript } from "../../embedded/cli/lab";
import { stackFile } from "../../embedded/cli/lab-files";
import { waitFor } from "../../exercises/runner/wait";
import { claimText, kubectl, shows, type Command } from "../support/accidents/accident";
import { changingPart } from "../support/changing-part";
import { wentWell } from "../support/expectations";
import { run } from "../support/happen";
import { measured } from "../support/measured";
import { TestLab, type Ended } from "../support/test-lab";
import { sandboxFacts } from "../support/test-stack";

/**
 * What cannot come is told early, with its cause and a remedy, instead of being waited for. Not here: a node that is away
 * for good, since `./lab up` boots every host of the sandbox before it looks at the stacks.
 */

/** Longest `up` that waits in vain, in seconds: it starts, compares, tries what may help, and sees that nothing does. */
const LIMIT = 100;

const lab = new TestLab();

const must = async (command: Command): Promise<string> => wentWell(await run(lab, command)).stdout;

async function until(what: string, command: Command): Promise<void> {
  await waitFor(what, { timeout: 120_000, interval: 1000 }, async () => {
    const { exitCode, output } = await run(lab, command);
    return exitCode === 0 ? { done: undefined } : { missing: output };
  });
}

const claim = (name: string, namespace: string): Promise<V1PersistentVolumeClaim | undefined> =>
  lab.object<V1PersistentVolumeClaim>("pvc", name, `--namespace=${namespace}`);

/** An `up` that failed for this reason, and soon. */
function toldEarly(what: string, { exitCode, output, seconds }: Ended, ...words: (string | RegExp)[]): void {
  for (const each of words) expect(output).toMatch(each);
  expect(output).not.toMatch(/^\s+at /m);
  expect(exitCode).toBe(1);
  measured(`up until it tells ${what}`, seconds);
}

/** As on hosts of one's own: `./lab up` would first write the sandbox's images into the config, and take taints away. */
async function upOfOwnHosts(): Promise<Ended> {
  const { sshKey } = await sandboxFacts(lab);
  const where = ["--stack", lab.stacks.course, "--ssh-key", sshKey, "--logs", lab.files.logs];
  return lab.run(["exec", "--", ...typescript("operations/main.ts", [...where, "up"])], { limit: LIMIT });
}

beforeAll(async () => {
  // Where this file runs alone, there is no lab yet.
  await lab.ok(["up"], { limit: 1800 });
});

async function volumeGone(): Promise<void> {
  const volume = await must(kubectl("get pvc pvc-dynamic-example --output=jsonpath={.spec.volumeName}"));
  const folder = await must(kubectl(`get pv ${volume} --output=jsonpath={.spec.nfs.path}`));
  await must(kubectl(`delete pv ${volume} --wait=false`));
  await must(kubectl(`patch pv ${volume} --type=merge -p '{"metadata":{"finalizers":null}}'`));
  await until("the claim to be Lost", shows("pvc pvc-dynamic-example", ".status.phase", "Lost"));

  const remedy = "kubectl delete pvc pvc-dynamic-example -n default";
  try {
    const up = await lab.run(["up"], { limit: LIMIT });
    toldEarly("that a claim's volume is gone", up, `default/pvc-dynamic-example is Lost: its volume ${volume}`, remedy);
  } finally {
    await must({ on: "here", text: remedy });
  }
  await lab.ok(["up"], { limit: 240 });
  // No volume is left by which the provisioner would know it.
  await lab.ssh("nas", `rm -r ${folder}`);
}

async function volumeTaken(): Promise<void> {
  const volume = "pv-shiqi-redis";
  await lab.ssh("nas", "echo mine > /nfs/shiqi-redis/told-early");
  await must(kubectl("delete pvc pvc-shiqi-redis -n shiqi"));
  await must(kubectl(`patch pv ${volume} --type=merge -p '{"spec":{"claimRef":null}}'`));
  await must(kubectl("create namespace taker"));
  await must(kubectl("apply -f -", claimText("taken", "taker", "", { volumeName: volume })));
  await until("the volume to be taken", shows("pvc taken -n taker", ".status.phase", "Bound"));
  const before = await claim("taken", "taker");

  try {
    const up = await lab.run(["up"], { limit: LIMIT });
    toldEarly("that a volume was taken", up, volume, "taker/taken");
    const after = await claim("taken", "taker");
    expect(after?.metadata?.uid).toBe(before?.metadata?.uid);
    expect(after?.status?.phase).toBe("Bound");
    expect(await must(kubectl(`get pv ${volume} --output=jsonpath={.spec.claimRef.uid}`))).toBe(before?.metadata?.uid);
  } finally {
    // Whose data it is now, a person says.
    await must(kubectl("delete namespace taker"));
    await must(kubectl(`patch pv ${volume} --type=merge -p '{"spec":{"claimRef":null}}'`));
  }
  await lab.ok(["up"], { limit: 240 });
  expect((await claim("pvc-shiqi-redis", "shiqi"))?.status?.phase).toBe("Bound");
  expect(await lab.ssh("nas", "cat /nfs/shiqi-redis/told-early; rm /nfs/shiqi-redis/told-early")).toBe("mine\n");
}

async function imageMissing(): Promise<void> {
  const pod = "statefulset-redis-exist-pvc-0";
  expect(await lab.redis(pod, "SET", "told-early", "kept")).toBe("OK\n");
  expect(await lab.redis(pod, "SAVE")).toBe("OK\n");
  const path = stackFile(lab.stacks.course);
  const config = parseDocument(readFileSync(path, "utf8"));
  config.setIn(["config", "storage-lab:course", "redisImage"], "docker.io/library/redis:not-there");
  writeFileSync(path, config.toString({ lineWidth: 0 }));

  const up = await upOfOwnHosts();
  toldEarly("that an image is not there", up, /ErrImagePull|ImagePullBackOff/, /redis:not-there/, "Give an image");

  await lab.ok(["up"], { limit: 240 });
  expect(await lab.redis(pod, "GET", "told-early")).toBe("kept\n");
}

async function unschedulable(): Promise<void> {
  await must(kubectl("taint nodes --all lesson=elsewhere:NoSchedule"));
  try {
    await must(kubectl("delete pod statefulset-redis-exist-pvc-0 -n shiqi"));
    const up = await upOfOwnHosts();
    toldEarly("that a pod cannot be scheduled", up, /statefulset-redis-exist-pvc-0 cannot be scheduled: .*taint/);
  } finally {
    await must(kubectl("taint nodes --all lesson-"));
  }
  await lab.ok(["up"], { limit: 240 });
}

const told: [string, () => Promise<void>][] = [
  ["a claim whose volume is gone", volumeGone],
  ["a volume that somebody else took is told, and stays theirs", volumeTaken],
  ["an image that is not there: when the config is right again, up goes on", imageMissing],
  ["a pod that cannot be scheduled", unschedulable],
];

test.each(changingPart("early errors", told, 3))("%s", (_name, proof) => proof());

describe("ended while it waits for a claim that it makes, up continues", () => {
  const claims = [
    { name: "pvc-shiqi-redis", namespace: "shiqi" },
    { name: "pvc-dynamic-example", namespace: "default" },
  ];
  const endings = [
    { signal: "SIGTERM", exitCode: 130 },
    { signal: "SIGINT", exitCode: 130 },
    { signal: "SIGKILL", exitCode: 137 },
  ] as const;
  const cases = endings.flatMap((ending) => claims.map((each) => ({ ...ending, ...each })));

  test.each(changingPart("interruptions", cases, 3))("$namespace/$name, $signal", async (each) => {
    const { name, namespace, signal, exitCode } = each;
    await must(kubectl(`delete pvc ${name} -n ${namespace}`));
    const log = join(lab.files.logs, `pulumi-up-${lab.stacks.course}.log`);
    const { size } = statSync(log);
    const up = lab.start(["up"]);
    await up.until("the claim is being made", 120, () =>
      /PersistentVolumeClaim \S+ creating/.test(readFileSync(log).subarray(size).toString()),
    );
    if (signal === "SIGKILL") up.kill();
    else up.signal(signal);
    const ended = await up.ended(90);
    expect(ended.exitCode).toBe(exitCode);
    if (signal !== "SIGKILL") expect(ended.output).toContain("The same command continues where this one stopped.");

    const { output, seconds } = wentWell(await lab.run(["up"], { limit: 240 }));
    expect(output).not.toContain("already exists");
    expect((await claim(name, namespace))?.status?.phase).toBe("Bound");
    measured(`up after ${signal} while ${name} was made`, seconds);
  });
});
