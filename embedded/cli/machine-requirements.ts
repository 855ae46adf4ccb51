import { describe, pinned } from "./choices";
import type { Lab } from "./lab";
import { requirements as sandboxRequirements } from "../sandbox/this-machine/requirements";
import type { Requirement } from "../sandbox/types";
import { Failure } from "../../exercises/runner/failure";
import { run } from "../toolkit/run";

/** Everything that this machine must meet, and what is in use already. */
export async function allRequirements(lab: Lab): Promise<Requirement[]> {
  const choices = await pinned(lab.files);
  return [
    ...(await sandboxRequirements(lab.files.home)),
    { name: "Node", ok: true, found: `${process.versions.node} (${process.execPath})`, remedy: "" },
    {
      name: "Pulumi",
      ok: true,
      found: choices ? describe(choices) : "not chosen yet: the first ./lab up does",
      remedy: "",
    },
  ];
}

/** Whether `./lab up` can fix it by itself. */
export function installable(check: Requirement): boolean {
  return !check.ok && (check.packages?.length ?? 0) > 0;
}

/** Fails with every error of this machine at once; installs what is only missing packages. */
export async function prepareMachine(lab: Lab): Promise<void> {
  const found = await allRequirements(lab);
  const errors = found.filter((check) => !check.ok && !installable(check));
  if (errors.length > 0) {
    const lines = errors.map((check) => `  ${check.name}: ${check.found}\n    → ${check.remedy}`);
    throw new Failure(
      `This machine cannot run the sandbox yet:\n${lines.join("\n")}`,
      'Fix these and run ./lab up again; or use hosts of your own (README.md, "Own hosts").',
    );
  }
  await installMissing(lab, found);
}

/** Installs the Debian packages that checks found missing. */
export async function installMissing(lab: Lab, found: Requirement[]): Promise<void> {
  const packages = [...new Set(found.filter(installable).flatMap((check) => check.packages ?? []))];
  if (packages.length === 0) return;
  lab.requireRoot();
  await lab.progress.step(`Installing Debian packages: ${packages.join(" ")}`, async (step) => {
    const options = {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      log: `${lab.files.logs}/apt.log`,
      remedy: `apt-get install ${packages.join(" ")}`,
    };
    const apt = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];
    step.waiting("apt-get update");
    await run("apt-get", [...apt, "update"], options);
    step.waiting("apt-get install");
    await run("apt-get", [...apt, "install", "--yes", "--no-install-recommends", ...packages], options);
  });
}
