import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile, replaceLink } from "../toolkit/files";
import { silent, type Reporter, type Step } from "../../exercises/runner/progress";
import { buildAll, type Artifacts } from "./build";
import { adminKubeconfig, ClusterApi, kubectlPath } from "./kubernetes/api";
import { ControlPlane } from "./kubernetes/controlplane";
import { nodeFiles, nodeStates, waitForNodes } from "./kubernetes/node";
import { sendMissingImages } from "./kubernetes/node-images";
import { nodeUnits, repairNodes, type NodeHost } from "./kubernetes/node-repair";
import { ensurePki, type Pki } from "./kubernetes/pki";
import { baseOf, Guest } from "./hosts/guest";
import { ensureNetwork, enterNamespace, namespacePresent, removeNetwork } from "./hosts/network";
import { residentMiB, startedAt } from "./hosts/process";
import { answerOf, type StartedHost } from "./hosts/revive";
import { hostFiles } from "./hosts/seed";
import { ensureKeys, sshFiles, type SshKeys } from "./hosts/ssh";
import { allHosts, hostNetwork, nas, nodes, placesOf, type HostPlan, type LabPlaces } from "./plan";
import type { Host, HostState, NodeState, ProcessState, SandboxFacts, SandboxState } from "./types";

/** A host that was told to boot, and one that has answered. */
type Booted = StartedHost & { guest: Guest };
type Answer = NodeHost & { startTime: number };

/**
 * The embedded default: a NAS host, two node hosts and a Kubernetes control plane on this machine, in a network namespace
 * of their own. One per lab home; whatever it starts outlives the command, and every call finds out again what is there.
 */
export class Sandbox {
  private readonly places: LabPlaces;
  private readonly controlPlane: ControlPlane;
  private readonly guests: Guest[];
  private built?: Promise<Artifacts>;

  /**
   * @param home Absolute path of the lab's folder; names on this machine derive from it.
   * @param make Answers what the sandbox runs, building what is missing.
   */
  constructor(
    home: string,
    private readonly make: (report: Reporter) => Promise<Artifacts> = buildAll,
  ) {
    this.places = placesOf(home);
    this.controlPlane = new ControlPlane(this.places);
    this.guests = allHosts.map((plan) => new Guest(this.places, plan));
  }

  /** Builds everything that the sandbox runs into the cache, once; an interrupted build continues in the next process. */
  build(report: Reporter): Promise<Artifacts> {
    return (this.built ??= this.make(report));
  }

  /** Brings everything up from whatever state it is in, and waits until hosts answer and nodes are Ready. */
  async start(report: Reporter): Promise<SandboxFacts> {
    const { places, controlPlane } = this;
    const artifacts = await this.build(report);
    await mkdir(places.home, { recursive: true, mode: 0o700 });
    const [keys, pki] = [await ensureKeys(places), await ensurePki(places)];
    await this.linkKubectl(artifacts);
    await ensureNetwork(places.namespace);
    const hosts = await report.step("Start hosts", () => this.boot(artifacts, keys, pki));
    const [api, answers] = await Promise.all([
      report.step("Start control plane", (step) => controlPlane.start(artifacts, pki, (what) => step.waiting(what))),
      report.step("Hosts answer", async (step) => {
        step.waiting(`SSH on ${allHosts.map((host) => host.name).join(", ")}`);
        return Promise.all(hosts.map((host) => this.answer(host, step)));
      }),
    ]);
    await report.step("Nodes are Ready", async (step) => {
      const started = Object.fromEntries(answers.map(({ plan, startTime }) => [plan.name, startTime]));
      const nodeHosts = answers.filter(({ plan }) => nodes.some(({ name }) => name === plan.name));
      const repaired = await repairNodes(api, nodeHosts, step);
      step.waiting("the kubelets to report");
      await waitForNodes(api, { ...started, ...repaired }, () => this.mustRun());
      await sendImages(hosts, artifacts, step);
    });
    const facts = this.describe(keys, artifacts);
    await replaceFile(this.factsFile, `${JSON.stringify(facts, null, 2)}\n`);
    return facts;
  }

  /** Shuts everything down cleanly and leaves no process, namespace or device; disks, etcd's data and keys stay. */
  async stop(report: Reporter): Promise<void> {
    const [first, ...others] = this.guests as [Guest, ...Guest[]];
    await report.step("Stop hosts", async (step) => {
      step.waiting("the nodes to shut down");
      await Promise.all(others.map((guest) => guest.shutdown()));
      // Last: the nodes' volumes are on it, and cannot be unmounted without it.
      step.waiting("the NAS to shut down");
      await first.shutdown();
    });
    await report.step("Stop control plane", () => this.controlPlane.stop());
    await removeNetwork(this.places.namespace);
  }

