import { Failure } from "../../exercises/runner/failure";
import type { Step } from "../../exercises/runner/progress";
import type { Lab } from "../lab";
import type { Finding, Fix } from "../probe/finding";
import { declaredBy } from "../probe/probe";
import { finishDeletion } from "./finish-deletion";
import { bindVolume, freeVolume } from "./free-volume";

/** How often the same thing is done, and the pause in milliseconds before it is done again: time to show its effect. */
const TRIES = 2;
const PAUSE = 15_000;
/** The same for what was refused: what stands in its way may be taken away by Pulumi meanwhile. */
const REFUSALS = 6;
const REFUSED_PAUSE = 3000;

/**
 * In which order fixes are applied: without the hosts nothing else can succeed, and without the NAS no node can mount. A
 * volume is made anew before the claim goes that it is under.
 */
const PARTS = ["NAS", "hosts", "volumes", "others"] as const;

function partOf(fix: Fix): (typeof PARTS)[number] {
  if (fix.does === "finish-deletion" && fix.kind === "PersistentVolume") return "volumes";
  if (fix.does !== "run-script") return "others";
  return fix.check.script === "nfs-server" ? "NAS" : "hosts";
}

/** Applies the fixes that findings name, but for `apply`, which is Pulumi's; remembers what it has tried. */
export class Fixes {
  private readonly tried = new Map<string, { times: number; refusals: number; last: number }>();

  constructor(private readonly lab: Lab) {}

  /** Whether the fix may still help. */
  isOpen(fix: Fix | undefined): boolean {
    if (fix === undefined || fix.does === "apply") return false;
    const { times = 0, refusals = 0 } = this.tried.get(keyOf(fix)) ?? {};
    return times < TRIES && refusals < REFUSALS;
  }

  /** Applies what is not just tried, one part after the other: see {@link partOf}. */
  async apply(findings: Finding[], step: Step): Promise<void> {
    const fixes = findings.flatMap(({ trouble }) => trouble?.fix ?? []).filter((fix) => this.isOpen(fix));
    const distinct = [...new Map(fixes.map((fix) => [keyOf(fix), fix])).values()].filter((fix) => this.isDue(fix));
    for (const part of PARTS) {
      await Promise.all(distinct.filter((fix) => partOf(fix) === part).map((fix) => this.applyOne(fix, step)));
    }
  }

  private isDue(fix: Fix): boolean {
    const before = this.tried.get(keyOf(fix));
    return before === undefined || Date.now() - before.last > (before.times === 0 ? REFUSED_PAUSE : PAUSE);
  }

  private async applyOne(fix: Fix, step: Step): Promise<void> {
    const entry = this.tried.get(keyOf(fix)) ?? { times: 0, refusals: 0, last: 0 };
    this.tried.set(keyOf(fix), entry);
    try {
      const done = await this.run(fix, step);
      entry.times++;
      if (done) step.note(done);
    } catch (error) {
      // Without its host nothing else can succeed; all other things can.
      if (!(error instanceof Failure) || fix.does === "run-script") throw error;
      if (entry.refusals++ === 0) step.note(`not done: ${error.message}${error.remedy ? ` → ${error.remedy}` : ""}`);
    }
    entry.last = Date.now();
  }

  /** Returns what was done, in a line. */
  private async run(fix: Fix, step: Step): Promise<string | undefined> {
    const { cluster, hosts } = this.lab;
    switch (fix.does) {
      case "apply":
        return undefined;
      case "run-script": {
        const { check } = fix;
        step.waiting(`the script ${check.script} on ${check.host}`);
        const { exitCode, error } = await hosts.apply(check);
        if (exitCode !== 0) throw new Failure(`${check.host}: ${error}`);
        return `${check.host}: ${check.script} of ${check.name} was run again`;
      }
      case "free-volume":
        return freeVolume(cluster, fix.volume, declaredBy(this.lab.stacks));
      case "bind-volume":
        return bindVolume(cluster, fix.volume);
      case "remove-added":
        await cluster.patch(fix.kind, fix.name, fix.namespace, fix.patch);
        return `${fix.kind} ${fix.namespace}/${fix.name} is without what was added by hand`;
      case "replace-pod":
        await cluster.remove("Pod", fix.name, fix.namespace, fix.uid);
        return `Pod ${fix.namespace}/${fix.name} is replaced`;
      case "finish-deletion":
        return finishDeletion(cluster, fix, declaredBy(this.lab.stacks), step);
    }
  }
}

/** What tells fixes apart: a pod's uid is another one after each try. */
function keyOf(fix: Fix): string {
  return fix.does === "replace-pod" ? `replace-pod ${fix.namespace}/${fix.name}` : JSON.stringify(fix);
}
