import { Failure } from "../../../exercises/runner/failure";
import type { Step } from "../../../exercises/runner/progress";
import type { BootOptions, Guest } from "./guest";
import type { HostLook } from "./host-look";
import { startedAt } from "./process";

/** A host that was told to boot. */
export interface StartedHost {
  guest: Pick<Guest, "plan" | "daemon" | "boot" | "ready">;
  /** What it boots from. */
  options: BootOptions;
  /** Whether it was booted now, rather than found running. */
  booted: boolean;
  /** systemd's units that it is looked at for. */
  units: string[];
}

/** How long a host that runs may be silent, in milliseconds: it reboots in 20 s, and needs more on a busy machine. */
const silentLimit = 60_000;
/** How long one may be silent that was booted by a command that was ended meanwhile, in milliseconds since its start. */
const bootLimit = 180_000;

/**
 * Waits until the host answers, and returns what it says of itself. One that was found running and then goes down, or is
 * silent for too long, is booted again, once; its disk is then as after a power failure.
 */
export async function answerOf({ guest, options, booted, units }: StartedHost, step: Step): Promise<HostLook> {
  const afterBoot = async () => ({ ...(await guest.ready(units)), booting: true });
  if (booted) return afterBoot();
  try {
    return await guest.ready(units, await patienceWith(guest));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    step.note(
      (await guest.daemon.running())
        ? `${guest.plan.name} runs and does not answer over SSH: it is switched off and booted again (${error.message})`
        : `${guest.plan.name} has gone down: it is booted again`,
    );
    await guest.daemon.end();
    await guest.boot(options);
    return afterBoot();
  }
}

async function patienceWith({ daemon }: StartedHost["guest"]): Promise<number> {
  const record = await daemon.running();
  const age = record ? Date.now() - (await startedAt(record)) : 0;
  return Math.max(silentLimit, bootLimit - age);
}
