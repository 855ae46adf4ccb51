import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestLab } from "../test-lab";

export const HOSTS = ["nas", "node1", "node2"] as const;
export type HostName = (typeof HOSTS)[number];

/** Users of the environments, next to root; the second one is asked for a password by sudo. */
export const USERS = { free: "first.last", asked: "asked.last" };
export const PASSWORD = "a password, with $igns";
export const PASSPHRASE = "a pass phrase";
export const IPV6 = { network: "fd00:110::/64", nas: "fd00:110::168", node1: "fd00:110::11", node2: "fd00:110::12" };
export const NETGROUP = "environment-nodes";
export const RSA_PORT = 2222;

/** What the sandbox's hosts lack of the hosts that people have: users, keys, SSH servers, names, addresses. */
export class HostPreparation {
  private readonly folder: string;
  private agent?: { pid: number; socket: string };

  constructor(private readonly lab: TestLab) {
    this.folder = join(lab.home, "environments");
  }

  /** Makes it all; what an earlier run has left is replaced. */
  async make(): Promise<void> {
    await this.remove();
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const keys = [...HOSTS, "bastion", "locked"].map((name) =>
      this.generateKey(name, name === "locked" ? PASSPHRASE : ""),
    );
    this.startAgent();
    const ipv6 = this.lab.ok(["exec", "--", "ip", "address", "replace", "fd00:110::1/64", "dev", "br0"]);
    await Promise.all([ipv6, ...HOSTS.map((host) => this.lab.ssh(host, setUp(host, keys)))]);
  }

  /** Takes it away again. */
  async remove(): Promise<void> {
    if (this.agent) process.kill(this.agent.pid);
    this.agent = undefined;
    await Promise.all(HOSTS.map((host) => this.lab.ssh(host, tearDown(host))));
    await this.lab.ok(["exec", "--", "sh", "-c", "ip address delete fd00:110::1/64 dev br0 2>/dev/null || true"]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  keyFile(name: HostName | "bastion" | "locked"): string {
    return join(this.folder, name);
  }

  key(name: HostName | "bastion" | "locked"): string {
    return readFileSync(this.keyFile(name), "utf8");
  }

  /** The socket of an agent that has the locked key. */
  get agentSocket(): string {
    if (!this.agent) throw new Error("there is no agent: call make first");
    return this.agent.socket;
  }

  /** The RSA host key of the second SSH server. */
  async rsaHostKey(host: HostName): Promise<string> {
    const [kind = "", key = ""] = (await this.lab.ssh(host, "cat /root/environment/rsa.pub")).split(" ");
    return `${kind} ${key.trim()}`;
  }

  /** Writes an OpenSSH client's config file and returns its path. */
  sshConfig(text: string): string {
    const path = join(this.folder, "ssh_config");
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  private generateKey(name: string, passphrase: string): string {
    const path = join(this.folder, name);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "environment", "-f", path]);
    return readFileSync(`${path}.pub`, "utf8").trim();
  }

  private startAgent(): void {
    const socket = join(this.folder, "agent");
    const words = execFileSync("ssh-agent", ["-a", socket]).toString();
    this.agent = { pid: Number(/SSH_AGENT_PID=(\d+)/.exec(words)?.[1]), socket };
    const askpass = join(this.folder, "askpass");
    writeFileSync(askpass, `#!/bin/sh\necho '${PASSPHRASE}'\n`);
    chmodSync(askpass, 0o700);
    const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: "force" };
    execFileSync("ssh-add", ["-q", join(this.folder, "locked")], { env, stdio: "pipe" });
  }
}

const addUser = (name: string, sudo: string, keys: string[]) => `
useradd --badname --create-home --shell /bin/bash ${name}
install -d -m 0700 -o ${name} -g ${name} /home/${name}/.ssh
printf '%s\\n' ${keys.map((key) => `'${key}'`).join(" ")} >/home/${name}/.ssh/authorized_keys
chown ${name}: /home/${name}/.ssh/authorized_keys
echo '${name}:${PASSWORD}' | chpasswd
echo '${name} ALL=(ALL) ${sudo}ALL' >>/etc/sudoers.d/environment
`;

const setUp = (host: HostName, keys: string[]) => `set -e
printf '%s\\n' ${keys.map((key) => `'${key}'`).join(" ")} >>/root/.ssh/authorized_keys
rm -f /etc/sudoers.d/environment
${addUser(USERS.free, "NOPASSWD: ", keys)}${addUser(USERS.asked, "", keys)}
chmod 0440 /etc/sudoers.d/environment
install -d -m 0700 /root/environment
ssh-keygen -q -t rsa -b 2048 -N '' -f /root/environment/rsa
/usr/sbin/sshd -p ${RSA_PORT} -h /root/environment/rsa -o PidFile=/root/environment/sshd.pid
ip address replace ${IPV6[host]}/64 dev vec0 nodad
${
  host === "nas"
    ? `cp -p /etc/nsswitch.conf /root/environment/
sed -i 's/^netgroup:.*/netgroup: files/' /etc/nsswitch.conf
echo '${NETGROUP} (node1,,) (node2,,)' >/etc/netgroup`
    : ""
}
`;

const tearDown = (host: HostName) => `
if [ -e /root/environment/sshd.pid ]; then kill "$(cat /root/environment/sshd.pid)"; fi
sed -i '/ environment$/d' /root/.ssh/authorized_keys
for user in ${USERS.free} ${USERS.asked}; do
  if id "$user" >/dev/null 2>&1; then loginctl terminate-user "$user" 2>/dev/null; userdel --remove "$user" 2>/dev/null; fi
done
rm -f /etc/sudoers.d/environment
ip address delete ${IPV6[host]}/64 dev vec0 2>/dev/null
if [ -e /root/environment/nsswitch.conf ]; then mv /root/environment/nsswitch.conf /etc/; rm -f /etc/netgroup; fi
rm -rf /root/environment
true
`;
