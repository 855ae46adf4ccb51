import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import execa from "execa";
import type { Finding } from "./exercises-command";
import type { Lab } from "./lab";
import { sshCommand } from "./ssh-command";
import type { SandboxFacts } from "../sandbox/types";

/** A script that a stack has run on the NAS, as its state keeps it. */
export interface AppliedScript {
  /** The component's name in its stack. */
  name: string;
  title: string;
  /** The whole text, with its values. */
  text: string;
}

interface State {
  checkpoint?: { latest?: { resources?: { urn: string; inputs?: { stdin?: unknown } }[] } };
}

/** The components whose scripts know the action `check`: it tells whether what they applied is still so. */
const titles = {
  NfsServer: "The export is in force on the NAS",
  NfsDirectories: "The directories on the NAS have their owner and mode",
};

/** Looks at the NAS itself, which Pulumi does not: has somebody changed by hand what the stacks made there? */
export async function probeNas(lab: Lab, facts: SandboxFacts): Promise<Finding[]> {
  const states = await Promise.all(Object.values(lab.stacks).map((stack) => readState(lab.files.stateOf(stack))));
  return Promise.all(states.flatMap(scriptsOf).map((script) => check(lab, facts, script)));
}

/** The scripts on the NAS that a stack's state tells of. */
export function scriptsOf(state: State): AppliedScript[] {
  return (state.checkpoint?.latest?.resources ?? []).flatMap(({ urn, inputs }) => {
    const match = /storage-lab:nfs:(NfsServer|NfsDirectories)\$command:remote:Command::(.+)$/.exec(urn);
    if (!match || typeof inputs?.stdin !== "string") return [];
    return [{ name: match[2] ?? "", title: titles[match[1] as keyof typeof titles], text: inputs.stdin }];
  });
}

async function check(lab: Lab, facts: SandboxFacts, script: AppliedScript): Promise<Finding> {
  const command = sshCommand(facts, facts.nas, ["bash -s -- check"]);
  const [file = "", ...args] = lab.sandbox.enter(command);
  const result = await execa(file, args, { input: script.text, reject: false, timeout: 30_000 });
  const finding = { id: script.name, title: script.title };
  if (!result.failed) return { ...finding, passed: true };
  const said = result.stderr.trim().replaceAll("\n", "; ");
  // ssh itself answers 255.
  if (result.timedOut || result.exitCode === 255) {
    const where = `${facts.nas.name} (${facts.nas.address}, port ${facts.nas.port})`;
    return { ...finding, passed: false, reason: `${where} does not answer over SSH: ${said}`, remedy: "./lab status" };
  }
  const remedy = 'Raise "generation" in the stack\'s config file and run ./lab up: the scripts then run again.';
  return { ...finding, passed: false, reason: said, remedy };
}

async function readState(path: string): Promise<State> {
  return existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as State) : {};
}
