import { studentDirectoriesScript, studentUsage, type HostCheck } from "../../../components/index";
import { exportFacts } from "../../hosts/directory-facts";
import type { Hosts } from "../../hosts/hosts";
import { lookAtNode } from "../../hosts/node-mounts";
import { directoryKey, mountKey, noFacts, type HostFacts } from "../model/host-facts";
import type { Directory, Nas } from "../model/line";
import { words } from "../model/words";

/** Between two looks at the hosts, in milliseconds: at most, and at least where something changed. */
const PAUSE = 45_000;
const SHORTEST = 8_000;

/** Longest look at what all students have stored, in seconds. */
const USAGE = 60;

/** What is seen on NAS and nodes over SSH: rarely, since a look is a login. */
export class HostLook {
  facts: HostFacts = noFacts();
  nas: Nas = { storages: [] };
  private timer: NodeJS.Timeout | undefined;
  private due = Infinity;
  private stopped = false;
  private last = 0;
  private isLooking = false;

  /**
   * @param checks Those of the stacks, which name the hosts. Where they name none that SSH leads to, nothing is looked at.
   * @param directories Where the volumes are that there are now.
   */
  constructor(
    private readonly hosts: Hosts,
    private readonly checks: HostCheck[],
    private readonly directories: () => Directory[],
    private readonly onChange: () => void,
  ) {}

  /** Looks now, and again from time to time. */
  async start(): Promise<void> {
    if (this.reachable.length > 0) await this.look();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Something has changed that may be seen there: looks sooner. */
  soon(): void {
    if (this.reachable.length > 0 && !this.isLooking) this.plan(Math.max(this.last + SHORTEST, Date.now() + 1000));
  }

  private get reachable(): HostCheck[] {
    return this.checks.filter(({ pod }) => pod === undefined);
  }

  private plan(at: number): void {
    if (this.stopped || at >= this.due) return;
    clearTimeout(this.timer);
    this.due = at;
    this.timer = setTimeout(() => void this.look(), Math.max(at - Date.now(), 0));
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    this.due = Infinity;
    const facts = noFacts();
    const looks = [...this.exports().values()].map((each) => this.lookAtExport(facts, each));
    const nas = await Promise.all([...looks, this.lookAtStudents(facts), this.lookAtMounts(facts)]).then(
      (found) => found.filter((each) => each !== undefined),
      (error: Error): Nas[] => [{ storages: [], error: words(error.message, error.message) }],
    );
    this.facts = facts;
    this.nas = {
      at: Date.now(),
      storages: nas.flatMap(({ storages }) => storages),
      ...nas.find(({ error }) => error && { error }),
    };
    this.isLooking = false;
    this.last = Date.now();
    this.onChange();
    this.plan(this.last + PAUSE);
  }

  /** One check for each export, by host and path. */
  private exports(): Map<string, { check: HostCheck; root: string }> {
    const servers = this.reachable.filter(({ script }) =>
      ["nfs-server", "nfs-directories", "student-directories"].includes(script),
    );
    return new Map(
      servers.map((check) => {
        const root = String(check.values.EXPORT_PATH);
        return [directoryKey(check.host, root), { check, root }];
      }),
    );
  }

  private async lookAtExport(facts: HostFacts, { check, root }: { check: HostCheck; root: string }): Promise<Nas> {
    const below = this.directories().filter(({ kind, path }) => kind === "nfs" && isBelow(path, root));
    const paths = [...new Set(below.map(({ path }) => path))];
    const seen = await exportFacts(this.hosts, check, root, paths);
    if ("error" in seen) {
      const said = words(`${check.host}: ${seen.error}`, `${check.host}：${seen.error}`);
      return { storages: [], error: said };
    }
    const { addresses, directories, size, free } = seen;
    for (const { host = "", path } of below) {
      // A name leads to this server as far as anybody here can tell; an address has to be its own.
      const isOther = /^[\d.]+$|:/.test(host) && host !== check.host && !addresses.includes(host);
      if (!isOther) facts.directories.set(directoryKey(host, path), directories.get(path) ?? { missing: true });
    }
    return { storages: size === undefined ? [] : [{ host: check.host, path: root, size, free: free ?? 0 }] };
  }

  private async lookAtStudents(facts: HostFacts): Promise<undefined> {
    const check = this.reachable.find(({ script }) => script === "student-directories");
    if (!check) return;
    const ended = await this.hosts.run(check, studentDirectoriesScript("usage", check), "usage", USAGE);
    if (ended.exitCode !== 0) return;
    for (const { namespace, bytes, limit } of studentUsage(ended.stdout).students) {
      if (bytes !== null && limit !== null) facts.quotas.set(namespace, { used: bytes, limit });
    }
  }

  private async lookAtMounts(facts: HostFacts): Promise<undefined> {
    const clients = this.reachable.filter(({ script }) => script === "nfs-client");
    const nodes = (await Promise.all(clients.map((check) => lookAtNode(this.hosts, check)))).flat();
    for (const { check, silent, refused } of nodes) {
      if (silent) facts.silent.add(check.name).add(check.host);
      for (const { uid, volume, words: said } of refused) facts.refused.set(mountKey(uid, volume), said);
    }
  }
}

/** Whether a path that nobody has checked is in a folder, without a way out of it. */
const isBelow = (path: string, root: string): boolean =>
  (path === root || path.startsWith(`${root.replace(/\/$/, "")}/`)) &&
  // eslint-disable-next-line no-control-regex
  !/\/\.\.(\/|$)|[\u0000-\u001f]/.test(path);
