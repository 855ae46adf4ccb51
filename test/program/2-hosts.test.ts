import { generateKeyPairSync } from "node:crypto";
import { infrastructureSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();
const stack = new TestStack(lab, "infrastructure", "unreached");
const strangeHostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm7g2n8sXvGkJ0c7Jm4nqY0sVf5wWq0yqgQyqf1n7Xo";

afterEach(async () => {
  await stack.destroy();
  await stack.remove();
});

/** Runs `up` with a NAS that differs so; answers what was said. */
async function upWith(nas: Settings, sshKey?: string): Promise<{ output: string; seconds: number }> {
  const settings = await infrastructureSettings(lab);
  await stack.init({ ...settings, nas: { ...(settings.nas as Settings), ...nas } }, sshKey);
  const { exitCode, output, seconds } = await stack.up();
  expect(exitCode).not.toBe(0);
  return { output, seconds };
}

const otherKey = () =>
  generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }).toString();

test.each<[string, Settings, (() => string) | undefined, RegExp]>([
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
])(
  "a NAS that %s is named within a minute, with the remedy, and nothing is made in Kubernetes",
  async (_what, nas, key, words) => {
    const { output, seconds } = await upWith(nas, key?.());
    expect(output).toMatch(words);
    expect(seconds).toBeLessThan(60);
    expect(await lab.object("namespace", "nfs-provisioner")).toBeUndefined();
    expect(await lab.object("storageclass", "nfs-client")).toBeUndefined();
  },
);
