/** What a host says of itself, in one command over SSH. */
export interface HostLook {
  /** Whether its boot is not over, or was only a moment ago: what does not run yet may still come by itself. */
  booting: boolean;
  /** When its systemd was started, in milliseconds since 1970; 0 where that cannot be told. */
  bootedAt: number;
  /** Those of the units asked for that do not run, or would not after the next boot. */
  broken: BrokenUnit[];
}

export interface BrokenUnit {
  unit: string;
  /** In a word: masked, stopped, failed, missing. */
  state: string;
}

/** The shell command that {@link readLook} reads the output of. `units` are systemd's, with their endings. */
export function lookCommand(units: string[]): string {
  const host = "systemctl show --property=SystemState,UserspaceTimestamp";
  if (units.length === 0) return host;
  return `${host} && echo && systemctl show --property=Id,LoadState,ActiveState ${units.join(" ")}`;
}

/** What the host has said; what is missing for it to count is that it stays up. */
export function readLook(output: string): { done: HostLook } | { missing: string } {
  const [host = {}, ...units] = output.trim().split(/\n\n+/).map(properties);
  if (host.SystemState === "stopping") return { missing: "it is shutting down" };
  const booting = host.SystemState === "initializing" || host.SystemState === "starting";
  return {
    done: {
      booting,
      // "Thu 2026-01-01 12:00:00 UTC"; names of other time zones are not understood.
      bootedAt: Date.parse(host.UserspaceTimestamp?.replace(/^\w+ /, "") ?? "") || 0,
      broken: units.flatMap((unit) => {
        const state = brokenState(unit, booting);
        return state ? [{ unit: unit.Id ?? "", state }] : [];
      }),
    },
  };
}

/**
 * Why a unit needs help. That one is disabled says nothing: a host's own links are made anew at every boot, and containerd
 * is started by the kubelet.
 */
function brokenState({ LoadState, ActiveState }: Record<string, string>, booting: boolean): string | undefined {
  if (LoadState === "masked") return "masked";
  if (LoadState === "not-found") return "missing";
  if (booting) return undefined;
  if (ActiveState === "failed") return "failed";
  return ActiveState === "inactive" || ActiveState === "deactivating" ? "stopped" : undefined;
}

function properties(block: string): Record<string, string> {
  return Object.fromEntries(block.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
}
