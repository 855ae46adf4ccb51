import { explainUnreached } from "../../../operations/destroy/unreached-host";
import { ChangeFailure } from "../../../operations/pulumi/pulumi";

const urn = "urn:pulumi:school::storage-lab::command:remote:Command::directories-make";
const connection = { host: "nas", port: 22, user: "root" };
const command = { urn, type: "command:remote:Command", inputs: { connection } };
const failed = (words: string, of = urn) => new ChangeFailure("it failed", "see the log", [{ urn: of, words }]);

test("a script that failed on a host that was reached is in use, or wrong: nothing is to be forgotten", () => {
  const error = failed("Process exited with status 1");
  expect(explainUnreached(error, "school", { resources: [command] })).toBe(error);
});

test("a host that was not reached may be gone, and one that sudo refuses is there", () => {
  const explained = (words: string) => {
    const { message, remedy } = explainUnreached(failed(words), "school", { resources: [command] }) as ChangeFailure;
    return [message, remedy];
  };
  const [message, remedy] = explained("dial tcp: connect: no route to host");
  expect(message).toContain("nas:22 cannot be reached");
  expect(remedy).toContain("If nas is gone for good");
  expect(explained("Process exited with status 1\nsudo: a password is required")).toEqual([
    expect.stringContaining("On nas:22: sudo asks"),
    "see the log",
  ]);
});

test("what fails in the cluster is another matter, also where it sounds the same", () => {
  const error = failed("dial tcp 192.168.110.1:6443: connect: connection refused", "urn::pod");
  const pod = { urn: "urn::pod", type: "kubernetes:core/v1:Pod" };
  expect(explainUnreached(error, "school", { resources: [command, pod] })).toBe(error);
});

test("an error that is not Pulumi's stays", () => {
  const error = new Error("x");
  expect(explainUnreached(error, "school", { resources: [command] })).toBe(error);
});
