import * as pulumi from "@pulumi/pulumi";
import { explainFailure } from "../../../components/nfs/remote-script";
import { explainConnection, forgetHost } from "../../../components/nfs/connection-errors";
import { hostKeyError } from "../../../components/nfs/ssh-connection";

const endpoint = { host: "192.168.110.168", port: 2222, user: "teacher" };

// The words of Go's net and x/crypto/ssh, as pulumi-command hands them on.
test.each([
  ["after 4 failed attempts: dial tcp 192.168.110.168:2222: connect: connection refused", "refused the SSH connection"],
  ["dial tcp 192.168.110.168:2222: connect: no route to host", "no route to host"],
  ["dial tcp 192.168.110.168:2222: i/o timeout", "did not answer in time"],
  ["dial tcp: lookup nas: no such host", "cannot be resolved"],
  ["ssh: handshake failed: ssh: host key mismatch", "another host key"],
  [
    "ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey], no supported methods remain",
    "does not accept the SSH key for user teacher",
  ],
  ["ssh: no key found", "must be a private key"],
  [
    "ssh: handshake failed: ssh: no common algorithm for host key; client offered: [ecdsa-sha2-nistp256], server offered: [ssh-ed25519]",
    "no host key of the kind that the config's hostKey is",
  ],
  [
    "dial unix /tmp/ssh-x/agent.7: connect: connection refused",
    "The SSH agent at /tmp/ssh-x/agent.7, which SSH_AUTH_SOCK",
  ],
  ["dial unix /tmp/ssh-x/agent.7: connect: no such file or directory", "unset SSH_AUTH_SOCK"],
  ["failed to parse host key: ssh: no key found", "is not a public key"],
  ["ssh: handshake failed: EOF", "broke the SSH connection off"],
])("%s", (error, words) => {
  const sentence = explainConnection(error, endpoint, "school");
  expect(sentence).toContain(words);
  expect(sentence).toContain("192.168.110.168");
  expect(sentence).toContain("2222");
});

test("a script's own failure is not the connection's", () => {
  expect(explainConnection('Process exited with status 1: running "bash -s"', endpoint, "school")).toBeUndefined();
});

test.each(["ssh: unable to authenticate", "ssh: no key found"])(
  "a command that sets the key names the stack (%s)",
  (error) => {
    expect(explainConnection(error, endpoint, "school")).toContain("sshPrivateKey -s school < KEYFILE");
  },
);

test("a host that is gone for good: what to run, and what it forgets", () => {
  const urn = "urn:pulumi:school::storage-lab::command:remote:Command::nas-export";
  const sentence = forgetHost(urn, endpoint, "school");
  expect(sentence).toContain(`pulumi state delete '${urn}' -s school`);
  expect(sentence).toContain(
    `pulumi stack export -s school | jq '(.deployment.resources[] | select(.urn == "${urn}")).retainOnDelete = true' | pulumi stack import -s school`,
  );
  expect(sentence).toContain("Nothing is undone on 192.168.110.168");
});

test.each([
  ["ssh-rsa AAAAB3Nza", "ssh-keyscan -t ed25519 HOST"],
  ["AAAAB3Nza", 'is not a public key such as "ssh-ed25519 AAAA…"'],
])("the host key %s is refused", (key, words) => {
  expect(hostKeyError(key)).toContain(words);
});

test.each(["ssh-ed25519 AAAAC3Nz", "ecdsa-sha2-nistp256 AAAAE2Vj root@nas"])("the host key %s is taken", (key) => {
  expect(hostKeyError(key)).toBeUndefined();
});

describe("a failed run", () => {
  const urn = "urn:pulumi:stack::project::command:remote:Command::nas-export";
  const errors = ["dial tcp 192.168.110.168:22: connect: no route to host"];
  const old = pulumi.secret({ host: "192.168.110.7", port: 22, user: "root" });
  const now = pulumi.output(endpoint);

  test("of a deletion names the host of before, which the program may name no longer, and the way on", async () => {
    const failure = { errors, failedOperation: "delete", oldInputs: { connection: old }, urn };
    const sentence = await explainFailure(failure, now);
    expect(sentence).toMatch(/^192\.168\.110\.7:22 cannot be reached.* If 192\.168\.110\.7 is gone for good/);
    expect(sentence).toContain(urn);
  });

  test("of an update names the host of now, and nothing is given up", async () => {
    const failure = { errors, failedOperation: "update", oldInputs: { connection: old }, urn };
    const sentence = await explainFailure(failure, now);
    expect(sentence).toMatch(/^192\.168\.110\.168:2222 cannot be reached/);
    expect(sentence).not.toContain("for good");
  });

  test("that reached its host gives nothing up either: the export may be in use", async () => {
    const failure = { errors: ["exit status 1"], failedOperation: "delete", oldInputs: { connection: old }, urn };
    expect(await explainFailure(failure, now)).toBe("The script failed on root@192.168.110.7:22: see its words below.");
  });
});
