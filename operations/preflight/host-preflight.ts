import { bareAddress, DEFAULT_EXPORT_OPTIONS } from "../../components/index";
import { defaultExportName } from "../../components/nfs/export-path";
import { nfsServerAddress } from "../../components/nfs/host-address";
import { renderScript, type ScriptName } from "../../components/nfs/script-text";
import type { ShellValue } from "../../components/nfs/shell-quote";
import type { InfrastructureConfig } from "../../stacks/config-schema";
import { admits, isAddress, isNetwork } from "../../stacks/fields";
import type { HostConfig } from "../../stacks/host-schema";
import type { PreflightCheck } from "../../stacks/preflight/check";
import { unreachable, type Hosts } from "../hosts/hosts";
import { PROJECT } from "../lab";

/** Longest look at a host, in seconds: one that is just booting answers within that. */
const lookSeconds = 40;

/** What a look at a host has found. */
interface HostLook {
  checks: PreflightCheck[];
  /** The address by which the host reaches the NAS, where it has told it. */
  source?: string;
}

/** Looks at the NAS and every node, all at once. */
export async function hostChecks(
  hosts: Hosts,
  stack: string,
  { nas, export: exported, nodes }: InfrastructureConfig,
): Promise<PreflightCheck[]> {
  const server = bareAddress(nas.host);
  const serverValues = {
    NAME: defaultExportName(exported.path),
    OWNER: [PROJECT, stack, encodeURIComponent(nas.name)].join("/"),
    FORMER: nas.name,
    EXPORT_PATH: exported.path,
    CLIENTS: [],
    OPTIONS: DEFAULT_EXPORT_OPTIONS,
    MODE: "",
    GENERATION: 1,
    CLIENT_WAIT: 0,
    FORCE: false,
  };
  const clientValues = { SERVER: server, MOUNT_SERVER: nfsServerAddress(nas.host), EXPORT_PATH: exported.path };
  const [onNas, ...onNodes] = await Promise.all([
    look(hosts, nas, "preflight-server", serverValues),
    ...nodes.map((node) => look(hosts, node, "preflight-client", clientValues)),
  ]);
  const serves = onNas.checks.some(({ title, state }) => title === "the NFS server runs" && state === "good");
  return [
    ...onNas.checks,
    ...onNodes.flatMap(({ checks, source }, index) => [
      ...checks.map((check) => answered(check, serves)),
      ...sourceCheck(nodes[index]?.name ?? "", source, exported.clients),
    ]),
  ];
}

async function look(
  hosts: Hosts,
  host: HostConfig,
  script: ScriptName,
  values: Record<string, ShellValue>,
): Promise<HostLook> {
  const subject = host.name;
  const login = `SSH lets ${host.user} in, as root`;
  const ended = await hosts.run(host, renderScript(script, values), "preflight", lookSeconds);
  if (!ended.reached) {
    const { reason, remedy } = unreachable({ ...host, host: bareAddress(host.host) }, ended);
    return { checks: [{ subject, title: login, state: "missing", found: reason, remedy }] };
  }
  const lines = ended.stdout.split("\n").map((line) => line.split("\t"));
  const checks = lines.flatMap(([state = "", title = "", found, remedy]): PreflightCheck[] => {
    if (!STATES.includes(state)) return [];
    return [{ subject, title, state: state as PreflightCheck["state"], found: found || undefined, remedy }];
  });
  if (ended.exitCode !== 0) {
    const remedy = "Name a user who may run sudo without a password, or root";
    return { checks: [...checks, { subject, title: login, state: "missing", found: ended.error, remedy }] };
  }
  return {
    checks: [{ subject, title: login, state: "good" }, ...checks],
    source: lines.find(([kind]) => kind === "source")?.[1],
  };
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

/** A node may reach the NAS from another address than the one that it is logged in to. */
function sourceCheck(subject: string, source: string | undefined, clients: string[]): PreflightCheck[] {
  if (source === undefined || !clients.every((entry) => isNetwork(entry) || isAddress(entry))) return [];
  const title = `the export's clients include the address that it reaches the NAS from, ${source}`;
  if (clients.some((entry) => admits(entry, source))) return [{ subject, title, state: "good" }];
  const remedy = `Add it to export.clients (${clients.join(", ")})`;
  return [{ subject, title, state: "missing", found: "they do not", remedy }];
}
