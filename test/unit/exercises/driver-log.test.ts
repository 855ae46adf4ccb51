import { findCall } from "../../../exercises/sections/csi/driver-log";

describe("findCall", () => {
  const log = (...texts: string[]): string =>
    texts
      .map((text, index) => `2026-11-26T07:51:4${index}.5+00:00 I1126 07:51:47.1       1 x.go:1] ${text}`)
      .join("\n");
  const call = (name: string): string => `GRPC call: /csi.v1.Node/${name}`;
  const request = (id: string): string => `GRPC request: {"volume_id":"${id}"}`;

  it("finds the first line with both names", () => {
    const found = findCall(
      log("NodePublishVolume b", "NodePublishVolume a → 1", "NodePublishVolume a"),
      "NodePublishVolume",
      "a",
    );
    expect(found).toEqual({ at: new Date("2026-11-26T07:51:41.500Z"), text: "NodePublishVolume a → 1" });
  });

  it.each([
    ["in order", [call("NodePublishVolume"), request("vol-1"), call("NodeUnpublishVolume"), request("vol-2")]],
    ["at once", [call("NodeUnpublishVolume"), call("NodePublishVolume"), request("vol-1"), request("vol-2")]],
    ["crossed", [call("NodePublishVolume"), call("NodeUnpublishVolume"), request("vol-2"), request("vol-1")]],
  ])("finds upstream's pair, %s", (_name, lines) => {
    expect(findCall(log(...lines), "NodePublishVolume", "vol-1")?.text).toContain(request("vol-1"));
  });

  it.each([
    ["another call", [call("NodeUnpublishVolume"), request("vol-1")]],
    [
      "an earlier call for another volume",
      [call("NodePublishVolume"), request("vol-2"), call("Probe"), request("vol-1")],
    ],
    ["another name", ["NodeUnpublishVolume vol-1"]],
    ["a longer name", ["NodePublishVolumes vol-1"]],
    ["a line without a time", []],
  ])("does not take %s for it", (_name, lines) => {
    expect(findCall(`NodePublishVolume vol-1\n${log(...lines)}`, "NodePublishVolume", "vol-1")).toBeUndefined();
  });
});
