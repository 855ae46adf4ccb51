import { setTimeout as delay } from "node:timers/promises";
import { explainSudo } from "../../components/nfs/as-root";
import { bareAddress } from "../../components/index";
import { defaultExportName } from "../../components/nfs/export-path";
import { nfsServerAddress } from "../../components/nfs/host-address";
import { renderScript, type ScriptName } from "../../components/nfs/script-text";
import type { ShellValue } from "../../components/nfs/shell-quote";
import type { InfrastructureConfig } from "../../stacks/config-schema";
import { clientOptions } from "../../stacks/export-schema";
import { admits, clientOf, isAddress, isNetwork } from "../../stacks/fields";
import type { HostConfig } from "../../stacks/host-schema";
import { withoutRepeats, type PreflightCheck } from "../../stacks/preflight/check";
import { storageParts, type StoragePart } from "../../stacks/storage-parts";
import { unreachable, type HostAddress, type Hosts } from "../hosts/hosts";
import { PROJECT } from "../lab";

/** Longest look at a host, in seconds: one that is just booting answers within that. */
const lookSeconds = 40;

/** How long to wait before another try, in milliseconds. */
const RETRY = 2000;

/** Whether the host, or the way there, has answered: another try gets the same answer. */
const isRefused = (error: string) =>
  /permission denied|host key|REMOTE HOST IDENTIFICATION|could not resolve|not be resolved|cannot be run/i.test(error);

/** What a look at a host has found. */
interface HostLook {
  checks: PreflightCheck[];
  /** The address by which the host reaches the NAS, where it has told it. */
  source?: string;
}

/** How the looks at hosts end that do not answer. */
export interface Patience {
  /** How long to try again, in seconds: after a power cut all hosts boot. @default once */
  booting?: number;
  /** Whether one that stays away, or what a course lacks, stops all. @default "missing" */
  away?: "missing" | "warning";
}

/** Looks at the NAS of each export, unless that exists, and at every node, all at once. */
export async function hostChecks(
  hosts: Hosts,
  stack: string,
  config: InfrastructureConfig,
  patience: Patience = {},
): Promise<PreflightCheck[]> {
  const looking = { hosts, stack, patience };
  const parts = storageParts(config).map((part) => ofExport(looking, part, config.nodes));
  return withoutRepeats((await Promise.all(parts)).flat());
}

interface Looking {
  hosts: Hosts;
  stack: string;
  patience: Patience;
}

/** Looks at the NAS of one export, and at every node. */
async function ofExport(looking: Looking, part: StoragePart, nodes: HostConfig[]): Promise<PreflightCheck[]> {
  const { nas, export: exported, existing } = part;
  const server = existing?.server ?? nas?.address ?? nas?.host ?? "";
  const path = existing?.path ?? exported?.path ?? "";
  const clientValues = { SERVER: bareAddress(server), MOUNT_SERVER: nfsServerAddress(server), EXPORT_PATH: path };
  const [onNas, ...onNodes] = await Promise.all([
    nas && exported
      ? look(looking, nas, "preflight-server", serverValues(looking.stack, part, nas, exported))
      : undefined,
    ...nodes.map((node) => look(looking, node, "preflight-client", clientValues)),
  ]);
  // A server that is not looked at is to run already.
  const serves = !onNas || onNas.checks.some(({ title, state }) => title === "the NFS server runs" && state === "good");
  return [
    ...(onNas?.checks ?? []),
    ...nodes.flatMap((node, index) => [
      ...(onNodes[index]?.checks ?? []).map((check) => answered(check, serves)),
      ...(exported ? sourceCheck(node, onNodes[index]?.source, part, exported.clients.map(clientOf)) : []),
    ]),
  ];
}