  /** Stops everything and forgets disks, etcd's data, certificates and keys. */
  async purge(): Promise<void> {
    await this.stop(silent);
    const { hosts, cluster, ssh, run } = this.places;
    for (const folder of [hosts, cluster, ssh, run]) await rm(folder, { recursive: true, force: true });
    await rm(this.factsFile, { force: true });
  }

  /** What is up. Cheap, and never throws because something is down. */
  async state(): Promise<SandboxState> {
    const { places } = this;
    const present = await namespacePresent(places.namespace);
    const hosts = await Promise.all(this.guests.map((guest) => this.hostState(guest)));
    const controlPlane = await Promise.all(
      this.controlPlane.daemons.map(async (daemon): Promise<ProcessState> => {
        const record = await daemon.running();
        const memoryMiB = record ? await residentMiB(record.pid) : 0;
        return { name: daemon.name, running: record !== undefined, pid: record?.pid, memoryMiB };
      }),
    );
    const api = new ClusterApi(places);
    const apiReady = present && (await api.unready()) === undefined;
    const down = (reason: string): NodeState[] => nodes.map(({ name }) => ({ name, ready: false, reason }));
    return {
      namespace: { name: places.namespace, present },
      hosts,
      controlPlane,
      apiReady,
      nodes: apiReady
        ? await nodeStates(api).catch((error: Error) => down(error.message))
        : down("the API server is not ready"),
      memoryMiB: [...hosts, ...controlPlane].reduce((sum, one) => sum + one.memoryMiB, 0),
    };
  }

  /** The command line that runs `command` with the lab's network. */
  enter(command: string[]): string[] {
    return enterNamespace(this.places.namespace, command);
  }

  /** What the last complete `start` answered; undefined before that and after `purge`. */
  async facts(): Promise<SandboxFacts | undefined> {
    const text = await readFile(this.factsFile, "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as SandboxFacts);
  }

  private get factsFile(): string {
    return join(this.places.home, "sandbox.json");
  }

  private async boot(artifacts: Artifacts, keys: SshKeys, pki: Pki): Promise<Booted[]> {
    const hosts: Booted[] = [];
    for (const guest of this.guests) {
      const node = nodes.find((plan) => plan.name === guest.plan.name);
      const seed = [...hostFiles(guest.plan, keys), ...(node ? nodeFiles(node, pki) : [])];
      const base = await baseOf(this.places, guest.plan, artifacts.base);
      const data = guest.plan === nas ? artifacts.nasDisk : undefined;
      const options = { base, seed, data, preload: artifacts.preload };
      hosts.push({ guest, options, booted: await guest.boot(options), units: node ? nodeUnits : [] });
    }
    return hosts;
  }

  private async answer(host: Booted, step: Step): Promise<Answer> {
    const { guest } = host;
    const look = await answerOf(host, step);
    const record = await guest.daemon.running();
    // A guest that rebooted by itself is still the same process.
    const startTime = Math.max(record ? await startedAt(record) : 0, look.bootedAt);
    return { plan: guest.plan, look, startTime, run: (command) => guest.run(command) };
  }

  private async mustRun(): Promise<void> {
    await this.controlPlane.mustRun();
    for (const guest of this.guests) await guest.daemon.mustRun();
  }

  private async hostState(guest: Guest): Promise<HostState> {
    const { name, address } = guest.plan;
    const record = await guest.daemon.running();
    const memoryMiB = record ? await guest.memoryMiB(record) : 0;
    return { name, address, running: record !== undefined, pid: record?.pid, memoryMiB };
  }

  private async linkKubectl({ kubelite }: Artifacts): Promise<void> {
    const link = kubectlPath(this.places);
    await mkdir(dirname(link), { recursive: true });
    await replaceLink(link, kubelite);
  }

  private describe(keys: SshKeys, { images }: Artifacts): SandboxFacts {
    const { places } = this;
    const host = (plan: HostPlan): Host => ({
      name: plan.hostname,
      address: plan.address,
      port: 22,
      user: "root",
      hostKey: keys.hosts[plan.name]?.publicKey ?? "",
    });
    return {
      namespace: places.namespace,
      cidr: hostNetwork.cidr,
      kubeconfig: adminKubeconfig(places),
      sshKey: sshFiles(places).key,
      knownHosts: sshFiles(places).knownHosts,
      nas: host(nas),
      nodes: nodes.map(host),
      images,
    };
  }
}

/** Longest time for an image to reach a node, in milliseconds. */
const imageLimit = 300_000;

/** Completes the images of nodes whose disks an earlier version made. */
async function sendImages(hosts: Booted[], { base, archives }: Artifacts, step: Step): Promise<void> {
  const older = hosts.filter(({ options, units }) => units.length > 0 && options.base !== base);
  await Promise.all(
    older.map(({ guest }) => {
      const run = (command: string, input?: Buffer) => guest.run(command, input, imageLimit);
      return sendMissingImages({ name: guest.plan.name, run }, archives, (what) => step.waiting(what));
    }),
  );
}
