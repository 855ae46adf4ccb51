import { generateKeyPairSync } from "node:crypto";
import { infrastructureSettings, TestStack, type Settings } from "../support/test-stack";
import { type Ended, TestLab } from "../support/test-lab";

const lab = new TestLab();
const strangeHostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm7g2n8sXvGkJ0c7Jm4nqY0sVf5wWq0yqgQyqf1n7Xo";

const otherKey = () =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString();

const cases: [string, Settings, (() => string) | undefined, RegExp][] = [
  ["refuses", { port: 2222 }, undefined, /192\.168\.110\.168:2222 refused the SSH connection\. Start sshd there/],
  [
    "is not there",
    { host: "192.168.110.99" },
    undefined,
    /192\.168\.110\.99:22 (cannot be reached|did not answer).*Is the host up/,
  ],
  [
    "does not know the key",
    {},
    otherKey,
    /192\.168\.110\.168:22 does not accept the SSH key for user root\..*authorized_keys/,
  ],
  [
    "shows another host key",
    { hostKey: strangeHostKey },
    undefined,
    /192\.168\.110\.168:22 shows another host key.*ssh-keyscan/,
  ],
];

const stacks = cases.map((_, index) => new TestStack(lab, "infrastructure", `unreached-${index + 1}`));

/** How `up` ended, by the case's words. They are tried side by side: each mostly waits for its host. */
const tried = new Map<string, Ended>();

beforeAll(async () => {
  const settings = await infrastructureSettings(lab);
  const tries = cases.map(async ([what, nas, key], index) => {
    await stacks[index]?.init({ ...settings, nas: { ...(settings.nas as Settings), ...nas } }, key?.());
    tried.set(what, (await stacks[index]?.up()) as Ended);
  });
  await Promise.all(tries);
});

afterAll(async () => {
  const removals = stacks.map(async (stack) => {
    await stack.destroy();
    await stack.remove();
  });
  await Promise.all(removals);
});

test.each(cases)("a NAS that %s is named within a minute, with the remedy", (what, _nas, _key, words) => {
  const { exitCode, output, seconds } = tried.get(what) as Ended;
  expect(exitCode).not.toBe(0);
  expect(output).toMatch(words);
  expect(seconds).toBeLessThan(60);
});

test("and nothing is made in Kubernetes", async () => {
  expect(await lab.object("namespace", "nfs-provisioner")).toBeUndefined();
  expect(await lab.object("storageclass", "nfs-client")).toBeUndefined();
});
