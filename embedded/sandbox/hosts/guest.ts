import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, readlink, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../../exercises/runner/failure";
import { run } from "../../toolkit/run";
import type { HostPlan, LabPlaces } from "../plan";
import { Daemon, type Program } from "./daemon";
import { lookCommand, readLook, type HostLook } from "./host-look";
import { renewTap, tapOf } from "./network";
import { residentMiB, type ProcessRecord } from "./process";
import { processorOf } from "./processors";
import { digest, writeSeed, type SeedFile } from "./seed";
import { onHost, waitForAnswer } from "./ssh";

/**
 * The base image to boot a host over: the one its disk was made over, for as long as that is there, since a disk holds
 * only what differs from it; `current` for a host that has no disk yet.
 */
export async function baseOf(places: LabPlaces, plan: HostPlan, current: string): Promise<string> {
  const folder = folderOf(places, plan);
  if (!existsSync(join(folder, provenFile))) return current;
  const base = await readFile(join(folder, baseFile), "utf8");
  if (existsSync(base)) return base;
  throw new Failure(
    `The disk of ${plan.name} cannot be read without ${base}, the base image that it was made over, which is gone.`,
    "Run ./lab purge (it forgets the sandbox's disks), then ./lab up.",
  );
}

/** What a host boots from. */
export interface BootOptions {
  /** Root file system that guests share, see `baseOf`; each one's changes go to a disk of its own. */
  base: string;
  seed: SeedFile[];
  /** Image that a disk of its own, for data, is a copy of. A host whose disk was made without one gets none. @default none */
  data?: string;
  /** Library that its kernel is started with. */
  preload: string | undefined;
}

/** Longest time from start to an answer over SSH. A boot takes 15 s, more when all processors are busy. */
const bootLimit = 180_000;
/** Longest time for a clean shutdown, usually 5 s, before the guest is cut off, as if its power failed. */
const shutdownLimit = 60_000;

/** In a host's folder: the base image that its disk was made over, and the mark that the disk was once seen to boot. */
const baseFile = "base";
const provenFile = "proven";
/** In a host's folder: its disk for data, if it has one. */
const dataFile = "data.img";
/** All that a guest can see of this machine's files. */
const emptyFolder = "empty";

/** A host of the sandbox: a User Mode Linux kernel, which runs as ordinary processes and needs no virtualisation. */
export class Guest {
  readonly daemon: Daemon;
  private readonly folder: string;

  constructor(
    private readonly places: LabPlaces,
    readonly plan: HostPlan,
  ) {
    this.daemon = new Daemon(plan.name, places);
    this.folder = folderOf(places, plan);
  }

  /** Boots the host unless it runs already from the same. Returns whether it was booted now. */
  async boot(options: BootOptions): Promise<boolean> {
    const { places, plan, folder, daemon } = this;
    if (await daemon.isRunning(this.program(options))) return false;
    await this.shutdown();
    await mkdir(join(folder, emptyFolder), { recursive: true, mode: 0o700 });
    if (!existsSync(join(folder, provenFile))) await this.makeDisks(options);
    await rm(join(folder, "uml"), { recursive: true, force: true });
    await writeSeed(join(folder, "seed.tar"), options.seed);
    await renewTap(places.namespace, plan);
    return daemon.start({ ...this.program(options), processor: await processorOf(plan) });
  }

  /**
   * Waits until the host answers over SSH and is not on its way down; returns what it says of itself.
   *
   * @param units systemd's units that it is looked at for.
   * @param timeout Longest wait, in milliseconds. @default that of a boot
   */
  async ready(units: string[], timeout = bootLimit): Promise<HostLook> {
    const { places, plan, daemon } = this;
    const alive = () => daemon.mustRun();
    const look = await waitForAnswer(places, plan, { command: lookCommand(units), timeout, alive, read: readLook });
    await writeFile(join(this.folder, provenFile), "");
    return look;
  }

  /**
   * Runs a shell command on the host and returns what it printed.
   *
   * @param input Its standard input. @default none
   * @param timeout Longest run, in milliseconds. @default a minute
   */
  run(command: string, input?: Buffer, timeout = 60_000): Promise<string> {
    return onHost(this.places, this.plan, command, timeout, input);
  }

  /** Shuts the host down cleanly, and cuts it off when that takes too long. */
  async shutdown(): Promise<void> {
    const { places, plan } = this;
    const record = await this.daemon.running();
    if (record) {
      // The connection may break before the answer comes back: what counts is that the processes end.
      await onHost(places, plan, "systemctl poweroff", 15_000).catch(() => undefined);
      await this.daemon.gone(record, shutdownLimit);
    }
    await this.daemon.end();
  }

  /** Memory that the host takes, in MiB: its kernel's own, and the unnamed file in /dev/shm that is the guest's memory. */
  async memoryMiB(record: ProcessRecord): Promise<number> {
    const descriptors = `/proc/${record.pid}/fd`;
    const own = await residentMiB(record.pid);
    for (const entry of await readdir(descriptors).catch(() => [])) {
      const target = await readlink(join(descriptors, entry)).catch(() => "");
      if (!/\/vm_file-\w+ \(deleted\)$/.test(target)) continue;
      const file = await stat(join(descriptors, entry)).catch(() => undefined);
      return file ? Math.max(own, Math.round((file.blocks * 512) / 2 ** 20)) : own;
    }
    return own;
  }

  /** A disk that was never seen to boot may be what a killed command left half made. */
  private async makeDisks({ base, data }: BootOptions): Promise<void> {
    const { folder } = this;
    for (const disk of ["disk.cow", dataFile]) await rm(join(folder, disk), { force: true });
    if (data !== undefined) await run("cp", ["--sparse=always", data, join(folder, dataFile)]);
    await writeFile(join(folder, baseFile), base);
  }

  private program(options: BootOptions): Program {
    return { command: this.command(options), cwd: this.folder, inputs: [digest(options.seed)] };
  }

  private command({ base, preload }: BootOptions): string[] {
    const { places, plan } = this;
    return [
      ...(preload === undefined ? [] : ["env", `LD_PRELOAD=${preload}`]),
      join(__dirname, "start-kernel.sh"),
      `mem=${plan.memoryMiB}M`,
      `ubda=disk.cow,${base}`,
      "ubdbr=seed.tar",
      ...(existsSync(join(this.folder, dataFile)) ? [`ubdc=${dataFile}`] : []),
      ...["root=/dev/ubda", "rw", "init=/sbin/lab-init", "selinux=0", "audit=0", "quiet"],
      // Without it, root in the guest could mount this machine's whole file system.
      `hostfs=${join(this.folder, emptyFolder)}`,
      `vec0:transport=tap,ifname=${tapOf(plan)},depth=64,gro=1`,
      ...["con=null", "con0=null,fd:1", "ssl=null"],
      // Relative, because the path of the socket in it may have no more than 107 characters.
      ...["uml_dir=uml", `umid=${places.namespace}-${plan.name}`],
    ];
  }
}

function folderOf(places: LabPlaces, plan: HostPlan): string {
  return join(places.hosts, plan.name);
}
