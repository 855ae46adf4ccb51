import { FakeHost } from "./fake-host";

const values = {
  NAME: "nfs",
  OWNER: "storage-lab/school/nas",
  FORMER: "nas",
  EXPORT_PATH: "/nfs",
  CLIENTS: ["192.168.110.0/24"],
  OPTIONS: "rw",
  CLIENT_OPTIONS: [],
  MODE: "",
  GENERATION: 1,
  CLIENT_WAIT: 0,
  FORCE: false,
};

/** State by title, as the NAS says it. */
function statesOf(host: FakeHost): Record<string, string> {
  const { stdout } = host.run("preflight-server", "preflight", values);
  return Object.fromEntries(
    stdout.split("\n").map((line) => line.split("\t").slice(0, 2).reverse() as [string, string]),
  );
}

const SYSTEM = "the system is Debian's or RHEL's, or has an NFS server";

test.each([
  ["debian", false, "good"],
  ["alpine", false, "missing"],
  // Nothing has to be installed there.
  ["alpine", true, "good"],
] as const)("on %s, with a server installed: %s, the system is %s", (id, installed, state) => {
  const host = new FakeHost(id);
  if (installed) host.fake("exportfs", ":");
  expect(statesOf(host)[SYSTEM]).toBe(state);
});
