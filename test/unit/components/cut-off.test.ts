import { join } from "node:path";
import { FakeHost, nasExport } from "./fake-host";

// A run that is killed before or after any of the commands that change the host, and what then comes.

const TOOLS = ["mv", "rm", "cp", "sync", "exportfs"];
const ETAB = "var/lib/nfs/etab";

/** Lets the `nth` of those commands, counted over a run, be the last: with or without being done itself. */
function killAt(host: FakeHost, nth: number, done: boolean): void {
  host.write("count", "0");
  for (const tool of TOOLS) {
    const real = tool === "exportfs" ? '. "$ROOT/exportfs.sh"' : `"$ROOT/tools/${tool}" "$@"`;
    host.fake(
      tool,
      `count=$(($(cat "$ROOT/count") + 1)); echo "$count" >"$ROOT/count"
      if ((count == ${nth})); then ${done ? `(${real})` : ":"}; kill -9 $PPID $$; fi
      ${real}`,
    );
  }
}

type Values = ReturnType<typeof nasExport>;
type Change = (host: FakeHost) => Partial<Values>;

const CASES: [string, Change][] = [
  ["another name and other options", () => ({ NAME: "other", OPTIONS: "ro,sync,root_squash" })],
  ["another path", (host) => ({ NAME: "other", EXPORT_PATH: join(host.root, "srv/other") })],
  ["another name and an error", () => ({ NAME: "other", OPTIONS: "rw,bogus" })],
];

const paths = (host: FakeHost) =>
  host
    .read(ETAB)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split("\t")[0]!.slice(host.root.length));
/** Counted: rm, cp, sync, sync, mv, rm under another name, exportfs, rm or, after an error, the roll-back's. */
const kills = [4, 5, 6, 7, 8].map((nth) => ({ nth, done: true }));

describe.each(CASES)("%s, cut off", (_case, change) => {
  const cutOff = ({ nth, done }: { nth: number; done: boolean }) => {
    const host = new FakeHost();
    const before = nasExport(host);
    host.run("nfs-server", "apply", before);
    const after = { ...before, ...change(host) };
    killAt(host, nth, done);
    host.run("nfs-server", "apply", after);
    killAt(host, 0, false);
    return { host, before, after };
  };

  test.each(kills)("at command $nth (done: $done)", (kill) => {
    const { host, before, after } = cutOff(kill);
    const bad = after.OPTIONS.includes("bogus");
    // Pulumi tries again, and ends where it would have ended.
    expect(host.run("nfs-server", "apply", after).code).toBe(bad ? 1 : 0);
    const file = `${bad ? before.NAME : after.NAME}.exports`;
    expect(host.list("etc/exports.d")).toEqual([file]);
    expect([...new Set(paths(host))]).toEqual([(bad ? before : after).EXPORT_PATH.slice(host.root.length)]);
    expect(host.run("nfs-server", "check", bad ? before : after)).toMatchObject({ code: 0, stderr: "" });

    // Or it is given up: Pulumi's state has the values of before.
    const given = cutOff(kill);
    expect(given.host.run("nfs-server", "apply", given.before)).toMatchObject({ code: 0, stderr: "" });
    expect(given.host.list("etc/exports.d")).toEqual(["nas.exports"]);
    expect(given.host.run("nfs-server", "check", given.before)).toMatchObject({ code: 0, stderr: "" });

    // Or all is destroyed.
    const gone = cutOff(kill);
    expect(gone.host.run("nfs-server", "withdraw", gone.before)).toMatchObject({ code: 0, stderr: "" });
    expect([gone.host.list("etc/exports.d"), paths(gone.host)]).toEqual([[], []]);
  });
});

test.each([1, 2, 3].map((nth) => ({ nth, done: true })))(
  "a withdrawal that is cut off at command $nth (done: $done) goes on",
  (kill) => {
    const host = new FakeHost();
    host.run("nfs-server", "apply", nasExport(host));
    killAt(host, kill.nth, kill.done);
    host.run("nfs-server", "withdraw", nasExport(host));
    killAt(host, 0, false);
    expect(host.run("nfs-server", "withdraw", nasExport(host))).toMatchObject({ code: 0, stderr: "" });
    expect([host.list("etc/exports.d"), paths(host)]).toEqual([[], []]);
  },
);
