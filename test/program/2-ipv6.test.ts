import { wentWell } from "../support/expectations";
import { infrastructureSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

// The sandbox's network with IPv6 addresses next to those of the lab: hosts, export and mounts know nothing but these.
const lab = new TestLab();
const stack = new TestStack(lab, "infrastructure", "ipv6");
const prefix = "fd00:110::";
const hosts = { nas: `${prefix}168`, node1: `${prefix}11`, node2: `${prefix}12` };

/** Runs `ip address add|delete` for each end of the network. */
async function addresses(verb: "add" | "delete"): Promise<void> {
  await lab.ok(["exec", "--", "ip", "address", verb, `${prefix}1/64`, "dev", "br0"]);
  const each = Object.entries(hosts).map(([host, address]) =>
    lab.ssh(host, `ip address ${verb} ${address}/64 dev vec0 nodad`),
  );
  await Promise.all(each);
}

beforeAll(async () => {
  await addresses("add");
  const settings = await infrastructureSettings(lab);
  const withAddress = (host: Settings): Settings => ({ ...host, host: hosts[host.name as keyof typeof hosts] });
  await stack.init({
    ...settings,
    nas: { ...(settings.nas as Settings), host: `[${hosts.nas}]` },
    nodes: (settings.nodes as Settings[]).map(withAddress),
    export: { ...(settings.export as Settings), clients: [`${prefix}/64`] },
  });
});
afterAll(async () => {
  await stack.remove();
  await addresses("delete");
});

test("an infrastructure of IPv6 addresses alone is up", async () => {
  wentWell(await stack.up());
  expect(await stack.outputs()).toMatchObject({ nfs: { server: `[${hosts.nas}]`, path: "/nfs" } });
  expect(await lab.ssh("nas", "cat /var/lib/nfs/etab")).toMatch(new RegExp(`^/nfs\\t${prefix}/64\\(rw`));
  await stack.unchanged();
});

test("the provisioner's pod has the export mounted over IPv6", async () => {
  const mounts = (await lab.ssh("node1", "cat /proc/mounts")) + (await lab.ssh("node2", "cat /proc/mounts"));
  expect(mounts).toContain(`[${hosts.nas}]:/nfs /var/lib/kubelet/pods/`);
});

test("it goes again, with its export", async () => {
  wentWell(await stack.destroy());
  expect(await lab.ssh("nas", "cat /var/lib/nfs/etab")).toBe("");
});
