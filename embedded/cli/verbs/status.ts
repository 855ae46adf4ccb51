import Table from "cli-table3";
import { Command } from "commander";
import { describe, pinned } from "../choices";
import type { Lab } from "../lab";
import { readState } from "../stack-state";
import type { SandboxState } from "../../sandbox/types";

interface StackState {
  name: string;
  /** Resources in its state; undefined where the stack was never made. */
  resources?: number;
  /** When the state was last written, as Pulumi notes it. */
  updated?: string;
}

/** `./lab status`: what runs, what it takes, what the stacks hold. */
export const status = (lab: () => Lab): Command =>
  new Command("status")
    .summary("show hosts, control plane, nodes, memory and stacks")
    .option("--json", "as one JSON object")
    .action(async ({ json }: { json?: boolean }) => {
      const here = lab();
      const state = await here.sandbox.state();
      const stacks = await Promise.all(Object.values(here.stacks).map((name) => stackState(here, name)));
      const choices = await pinned(here.files);
      if (json) {
        process.stdout.write(
          `${JSON.stringify({ home: here.files.home, ...state, stacks, pulumi: choices }, null, 2)}\n`,
        );
        return;
      }
      const pulumi = choices ? describe(choices) : "Pulumi: not chosen yet";
      process.stdout.write(`${render(state, stacks)}\n${pulumi}\nHome: ${here.files.home}\n`);
    });

async function stackState(lab: Lab, name: string): Promise<StackState> {
  const state = await readState(lab.files, name);
  return state ? { name, resources: state.resources?.length ?? 0, updated: state.manifest?.time } : { name };
}

function render(state: SandboxState, stacks: StackState[]): string {
  const table = new Table({ head: ["what", "state", "memory", ""], style: { head: [], border: [], compact: true } });
  for (const host of state.hosts) {
    const node = state.nodes.find((n) => n.name === host.name);
    const detail = node ? (node.ready ? "node Ready" : `node not Ready: ${node.reason ?? "no answer"}`) : "";
    table.push([
      host.name,
      running(host.running),
      `${host.memoryMiB} MiB`,
      [host.address, detail].filter(Boolean).join(", "),
    ]);
  }
  for (const part of state.controlPlane) {
    table.push([part.name, running(part.running), `${part.memoryMiB} MiB`, part.pid ? `process ${part.pid}` : ""]);
  }
  table.push(["all", state.apiReady ? "API server ready" : "API server not ready", `${state.memoryMiB} MiB`, ""]);
  for (const { name, resources, updated } of stacks) {
    table.push([name, resources === undefined ? "not made" : `${resources} resources`, "", updated ?? ""]);
  }
  return table.toString();
}

function running(is: boolean): string {
  return is ? "running" : "stopped";
}
