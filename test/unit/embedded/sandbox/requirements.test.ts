import { judge } from "../../../../embedded/sandbox/this-machine/requirements";
import { parseMemory, parseSystem, type MachineFacts } from "../../../../embedded/sandbox/this-machine/facts";

const GB = 1e9;

const good: MachineFacts = {
  uid: 0,
  arch: "x64",
  system: { id: "debian", idLike: [], version: 12, name: "Debian GNU/Linux 12 (bookworm)" },
  missingPrograms: [],
  go: "go1.26.8",
  memory: { total: 8 * GB, available: 6 * GB },
  disks: [
    { path: "/cache", free: 40 * GB },
    { path: "/home/lab", free: 20 * GB },
  ],
  cacheSize: 0,
  shm: { size: 4 * GB, free: 4 * GB, noexec: false },
  tun: true,
  networks: [{ cidr: "10.0.0.0/8", device: "eth0" }],
  running: false,
  otherLabs: [],
};

const errors = (facts: Partial<MachineFacts>) => judge({ ...good, ...facts }).filter((check) => !check.ok);

test("a good machine has no error", () => {
  expect(errors({})).toEqual([]);
});

test.each<[string, Partial<MachineFacts>, string, RegExp, RegExp]>([
  ["another user than root", { uid: 1000 }, "Root", /1000/, /sudo/],
  ["another processor", { arch: "arm64" }, "Architecture", /arm64/, /own/],
  [
    "another system",
    { system: { id: "fedora", idLike: [], version: 43, name: "Fedora Linux 43" } },
    "System",
    /Fedora Linux 43/,
    /Debian 12/,
  ],
  ["an old Debian", { system: { ...good.system, version: 11 } }, "System", /Debian/, /Debian 12 or newer/],
  [
    "an old Ubuntu",
    { system: { id: "ubuntu", idLike: ["debian"], version: 20.04, name: "Ubuntu 20.04" } },
    "System",
    /20\.04/,
    /22\.04/,
  ],
  ["no Go", { go: undefined }, "Go", /not installed/, /1\.21/],
  ["Go of Debian 12", { go: "go1.19.8" }, "Go", /1\.19\.8/, /1\.21/],
  ["a nearly full disk", { disks: [{ path: "/cache", free: 5 * GB }] }, "Disk", /5\.0 GB free at \/cache/, /15\.0 GB/],
  [
    "a full second disk",
    { disks: [...good.disks, { path: "/small", free: 1 * GB }] },
    "Disk",
    /\/small/,
    /STORAGE_LAB_HOME/,
  ],
  ["little memory", { memory: { total: 4 * GB, available: 4 * GB } }, "Memory", /4\.0 GB/, /6\.0 GB/],
  ["memory taken", { memory: { total: 8 * GB, available: 1 * GB } }, "Memory", /1\.0 GB available/, /end other/],
  ["no /dev/shm", { shm: undefined }, "/dev/shm", /not there/, /mount -t tmpfs/],
  ["small /dev/shm", { shm: { size: 64e6, free: 64e6, noexec: false } }, "/dev/shm", /0\.1 GB/, /remount,exec,size=4G/],
  [
    "/dev/shm without execution",
    { shm: { size: 9 * GB, free: 9 * GB, noexec: true } },
    "/dev/shm",
    /noexec/,
    /remount,exec /,
  ],
  ["no tun device", { tun: false }, "/dev/net/tun", /not there/, /modprobe tun/],
  [
    "an address in the hosts' range",
    { networks: [{ cidr: "192.168.110.5/32", device: "eth1" }] },
    "Address range",
    /192\.168\.110\.5\/32 \(eth1\)/,
    /192\.168\.110\.0\/24/,
  ],
  [
    "a network around the hosts' range",
    { networks: [{ cidr: "192.168.0.0/16", device: "eth1" }] },
    "Address range",
    /192\.168\.0\.0\/16/,
    /outside that range/,
  ],
])("%s is found, with its remedy", (_name, facts, check, found, remedy) => {
  expect(errors(facts)).toEqual([
    expect.objectContaining({
      name: check,
      found: expect.stringMatching(found) as string,
      remedy: expect.stringMatching(remedy) as string,
    }),
  ]);
});

test("missing programs are named by their package, once each", () => {
  expect(errors({ missingPrograms: ["ssh", "ssh-keygen", "linux.uml"] })).toEqual([
    {
      name: "Packages",
      ok: false,
      found: "missing: openssh-client, user-mode-linux",
      remedy: "apt-get install openssh-client user-mode-linux",
      packages: ["openssh-client", "user-mode-linux"],
    },
  ]);
});

test("what the cache holds already need not be free any more", () => {
  const disks = [{ path: "/cache", free: 4 * GB }];
  expect(errors({ disks, cacheSize: 12 * GB })).toEqual([]);
  expect(errors({ disks, cacheSize: 10 * GB })).toHaveLength(1);
});

test("memory that the lab itself has taken is no error", () => {
  const taken = { memory: { total: 6.2 * GB, available: 1 * GB }, shm: { size: 4 * GB, free: 1 * GB, noexec: false } };
  expect(errors({ ...taken, running: true })).toEqual([]);
  expect(errors({ ...taken, running: false }).map((check) => check.name)).toEqual(["Memory", "/dev/shm"]);
});

test("kin of Debian and releases without a number are accepted", () => {
  const kin = { id: "linuxmint", idLike: ["ubuntu", "debian"], version: 21, name: "Linux Mint 21" };
  expect(errors({ system: kin })).toEqual([]);
  expect(errors({ system: { id: "debian", idLike: [], version: NaN, name: "Debian GNU/Linux trixie/sid" } })).toEqual(
    [],
  );
});

test("reads os-release with and without quotes", () => {
  const text = 'PRETTY_NAME="Ubuntu 24.04.1 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE="debian other"\n';
  expect(parseSystem(text)).toEqual({
    id: "ubuntu",
    idLike: ["debian", "other"],
    version: 24.04,
    name: "Ubuntu 24.04.1 LTS",
  });
  expect(parseSystem("")).toEqual({ id: "", idLike: [], version: NaN, name: "an unknown system" });
});

test("reads meminfo", () => {
  const text = "MemTotal:       24684096 kB\nMemFree:        1 kB\nMemAvailable:   22000000 kB\n";
  expect(parseMemory(text)).toEqual({ total: 24684096 * 1024, available: 22000000 * 1024 });
});
