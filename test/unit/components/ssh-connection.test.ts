import * as pulumi from "@pulumi/pulumi";
import { explainFailure } from "../../../components/nfs/remote-script";
import { endpointOf, explainConnection, forgetHost } from "../../../components/nfs/connection-errors";
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

describe("behind a bastion", () => {
  const behind = { ...endpoint, bastion: { host: "fd00::11", port: 22, user: "jump", name: "gate" } };
  const explained = (error: string) => explainConnection(error, behind, "school");

  // The first word of each: Pulumi's plugin names no host but in errors of dialling, that of ./lab names each.
  test.each([
    [
      "after 4 failed attempts: dial tcp [fd00::11]:22: connect: connection refused",
      "The bastion [fd00::11]:22 refused",
    ],
    [
      "proxy: jump@[fd00::11]:22: no SSH connection after 1 attempt: ssh: host key mismatch",
      "The bastion [fd00::11]:22 shows",
    ],
    [
      "proxy: jump@[fd00::11]:22: no SSH connection: ssh: handshake failed: ssh: unable to authenticate, attempted methods [none publickey]",
      "The bastion [fd00::11]:22 does not accept the SSH key for user jump",
    ],
    ["dial tcp: lookup fd00::11: no such host", "The name fd00::11 (port 22) cannot be resolved."],
    [
      'ssh: rejected: connect failed ("Connection refused")',
      "192.168.110.168:2222 (behind the bastion [fd00::11]:22) refused",
    ],
    [
      "ssh: rejected: connect failed (No route to host)",
      "192.168.110.168:2222 (behind the bastion [fd00::11]:22) cannot be reached",
    ],
    [
      "ssh: rejected: administratively prohibited (open failed)",
      "The bastion [fd00::11]:22 does not let jump connect on",
    ],
    [
      "teacher@192.168.110.168:2222: no SSH connection: ssh: unable to authenticate, attempted methods [none publickey]",
      "192.168.110.168:2222 (behind the bastion [fd00::11]:22) does not accept the SSH key for user teacher",
    ],
    [
      "ssh: host key mismatch",
      "192.168.110.168:2222, or the bastion [fd00::11]:22 on the way there, shows another host key",
    ],
  ])("%s", (error, words) => {
    expect(explained(error)).toContain(words);
  });

  test.each([
    ["110.0.0.1", 22, "teacher@110.0.0.1:22: ssh: host key mismatch"],
    ["10.0.0.1", 2222, "teacher@10.0.0.1:2222: ssh: host key mismatch"],
    ["gate.school", 22, "dial tcp: lookup gate.school on 10.0.0.53:53: server misbehaving"],
  ])("%s:%i is not taken for a bastion that is called nearly so", (host, port, error) => {
    const bastion = { host: host.startsWith("gate") ? "gate" : "10.0.0.1", port: 22, user: "jump" };
    const sentence = explainConnection(error, { ...endpoint, host, port, bastion }, "school");
    expect(sentence).toContain(host.startsWith("gate") ? "The name gate.school (port 22)" : `${host}:${port} (behind`);
  });

  test("the secret is that of the host that refused", () => {
    expect(explained("proxy: ssh: unable to authenticate, attempted methods [none publickey]")).toContain(
      "(for gate alone: sshPrivateKey-gate)",
    );
  });
});

test.each([
  [{ agent: true }, "attempted methods [none publickey]", "accepts no key of the SSH agent for user teacher"],
  [{}, "attempted methods [none publickey password]", "does not accept the SSH password for user teacher"],
])("who was refused with %j is told so", (login, methods, words) => {
  const error = `ssh: handshake failed: ssh: unable to authenticate, ${methods}, no supported methods remain`;
  expect(explainConnection(error, { ...endpoint, ...login }, "school")).toContain(words);
});

test.each([
  [
    "ssh: this private key is passphrase protected",
    "has a passphrase. Set it: pulumi config set --secret sshKeyPassphrase",
  ],
  ["connection.privateKey is encrypted: give connection.privateKeyPassword too", "has a passphrase"],
  ["x509: decryption password incorrect", "does not open the SSH key"],
  ["sudo: 1 incorrect password attempt", "On 192.168.110.168:2222: sudo does not accept the password of teacher"],
])("%s", (error, words) => {
  expect(explainConnection(error, endpoint, "school")).toContain(words);
});

test("what the state has of a connection tells how it was logged in", () => {
  const { host, port, user } = endpoint;
  const proxy = { host: "gate", port: 22, user: "jump", privateKey: "KEY" };
  expect(endpointOf({ host, port, user, proxy })).toEqual({
    ...endpoint,
    agent: true,
    bastion: { host: "gate", port: 22, user: "jump", agent: false },
  });
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

  test("of a deletion that sudo refused gives nothing up: the host is there", async () => {
    const failure = {
      errors: ["sudo: a password is required"],
      failedOperation: "delete",
      oldInputs: { connection: old },
      urn,
    };
    expect(await explainFailure(failure, now)).toMatch(/^On 192\.168\.110\.7:22: sudo asks .*visudo\)\.$/);
  });

  // As Pulumi's plugin and that of ./lab tell it.
  test.each([
    'Process exited with status 1: running "timeout bash -s -- apply":\n',
    "teacher@192.168.110.168:2222: the command ended with exit status 1:\n",
  ])("of a script whose own words are about the NFS server is none of SSH: %s", async (head) => {
    for (const words of ["mount.nfs: Connection refused", "mount.nfs: Connection timed out", "No route to host"]) {
      const failure = { errors: [head + words], failedOperation: "create", oldInputs: undefined, urn };
      const sentence = await explainFailure(failure, now);
      expect(sentence).toBe("The script failed on teacher@192.168.110.168:2222: its words are shown with this error.");
    }
    const refused = { errors: [`${head}sudo: a password is required`], failedOperation: "create", oldInputs: {}, urn };
    expect(await explainFailure(refused, now)).toContain("sudo asks for the password");
  });

  test("that reached its host gives nothing up either: the export may be in use", async () => {
    const failure = { errors: ["exit status 1"], failedOperation: "delete", oldInputs: { connection: old }, urn };
    expect(await explainFailure(failure, now)).toBe(
      "The script failed on root@192.168.110.7:22: its words are shown with this error.",
    );
  });
});
