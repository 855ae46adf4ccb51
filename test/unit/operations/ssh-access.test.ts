import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessBy, hasWay } from "../../../operations/hosts/ssh-access";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "ssh-access-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const login = { host: "10.0.0.1", port: 22, user: "teacher" };
const read = ({ keys }: { keys: string[] }) => keys.map((path) => readFileSync(path, "utf8").trim());

test("a host's own secrets of any of the stacks go before those for all", async () => {
  const infrastructure = {
    sshPrivateKey: "ALL",
    "sshPrivateKey-nas": "NAS",
    "sudoPassword-nas": "SUDO",
    sshKeyPassphrase: "P",
  };
  const find = await accessBy([{ sshPrivateKey: "COURSE", sudoPassword: "OTHER" }, infrastructure], folder);
  expect(read(find({ ...login, name: "nas" }))).toEqual(["NAS"]);
  expect(find({ ...login, name: "nas" })).toMatchObject({ sudoPassword: "SUDO", passphrase: "P", password: undefined });
  expect(read(find({ ...login, name: "node1" }))).toEqual(["COURSE", "ALL"]);
  expect(find({ ...login, name: "node1" }).sudoPassword).toBe("OTHER");
});

test("a check of before, which has no name, is tried with the keys for all", async () => {
  const find = await accessBy(
    [{ sshPrivateKey: "ONE" }, { sshPrivateKey: "ONE" }, { "sshPrivateKey-nas": "NAS" }],
    folder,
  );
  expect(read(find(login))).toEqual(["ONE"]);
});

test("an agent and a key file that the check names go before the key for all", async () => {
  const find = await accessBy([{ sshPrivateKey: "ALL", "sshPrivateKey-own": "OWN" }], folder);
  expect(find({ ...login, agent: true })).toMatchObject({ keys: [], agent: true });
  expect(find({ ...login, privateKeyFile: "/keys/nas" }).keys).toEqual(["/keys/nas"]);
  expect(read(find({ ...login, name: "own", agent: true }))).toEqual(["OWN"]);
});

test("the key of the command line is taken for all", async () => {
  const find = await accessBy([{ "sshPrivateKey-nas": "NAS", "sudoPassword-nas": "SUDO" }], folder, "/keys/mine");
  expect(find({ ...login, name: "nas", agent: true })).toMatchObject({ keys: ["/keys/mine"], sudoPassword: "SUDO" });
});

test("without key, agent and password there is no way in", async () => {
  const find = await accessBy([{ sudoPassword: "x", "sshPassword-nas": "y" }], folder);
  expect(hasWay(find({ ...login, name: "node1" }))).toBe(false);
  expect(hasWay(find({ ...login, name: "nas" }))).toBe(true);
});
