import { Sandbox } from "../../embedded/sandbox/sandbox";
import type { SandboxState } from "../../embedded/sandbox/types";
import { silent } from "../../exercises/runner/progress";
import type { TestLab } from "./test-lab";

/** What goes away while `class up` is at work. */
export interface ClassOutage {
  what: string;
  begin(lab: TestLab): Promise<void>;
  /** What `class up` names where it fails. */
  named: RegExp;
}

/** Everything that a lab has on this machine is there again. */
export async function everythingRuns(lab: TestLab): Promise<void> {
  await new Sandbox(lab.home).start(silent);
}

export const classOutages: ClassOutage[] = [
  {
    what: "the API server is killed and starts again",
    async begin(lab) {
      const { controlPlane } = JSON.parse(await lab.ok(["status", "--json"])) as SandboxState;
      const { pid } = controlPlane.find(({ name }) => name === "kube-apiserver") ?? {};
      if (pid === undefined) throw new Error("the lab's API server does not run");
      process.kill(pid, "SIGKILL");
      await everythingRuns(lab);
    },
    named: /API server|connection refused|ECONNREFUSED/i,
  },
  {
    what: "a node goes",
    async begin(lab) {
      // The connection breaks with the host.
      await lab.run(["ssh", "node2", "--", "systemctl poweroff"], { limit: 60 });
    },
    named: /node2|192\.168\.110\.12/,
  },
  {
    what: "the NAS is rebooted",
    async begin(lab) {
      await lab.run(["ssh", "nas", "--", "systemctl reboot"], { limit: 60 });
    },
    named: /nas|192\.168\.110\.168/i,
  },
];
