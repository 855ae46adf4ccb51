import { execFileSync, spawnSync } from "node:child_process";
import {
  type Stats,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderScript, type ScriptName } from "../../../components/nfs/script-text";
import type { ShellValue } from "../../../components/nfs/shell-quote";

const TOOLS = (
  "bash awk basename cat chmod cp cut date df dirname du find flock grep head install mkdir mktemp mv paste realpath rm rmdir " +
  "sed sleep sort stat sync tail timeout tr uname"
).split(" ");

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true })));

/** A folder that stands for a host's root, with faked commands that note how they were called. */
export class FakeHost {
  readonly root = mkdtempSync(join(tmpdir(), "fake-host-"));
  /** Whether a minute passes, at once, where a script waits for a second. */
  minutesPass = false;

  constructor(id: "debian" | "rocky" | "alpine" = "debian") {
    roots.push(this.root);
    for (const folder of ["bin", "tools", "run/lock", "etc/exports.d", "proc/fs/nfsd/clients", "var/lib/nfs"]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    for (const tool of TOOLS) {
      const found = ["/usr/bin", "/bin"].map((folder) => join(folder, tool)).find((path) => existsSync(path));
      if (!found) throw new Error(`this machine has no ${tool}`);
      symlinkSync(found, join(this.root, "tools", tool));
    }
    this.write("etc/os-release", id === "rocky" ? 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' : `ID=${id}\n`);
    this.fake("id", "echo 0");
    this.fake("dpkg", ":");
    const systemctl = `case $1 in
      start)
        [[ $2 != nfs-server ]] || echo 8 >"$ROOT/proc/fs/nfsd/threads"
        mkdir -p "$ROOT/proc/77" && echo rpc.mountd >"$ROOT/proc/77/comm" ;;
      enable) : >"$ROOT/enabled" ;;
      is-enabled) [[ -e $ROOT/enabled ]] ;;
    esac`;
    this.fake("systemctl", systemctl);
    const install = `[[ $* != *" install "* && $1 != install ]] || {
      printf '#!/bin/bash\\n. "%s"\\n' "$ROOT/exportfs.sh" >"$ROOT/bin/exportfs"
      printf '#!/bin/bash\\n' >"$ROOT/bin/mount.nfs"
      chmod +x "$ROOT/bin/exportfs" "$ROOT/bin/mount.nfs"; }`;
    const exportfs = readFileSync(join(__dirname, "fake-exportfs.sh"), "utf8");
    this.write("exportfs.sh", `echo "exportfs $*" >>"$ROOT/calls"\n${exportfs}`);
    this.write("etc/passwd", "root:x:0:0:root:/root:/bin/bash\nwww-data:x:33:33::/srv/www:/usr/sbin/nologin\n");
    this.fake("getent", '[[ $1 != passwd ]] || cat "$ROOT/etc/passwd"');
    // One file system holds all.
    this.write("proc/self/mountinfo", "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n");
    if (id === "debian") this.fake("apt-get", install);
    if (id === "rocky") this.fake("dnf", install);
  }

  /** A command that notes its call and then does what `body` says. */
  fake(name: string, body: string): void {
    const path = join(this.root, "bin", name);
    writeFileSync(path, `#!/bin/bash\necho "${name} $*" >>"$ROOT/calls"\n${body}\n`);
    chmodSync(path, 0o755);
  }

  /** Lets it mount the export of a NAS: `export` in its root, empty but for one file. Its next probe file is called by `uuid`. */
  reachesNas(uuid: string): void {
    this.write("proc/sys/kernel/random/uuid", `${uuid}\n`);
    this.write("export/keep", "");
    this.fake("timeout", 'shift; [[ "$*" != *dev/tcp* ]] || exit 0; exec "$@"');
    this.fake("mount", 'rmdir "${@: -1}" && mv "$ROOT/export" "${@: -1}"');
    this.fake("umount", 'mv "${@: -1}" "$ROOT/export" && mkdir "${@: -1}"');
    this.fake("mountpoint", "[[ ! -d $ROOT/export ]]");
    this.fake("showmount", 'echo "/nfs 192.168.110.0/24"');
    this.fake("rpcinfo", 'echo "100003 4 tcp 2049 nfs"');
  }

  /** An NFSv4 client of the host's server, as its kernel tells of it; `states` are the files that it has open. */
  v4Client(status: string, idle: number, { address = "192.168.110.11", name = "node1", states = "" } = {}): void {
    const folder = `proc/fs/nfsd/clients/${name}`;
    const shown = address.includes(":") ? `[${address}]` : address;
    this.write(
      `${folder}/info`,
      `clientid: 0x1\naddress: "${shown}:710"\nstatus: ${status}\nseconds from last renew: ${idle}\n` +
        `name: "Linux NFSv4.2 ${name}"\nminor version: 2\n`,
    );
    this.write(`${folder}/states`, states);
  }

  /** The state of a file below the root that an NFSv4 client has open. */
  openState(path: string, type = "open"): string {
    const { ino } = statSync(join(this.root, path));
    return `- 0x010000006c8e2c67: { type: ${type}, access: rw, deny: --, superblock: "08:01:${ino}", filename: "${path}" }\n`;
  }

  /** The kernel's tables of clients and file handles: which line of clients an address belongs to, and who has used what. */
  kernelTables(domains: Record<string, string>, used: [domain: string, path: string][]): void {
    const ip = Object.entries(domains).map(([address, domain]) => `nfsd ${address} ${domain}\n`);
    const fh = used.map(([domain, path]) => `${domain} 7 0x0002000100000000 ${path}\n`);
    this.write("proc/net/rpc/auth.unix.ip/content", ["#class IP domain\n", ...ip].join(""));
    this.write("proc/net/rpc/nfsd.fh/content", ["#domain fsidtype fsid [path]\n", ...fh].join(""));
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** A file or a folder. */
  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  chmod(path: string, mode: number): void {
    chmodSync(join(this.root, path), mode);
  }

  stat(path: string): Stats {
    return statSync(join(this.root, path));
  }

  /** All names in a folder, hidden ones too. */
  list(folder: string): string[] {
    return readdirSync(join(this.root, folder)).sort();
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** What `exportfs -ra`, called by hand, puts into force. */
  reExport(): void {
    const env = { PATH: `${this.root}/bin:${this.root}/tools`, ROOT: this.root };
    execFileSync(join(this.root, "bin/exportfs"), ["-ra"], { env });
    this.calls();
  }

  /** How the faked commands were called since the last look. */
  calls(): string[] {
    const calls = this.has("calls") ? this.read("calls").trim().split("\n") : [];
    this.write("calls", "");
    return calls.filter((call) => !/^(id|getent) /.test(call));
  }

  /**
   * Runs a script as the SSH server would, with the host's folders in place of this machine's.
   *
   * @param umask Of the user who logs in.
   */
  run(script: ScriptName, action: string, values: Record<string, ShellValue>, umask = 0o022): Run {
    const text = renderScript(script, values)
      .replaceAll(/(?<![\w$}./])\/(etc|run|proc|var|srv)\//g, `${this.root}/$1/`)
      .replace("/usr/local/sbin:/usr/sbin:/sbin", join(this.root, "sbin"))
      .replaceAll("sleep 1\n", this.minutesPass ? "SECONDS=$((SECONDS + 60))\n" : "sleep 1\n");
    const { status, stdout, stderr } = spawnSync("bash", ["-s", "--", action], {
      input: `umask ${umask.toString(8)}\n${text}`,
      encoding: "utf8",
      env: { PATH: `${this.root}/bin:${this.root}/tools`, ROOT: this.root },
    });
    return { code: status, stdout, stderr };
  }
}

/** The NAS in the values of nfs-client.sh. */
export const NAS = { SERVER: "192.168.110.168", MOUNT_SERVER: "192.168.110.168" };

export const EXPORT_OPTIONS = "rw,sync,no_root_squash,no_subtree_check";

/** Values for nfs-server.sh: the export `nas` of the host's folder /srv/nfs, and what is different about it. */
export function nasExport(host: FakeHost, change: Record<string, ShellValue> = {}) {
  return {
    NAME: "nas",
    OWNER: "storage-lab/test/nas",
    FORMER: "nas",
    EXPORT_PATH: join(host.root, "srv/nfs"),
    CLIENTS: ["192.168.110.0/24", "192.168.111.7"],
    OPTIONS: EXPORT_OPTIONS,
    MODE: "0777",
    GENERATION: 1,
    CLIENT_WAIT: 0,
    FORCE: false,
    ...change,
  };
}

/** Values for nfs-directories.sh: `one` and `deep/two` below the host's folder /srv/nfs, and what is different about them. */
export function nasDirectories(host: FakeHost, change: Record<string, ShellValue> = {}) {
  return {
    OWNER: "storage-lab/course/directories",
    EXPORT_PATH: join(host.root, "srv/nfs"),
    DIRECTORIES: below(host, "one", "deep/two"),
    ADOPT: [] as string[],
    FILE_OWNER: "",
    MODE: "0770",
    GENERATION: 1,
    ...change,
  };
}

/** The paths of directories below the host's folder /srv/nfs. */
export const below = (host: FakeHost, ...names: string[]) => names.map((name) => join(host.root, "srv/nfs", name));
