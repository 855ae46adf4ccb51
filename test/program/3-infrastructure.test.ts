import { wentWell } from "../support/expectations";
import { infrastructureSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

const lab = new TestLab();
const stack = new TestStack(lab, "infrastructure", "infrastructure");
let settings: Settings;

const exportedTo = (client: string) => `/nfs\t${client}(rw`;
const exportsInForce = () => lab.ssh("nas", "cat /var/lib/nfs/etab");

beforeAll(async () => {
  settings = await infrastructureSettings(lab);
  await stack.init(settings);
});

test("an export of the same folder that is not ours is an error, and stays untouched", async () => {
  const foreign = "/nfs 192.168.110.11(ro)";
  await lab.ssh("nas", `echo '${foreign}' >/etc/exports`);
  const { exitCode, output } = await stack.up();
  expect(exitCode).not.toBe(0);
  expect(output).toContain("/etc/exports already exports /nfs, and not by this program: nothing was changed.");
  expect(await lab.ssh("nas", "cat /etc/exports; ls /etc/exports.d 2>/dev/null || true")).toBe(`${foreign}\n`);
  expect(await lab.object("namespace", "nfs-provisioner")).toBeUndefined();
  await lab.ssh("nas", ": >/etc/exports");
});

test("after the failure, up makes everything and answers with what the course needs", async () => {
  wentWell(await stack.up());
  expect(await stack.outputs()).toMatchObject({
    nas: { host: "192.168.110.168", port: 22, user: "root" },
    nfs: { server: "192.168.110.168", path: "/nfs" },
    provisionerName: "k8s-sigs.io/nfs-subdir-external-provisioner",
    storageClasses: ["nfs-client", "nfs-client-retain"],
  });
  expect(await exportsInForce()).toContain(exportedTo("192.168.110.0/24"));
  const deployment = await lab.object<{ status: { readyReplicas?: number } }>(
    ...["deployment", "--namespace=nfs-provisioner", "nfs-client-provisioner"],
  );
  expect(deployment?.status.readyReplicas).toBe(1);
});

test("a second up changes nothing", async () => {
  wentWell(await stack.up("--expect-no-changes"));
  await stack.unchanged();
});

test("the SSH key and the passphrase are in no file in plain text", () => {
  const body = lab
    .sshKey()
    .split("\n")
    .filter((line) => line.length > 40 && !line.startsWith("-"));
  expect(body.length).toBeGreaterThan(0);
  for (const text of stack.texts()) {
    expect(text).toContain("v1:");
    for (const line of body) expect(text).not.toContain(line);
  }
});

test("an export that the server refuses is rolled back, with the server's words", async () => {
  const before = await exportsInForce();
  const broken = { ...(settings.export as Settings), clients: ["192.168.110.0/24", "no-such-host.invalid"] };
  stack.configure({ ...settings, export: broken });
  const { exitCode, output } = await stack.up();
  stack.configure(settings);
  expect(exitCode).not.toBe(0);
  expect(output).toContain("the exports of before are in force again");
  expect(output).toContain("no-such-host.invalid");
  expect(await exportsInForce()).toBe(before);
  wentWell(await stack.up());
});

test("an address outside the export's network cannot mount it", async () => {
  await lab.ssh("nas", "ip address add 192.168.111.1/24 dev vec0");
  await lab.ssh("node1", "ip address add 192.168.111.11/24 dev vec0");
  // Version 3: a client of version 4.1 finds out that it has a session with this server already, and uses that.
  const mount =
    "mkdir -p /run/outside; mount -t nfs -o vers=3,nolock,retry=0 192.168.111.1:/nfs /run/outside 2>&1; echo code $?";
  const outside = await lab.ssh("node1", mount);
  const inside = await lab.ssh("node1", mount.replaceAll("192.168.111.1", "192.168.110.168"));
  await lab.ssh("node1", "umount /run/outside; ip address del 192.168.111.11/24 dev vec0");
  await lab.ssh("nas", "ip address del 192.168.111.1/24 dev vec0");
  expect(outside).toMatch(/access denied|Permission denied/);
  expect(inside).toBe("code 0\n");
});
