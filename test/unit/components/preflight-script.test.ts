import { FakeHost, nasExport } from "./fake-host";

/** What a look at the NAS says of each of its titles: state and the rest. */
function look(host: FakeHost): Record<string, string[]> {
  const { code, stdout, stderr } = host.run("preflight-server", "preflight", nasExport(host));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.trim().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const [state = "", title = "", ...rest] = line.replaceAll(host.root, "").split("\t");
      return [title, [state, ...rest]];
    }),
  );
}

function exporting(): FakeHost {
  const host = new FakeHost();
  expect(host.run("nfs-server", "apply", nasExport(host)).code).toBe(0);
  return host;
}

test("two files of one export are told, as apply tells them", () => {
  const host = exporting();
  host.write("etc/exports.d/other.exports", host.read("etc/exports.d/nas.exports"));
  const found = look(host)["/srv/nfs can be exported"];
  expect(found).toEqual(["missing", expect.stringContaining("only one can be: /etc/exports.d/nas.exports")]);
});

test("a file system that does not tell its room ends nothing", () => {
  const host = exporting();
  host.fake("df", "exit 1");
  expect(look(host)["the file system of /srv/nfs has room"]).toEqual(["good", "? MiB free"]);
});
