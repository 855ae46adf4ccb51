import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig } from "../../../stacks/config";

const DOCS = join(__dirname, "../../../docs");
const KEY = "storage-lab:infrastructure";
/** What an example that shows a few keys leaves out. */
const base = {
  nas: { name: "nas", host: "192.168.110.168" },
  export: { clients: ["192.168.110.0/24", "192.168.56.0/24"] },
  nodes: [{ name: "node1", host: "192.168.110.12" }],
};
const PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJmN7CzU7lBt3iTXyuAXOSsTVfPEZv9cRqFHYB1nSq1f";
const ssh = {
  config: (host: string) => (host === "school-nas" ? { hostname: ["192.168.110.168"] } : { hostname: [host] }),
  agentError: () => undefined,
};

type Settings = Record<string, unknown>;

const examples = ["ssh.md", "exports.md", "nodes.md", "existing-export.md"].flatMap((file) =>
  [...readFileSync(join(DOCS, file), "utf8").matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ""], index) => ({
    name: `${file} ${index + 1}`,
    text: text.replaceAll("ssh-ed25519 AAAA...", PUBLIC),
  })),
);

test.each(examples)("the config of $name is right", ({ text }) => {
  const whole = parse(text) as Settings & { config?: Settings };
  const settings = (whole.config?.[KEY] ?? { ...base, ...((whole[KEY] as Settings) ?? whole) }) as Settings;
  const values = {
    "storage-lab:program": "infrastructure",
    "storage-lab:sshPrivateKey": "PRIVATE",
    [KEY]: JSON.stringify(settings),
  };
  expect(parseConfig({ stack: "school", values, secretKeys: ["storage-lab:sshPrivateKey"], ssh }).program).toBe(
    "infrastructure",
  );
});

test("there are examples", () => expect(examples.length).toBeGreaterThan(8));
