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
import type { PreflightCheck } from "../../stacks/preflight/check";
import { unreachable, type HostAddress, type Hosts } from "../hosts/hosts";
import { PROJECT } from "../lab";

/** Longest look at a host, in seconds: one that is just booting answers within that. */
const lookSeconds = 40;

/** What a look at a host has found. */
interface HostLook {
  checks: PreflightCheck[];
  /** The address by which the host reaches the NAS, where it has told it. */
  source?: string;
}

/** Looks at the NAS, unless the export exists, and every node, all at once. */
export async function hostChecks(
  hosts: Hosts,
  stack: string,
  { nas, export: exported, existing, nodes }: InfrastructureConfig,
): Promise<PreflightCheck[]> {
  const server = existing?.server ?? nas?.address ?? nas?.host ?? "";
  const path = existing?.path ?? exported?.path ?? "";
  const clientValues = { SERVER: bareAddress(server), MOUNT_SERVER: nfsServerAddress(server), EXPORT_PATH: path };
  const [onNas, ...onNodes] = await Promise.all([
    nas && exported ? look(hosts, stack, nas, "preflight-server", serverValues(stack, nas, exported)) : undefined,
    ...nodes.map((node) => look(hosts, stack, node, "preflight-client", clientValues)),
  ]);
  // A server that is not looked at is to run already.
  const serves = !onNas || onNas.checks.some(({ title, state }) => title === "the NFS server runs" && state === "good");
  return [
    ...(onNas?.checks ?? []),
    ...onNodes.flatMap((look, index) => [
      ...(look?.checks ?? []).map((check) => answered(check, serves)),
      ...(exported ? sourceCheck(nodes[index]?.name ?? "", look?.source, exported.clients.map(clientOf)) : []),
    ]),
  ];
}

function serverValues(stack: string, nas: HostConfig, exported: NonNullable<InfrastructureConfig["export"]>) {
  const { path, clients, options } = exported;
  return {
    NAME: defaultExportName(path),
    OWNER: [PROJECT, stack, encodeURIComponent(nas.name)].join("/"),
    FORMER: nas.name,
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
  hosts: Hosts,
  stack: string,
  host: HostConfig,
  script: ScriptName,
  values: Record<string, ShellValue>,
): Promise<HostLook> {
  const subject = host.name;
  const login = `SSH lets ${host.user} in, as root`;
  const address = addressOf(host);
  const ended = await hosts.run(address, renderScript(script, values), "preflight", lookSeconds);
  if (!ended.reached) {
    const { reason, remedy } = unreachable(address, ended);
    return { checks: [{ subject, title: login, state: "missing", found: reason, remedy }] };
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

/** A node may reach the NAS from another address than the one that it is logged in to. */
function sourceCheck(subject: string, source: string | undefined, clients: string[]): PreflightCheck[] {
  if (source === undefined || !clients.every((entry) => isNetwork(entry) || isAddress(entry))) return [];
  const title = `the export's clients include the address that it reaches the NAS from, ${source}`;
  if (clients.some((entry) => admits(entry, source))) return [{ subject, title, state: "good" }];
  const remedy = `Add it to export.clients (${clients.join(", ")})`;
  return [{ subject, title, state: "missing", found: "they do not", remedy }];
}
