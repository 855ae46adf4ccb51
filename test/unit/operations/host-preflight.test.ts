import { infrastructureSchema } from "../../../stacks/config-schema";
import { hostChecks, type Patience } from "../../../operations/preflight/host-preflight";
import type { Hosts, ScriptEnd } from "../../../operations/hosts/hosts";
import type { PreflightCheck } from "../../../stacks/preflight/check";

let now = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    now += milliseconds;
    return Promise.resolve();
  },
}));

const clients = ["192.168.110.0/24"];
const nas = { name: "nas", host: "192.168.110.168" };
const node = { name: "node1", host: "192.168.110.11" };
const base = { nas, export: { clients }, nodes: [node] };
const SERVES = "good\tthe NFS server runs\n";

interface Asked {
  host: string;
  text: string;
}

/** Hosts that answer as `answer` has it, and what they were asked. */
function answering(answer: (host: string, text: string, tries: number) => Partial<ScriptEnd>) {
  const asked: Asked[] = [];
  const ask = ({ address: { host }, text }: { address: { host: string }; text: string }) => {
    asked.push({ host, text });
    const tries = asked.filter((each) => each.host === host).length;
    const good = { exitCode: 0, stdout: "", stderr: "", error: "", reached: true };
    return Promise.resolve({ ...good, ...answer(host, text, tries) });
  };
  return { hosts: { ask } as unknown as Hosts, asked };
}

const look = (hosts: Hosts, change: object = {}, patience: Patience = {}): Promise<PreflightCheck[]> =>
  hostChecks(hosts, "school", infrastructureSchema.parse({ ...base, ...change }), patience);
const notGood = (checks: PreflightCheck[]) => checks.filter(({ state }) => state !== "good");

test("the NAS of each further export is looked at, and every node's way to it", async () => {
  const { hosts, asked } = answering(() => ({ stdout: "good\tthe same everywhere\n" }));
  const checks = await look(hosts, {
    additional: [
      { name: "other", nas: { name: "nas2", host: "192.168.110.169" }, export: { path: "/srv", clients } },
      { name: "archive", export: { path: "/srv/archive", clients } },
      { name: "old", existing: { server: "192.168.110.20", path: "/volume1/k8s" } },
    ],
  });
  const of = (host: string) => asked.filter((each) => each.host === host).map(({ text }) => text);
  expect(of("192.168.110.169")).toEqual([expect.stringContaining("OWNER='storage-lab/school/other'")]);
  expect(of("192.168.110.168")).toEqual([
    expect.stringContaining("OWNER='storage-lab/school/nas'"),
    expect.stringContaining("OWNER='storage-lab/school/archive'"),
  ]);
  expect(of("192.168.110.11").map((text) => /^SERVER=(.*)$/m.exec(text)?.[1])).toEqual([
    "'192.168.110.168'",
    "'192.168.110.169'",
    "'192.168.110.168'",
    "'192.168.110.20'",
  ]);
  // What is the same for several exports is told once.
  expect(checks.filter(({ subject }) => subject === "node1")).toHaveLength(2);
});

test("a port that does not answer is an error only where a server runs", async () => {
  const unanswered = "unanswered\t192.168.110.168 answers on port 2049\tit refused\n";
  const state = async (onNas: string) => {
    const { hosts } = answering((host) => ({ stdout: host === nas.host ? onNas : unanswered }));
    return notGood(await look(hosts)).find(({ subject }) => subject === "node1")?.state;
  };
  expect(await state(SERVES)).toBe("missing");
  expect(await state("planned\tthe NFS server runs\n")).toBe("planned");
});

describe("a node that reaches the NAS from an address that is no client's", () => {
  const found = async (change: object) => {
    const { hosts } = answering(() => ({ stdout: `${SERVES}source\t10.0.2.15\n` }));
    return notGood(await look(hosts, change)).map(({ state, remedy }) => ({ state, remedy }));
  };

  test("is an error", async () => {
    expect(await found({})).toEqual([{ state: "missing", remedy: "Add it to export.clients (192.168.110.0/24)" }]);
  });

  test("is none where the config names the address that the NAS sees: translation may be on the way", async () => {
    const nodes = [{ name: "node1", host: "127.0.0.1", port: 2200, address: "192.168.110.11" }];
    expect(await found({ nodes })).toEqual([
      { state: "warning", remedy: "Add it to export.clients (192.168.110.0/24), unless the NAS sees 192.168.110.11" },
    ]);
  });
});

describe("a host that does not answer", () => {
  const away = { reached: false, exitCode: 255, error: "connect to host 192.168.110.11: No route to host" };
  const wait = (onNode: (tries: number) => Partial<ScriptEnd>, patience?: Patience) => {
    const { hosts, asked } = answering((host, _, tries) => (host === node.host ? onNode(tries) : { stdout: SERVES }));
    return look(hosts, {}, patience).then((checks) => ({ found: notGood(checks), tries: asked.length - 1 }));
  };
  beforeEach(() => jest.spyOn(Date, "now").mockImplementation(() => now));
  afterEach(() => jest.restoreAllMocks());

  test("is told at once, and stops all", async () => {
    const { found, tries } = await wait(() => away);
    expect(found).toEqual([expect.objectContaining({ subject: "node1", state: "missing" })]);
    expect(tries).toBe(1);
  });

  test("is waited for while it may be booting", async () => {
    expect(await wait((tries) => (tries < 3 ? away : {}), { booting: 60 })).toEqual({ found: [], tries: 3 });
  });

  test("and stays away keeps nothing else from being looked after", async () => {
    const { found } = await wait(() => away, { booting: 3, away: "warning" });
    expect(found).toEqual([expect.objectContaining({ subject: "node1", state: "warning" })]);
  });

  test("is not waited for where it refuses the key", async () => {
    const refuses = { ...away, error: "root@192.168.110.11: Permission denied (publickey)." };
    expect((await wait(() => refuses, { booting: 60 })).tries).toBe(1);
  });
});
