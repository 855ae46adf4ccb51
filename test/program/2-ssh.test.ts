import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wentWell } from "../support/expectations";
import { infrastructureSettings, TestStack, type Settings } from "../support/test-stack";
import { TestLab } from "../support/test-lab";

// A NAS as a school has it: a user with a dot, whose sudo asks for a password; a port; an RSA host key; and only node1, where the
// key has a passphrase, reaches it. Next to the SSH servers of the sandbox, with users and servers of their own.
const lab = new TestLab();
const stack = new TestStack(lab, "infrastructure", "ssh");
const folder = mkdtempSync(join(tmpdir(), "ssh-test-"));
const SUDO_PASSWORD = `su do$"pw'`;
const PASSPHRASE = "open the gate's key";

/** Makes a key and returns it with its public half. */
function keyPair(name: string, passphrase: string): { key: string; publicKey: string } {
  const path = join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-f", path]);
  return { key: readFileSync(path, "utf8"), publicKey: readFileSync(`${path}.pub`, "utf8").trim() };
}

/** Starts an SSH server for one user, who logs in with that key, and returns its host key. */
async function sshServer(host: string, user: string, publicKey: string, port: number, type: string): Promise<string> {
  const shown = await lab.ssh(
    host,
    `set -e
useradd --create-home --shell /bin/bash --password '*' ${user}
install -d -m 700 -o ${user} /home/${user}/.ssh
echo '${publicKey}' >/home/${user}/.ssh/authorized_keys
chown ${user} /home/${user}/.ssh/authorized_keys
mkdir -p /root/ssh-test
ssh-keygen -q -t ${type} -N '' -f /root/ssh-test/key
printf '%s\\n' 'Port ${port}' 'HostKey /root/ssh-test/key' 'UsePAM no' 'PidFile /root/ssh-test/pid' >/root/ssh-test/config
/usr/sbin/sshd -f /root/ssh-test/config
cut -d' ' -f1,2 /root/ssh-test/key.pub`,
  );
  return shown.trim();
}

async function removeServer(host: string, user: string): Promise<void> {
  await lab.ssh(
    host,
    `kill "$(cat /root/ssh-test/pid)"; userdel --remove ${user}; rm -rf /root/ssh-test /etc/sudoers.d/ssh-test`,
  );
}

beforeAll(async () => {
  const [login, gate] = [keyPair("login", ""), keyPair("gate", PASSPHRASE)];
  const [nasKey, gateKey] = await Promise.all([
    sshServer("nas", "first.last", login.publicKey, 2222, "rsa"),
    sshServer("node1", "jump", gate.publicKey, 2223, "ed25519"),
  ]);
  await lab.ssh(
    "nas",
    `set -e
printf '%s' 'first.last:${SUDO_PASSWORD.replaceAll("'", `'\\''`)}' | chpasswd
echo 'first.last ALL=(root) ALL' >/etc/sudoers.d/ssh-test
chmod 440 /etc/sudoers.d/ssh-test`,
  );
  const usual = await infrastructureSettings(lab);
  const node1 = (usual.nodes as Settings[]).find(({ name }) => name === "node1")?.host as string;
  const settings = {
    ...usual,
    nas: {
      name: "nas",
      host: (usual.nas as Settings).host as string,
      port: 2222,
      user: "first.last",
      hostKey: nasKey,
      bastion: { name: "gate", host: node1, port: 2223, user: "jump", hostKey: gateKey },
    },
    csi: undefined,
    export: { ...(usual.export as Settings), path: "/srv/ssh-test", clientWait: 0 },
    provisioner: { ...(usual.provisioner as Settings), namespace: "ssh", clusterRolePrefix: "ssh-", name: "ssh/nfs" },
    storageClasses: [{ name: "nfs-ssh" }],
    force: true,
  };
  await stack.init(settings, {
    sshPrivateKey: lab.sshKey(),
    "sshPrivateKey-nas": login.key,
    "sshPrivateKey-gate": gate.key,
    "sshKeyPassphrase-gate": PASSPHRASE,
    "sudoPassword-nas": SUDO_PASSWORD,
  });
});
afterAll(async () => {
  await stack.remove();
  await Promise.all([removeServer("nas", "first.last"), removeServer("node1", "jump")]);
  rmSync(folder, { recursive: true });
});

test("a NAS behind a bastion, with sudo that asks, is up; a second preview shows no change, and no password is in clear", async () => {
  wentWell(await stack.up());
  wentWell(await stack.preview("--expect-no-changes"));
  for (const text of [...stack.texts(), await lab.ssh("nas", "journalctl --no-pager")]) {
    expect(text).not.toContain("su do$");
    expect(text).not.toContain(PASSPHRASE);
  }
});

test("the probe gets there in the same way", async () => {
  const { stdout } = await lab.run(["exec", "--", "./storage-lab", "probe", "-s", stack.name]);
  expect(stdout).toMatch(/(\d+) of \1 checks passed/);
});

test("it goes again, with its export", async () => {
  wentWell(await stack.destroy());
  expect(await lab.ssh("nas", "cat /var/lib/nfs/etab")).not.toContain("/srv/ssh-test");
});