function serverValues(
  stack: string,
  { name }: StoragePart,
  nas: HostConfig,
  exported: NonNullable<InfrastructureConfig["export"]>,
) {
  const { path, clients, options } = exported;
  // As the program calls the export's NfsServer.
  const component = name ?? nas.name;
  return {
    NAME: defaultExportName(path),
    OWNER: [PROJECT, stack, encodeURIComponent(component)].join("/"),
    FORMER: component,
    EXPORT_PATH: path,
    CLIENTS: clients.map(clientOf),
    OPTIONS: options,
    CLIENT_OPTIONS: clients.map((entry) => clientOptions(entry, exported)),
    MODE: "",
    GENERATION: 1,
    CLIENT_WAIT: 0,
    FORCE: false,
  };
}

async function look(
  { hosts, stack, patience: { booting = 0, away = "missing" } }: Looking,
  host: HostConfig,
  script: ScriptName,
  values: Record<string, ShellValue>,
): Promise<HostLook> {
  const subject = host.name;
  const login = `SSH lets ${host.user} in${host.user === "root" ? "" : ", who may become root"}`;
  const address = addressOf(host);
  const text = renderScript(script, values);
  const ask = () => hosts.ask({ address, text, action: "preflight", seconds: lookSeconds });
  const end = Date.now() + booting * 1000;
  let ended = await ask();
  while (!ended.reached && !isRefused(ended.error) && Date.now() < end) {
    await delay(RETRY);
    ended = await ask();
  }
  if (!ended.reached) {
    const { reason, remedy } = unreachable(address, ended);
    return { checks: [{ subject, title: login, state: away, found: reason, remedy }] };
  }
  const lines = ended.stdout.split("\n").map((line) => line.split("\t"));
  const checks = lines.flatMap(([state = "", title = "", found, remedy]): PreflightCheck[] => {
    if (!STATES.includes(state)) return [];
    return [{ subject, title, state: state as PreflightCheck["state"], found: found || undefined, remedy }];
  });
  if (ended.exitCode !== 0) {
    const remedy =
      explainSudo(ended.stderr, host.user, stack) ?? "Name root as user, or one who may become root with sudo there";
    return { checks: [...checks, { subject, title: login, state: "missing", found: ended.error, remedy }] };
  }
  return {
    checks: [{ subject, title: login, state: "good" }, ...checks],
    source: lines.find(([kind]) => kind === "source")?.[1],
  };
}

/** The host as the verbs log in to it. */
function addressOf({ name, host, keyFile, bastion, ...login }: HostConfig): HostAddress {
  const way = bastion && { ...bastion, host: bareAddress(bastion.host), privateKeyFile: bastion.keyFile };
  return { ...login, login: name, host: bareAddress(host), privateKeyFile: keyFile, bastion: way };
}

/** As the scripts print them; `unanswered` depends on whether there is a server yet. */
const STATES = ["good", "planned", "warning", "missing", "unanswered"];

/** The port of a server that is still to be started need not answer. */
function answered(check: PreflightCheck, serves: boolean): PreflightCheck {
  if ((check.state as string) !== "unanswered") return check;
  if (!serves) return { ...check, state: "planned", found: "no server runs there yet" };
  const remedy = "Open TCP port 2049 from this host to the NAS in the firewalls on the way";
  return { ...check, state: "missing", remedy };
}

/**
 * A node may reach the NAS from another address than the one that it is logged in to. Where the config names the one that
 * others see, translation on the way may make that of it, of which the node knows nothing.
 */
function sourceCheck(
  { name: subject, address }: HostConfig,
  source: string | undefined,
  { name }: StoragePart,
  clients: string[],
): PreflightCheck[] {
  if (source === undefined || !clients.every((entry) => isNetwork(entry) || isAddress(entry))) return [];
  const whose = name === undefined ? "the export's clients" : `the clients of the additional export ${name}`;
  const title = `${whose} include the address that it reaches the NAS from, ${source}`;
  if (clients.some((entry) => admits(entry, source))) return [{ subject, title, state: "good" }];
  const key = name === undefined ? "export.clients" : `additional ${name}: export.clients`;
  const remedy = `Add it to ${key} (${clients.join(", ")})`;
  return [
    address === undefined
      ? { subject, title, state: "missing", found: "they do not", remedy }
      : { subject, title, state: "warning", found: "they do not", remedy: `${remedy}, unless the NAS sees ${address}` },
  ];
}
