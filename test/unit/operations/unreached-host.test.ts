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

test("what fails in the cluster is another matter, also where it sounds the same", () => {
  const error = failed("dial tcp 192.168.110.1:6443: connect: connection refused", "urn::pod");
  const pod = { urn: "urn::pod", type: "kubernetes:core/v1:Pod" };
  expect(explainUnreached(error, "school", { resources: [command, pod] })).toBe(error);
});

test("an error that is not Pulumi's stays", () => {
  const error = new Error("x");
  expect(explainUnreached(error, "school", { resources: [command] })).toBe(error);
});
