import { explainConnection } from "../../../components/nfs/ssh-connection";

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
  ["ssh: no key found", "private key without a passphrase"],
  ["failed to parse host key: ssh: no key found", "is not a public key"],
  ["ssh: handshake failed: EOF", "broke the SSH connection off"],
])("%s", (error, words) => {
  const sentence = explainConnection(error, endpoint);
  expect(sentence).toContain(words);
  expect(sentence).toContain("192.168.110.168");
  expect(sentence).toContain("2222");
});

test("a script's own failure is not the connection's", () => {
  expect(explainConnection('Process exited with status 1: running "bash -s"', endpoint)).toBeUndefined();
});
