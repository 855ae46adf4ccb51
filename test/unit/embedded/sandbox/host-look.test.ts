import { lookCommand, readLook } from "../../../../embedded/sandbox/hosts/host-look";

const unit = (id: string, load = "loaded", active = "active") =>
  `Id=${id}.service\nLoadState=${load}\nActiveState=${active}\n`;
const host = (state: string) => `SystemState=${state}\nUserspaceTimestamp=Thu 2026-01-01 12:00:00 UTC\n`;
const look = (state: string, ...units: string[]) => readLook([host(state), ...units].join("\n"));

test("asks for all units in one command, and a host without any for itself alone", () => {
  expect(lookCommand(["a.service", "b.service"])).toMatch(/^systemctl show .*SystemState.* a\.service b\.service$/);
  expect(lookCommand([])).not.toContain("Id");
});

test("a host in order has nothing broken, and tells when it booted", () => {
  expect(look("running", unit("kubelet"), unit("containerd"))).toEqual({
    done: { booting: false, bootedAt: Date.parse("2026-01-01T12:00:00Z"), broken: [] },
  });
  expect(look("degraded")).toMatchObject({ done: { booting: false, broken: [] } });
});

test.each([
  [unit("kubelet", "loaded", "inactive"), "stopped"],
  [unit("kubelet", "loaded", "deactivating"), "stopped"],
  [unit("kubelet", "loaded", "failed"), "failed"],
  [unit("kubelet", "masked", "active"), "masked"],
  [unit("kubelet", "not-found", "inactive"), "missing"],
])("finds a unit that needs help: %j", (text, state) => {
  expect(look("running", unit("containerd"), text)).toMatchObject({
    done: { broken: [{ unit: "kubelet.service", state }] },
  });
});

test("what starts again and again is not stopped", () => {
  expect(look("running", unit("kubelet", "loaded", "activating"))).toMatchObject({ done: { broken: [] } });
});

test("during the boot, what does not run yet comes by itself, but for what is masked", () => {
  const units = [unit("kubelet", "loaded", "inactive"), unit("containerd", "masked", "inactive")];
  expect(look("starting", ...units)).toMatchObject({
    done: { booting: true, broken: [{ unit: "containerd.service", state: "masked" }] },
  });
});

test("a host that is going down has not answered yet", () => {
  expect(look("stopping", unit("kubelet"))).toEqual({ missing: "it is shutting down" });
});

test("a boot time that cannot be read does not count", () => {
  expect(readLook("SystemState=running\nUserspaceTimestamp=Do 2026-01-01 13:00:00 MEZ\n")).toMatchObject({
    done: { bootedAt: 0 },
  });
});
